// The ledger and its figures on the SQLite file.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "enroll/store/database.h"
#include "matcher/error.h"
#include "service/audit/signer.h"
#include "service/ledger/accreditation_observer.h"
#include "service/ledger/audit_log.h"
#include "service/ledger/case_queries.h"
#include "service/ledger/figures.h"
#include "service/rules/fallback.h"
#include "service/rules/ledger.h"

namespace taanu {

// The tables of the election: precincts, attempts, accreditations, cases, audit log.
std::vector<Migration> ElectionMigrations();

// What is counted and how it is split. With times that are not full hours attempts are counted one
// by one, and cannot be split by a facet.
struct StatisticsFilter {
  std::string precinct_id = {};  // empty: all
  std::optional<int64_t> start_time_us = {};
  std::optional<int64_t> end_time_us = {};
  bool by_precinct = false;
  bool by_hour = false;
  bool by_outcome = false;
  bool by_method = false;
  Facet facet = Facet::kNone;
  // By what the caps of the precincts are added up.
  rules::FallbackLimits fallback_limits = {};
};

struct StatisticsCell {
  std::string precinct_id;
  int64_t hour_us = 0;  // the beginning of the hour
  std::optional<rules::Outcome> outcome;
  std::optional<rules::Method> method;
  std::string value;    // of the facet
  bool merged = false;  // see small_cells.h
  uint64_t attempt_count = 0;
};

struct Statistics {
  std::vector<StatisticsCell> cells;
  // Voters of whom a finger was compared, and those whose first such attempt did not match; both 0
  // where the times are not full hours.
  uint64_t first_comparisons = 0;
  uint64_t first_comparisons_failed = 0;
  uint64_t cases = 0;  // opened in all, whenever, of attempts
  // Of all kinds; those of the register only where no precinct was asked for.
  std::vector<CaseTally> case_tallies;
  uint64_t log_size = 0;
  uint64_t accredited_count = 0;
  uint64_t voter_count = 0;
  // Accredited by fallback for reasons that count under the cap; 0 where the times are not full
  // hours. And the caps of the precincts, added up.
  uint64_t fallbacks = 0;
  uint64_t fallbacks_max = 0;
};

struct LogEntry {
  uint64_t index = 0;
  std::string leaf;  // canonical JSON
  std::array<uint8_t, 32> leaf_hash{};
};

// Thread-safety: may be used from any thread.
class SqliteLedger : public rules::Ledger {
 public:
  // None is owned; all must outlive the ledger. `observer`, which may be null, is told of every
  // accreditation.
  SqliteLedger(Database* database, const Signer* signer, AccreditationObserver* observer = nullptr);

  Status Submit(std::function<Status(rules::LedgerTransaction&)> step,
                std::function<void(Status)> done) override;

  // A precinct that exists is given back as it is. `existed` may be null.
  Result<rules::PrecinctRecord> CreatePrecinct(std::string_view precinct_id, bool* existed);
  Result<rules::PrecinctRecord> GetPrecinct(std::string_view precinct_id) const;
  Result<std::vector<rules::PrecinctRecord>> ListPrecincts(std::string_view after, int limit) const;
  // The answer given to a request before, if any, without a place in the writer's queue.
  Result<std::optional<rules::AttemptAnswer>> FindAnswer(std::string_view request_id) const;

  // Accreditations by fallback so far, by reason.
  Result<rules::FallbackCounts> GetFallbacks(std::string_view precinct_id) const;

  // Corrections of one precinct, or of all where it is empty, in the order of the log.
  Result<std::vector<rules::TotalsCorrection>> ListCorrections(std::string_view precinct_id,
                                                               std::optional<uint64_t> after_event,
                                                               int limit) const;
  // In the order of the stations.
  Result<std::vector<rules::Session>> ListLiveSessions(std::string_view precinct_id,
                                                       int limit) const;

  // Queues an entry of the audit log that a terminal was told to wait. Errors: kExhausted,
  // kUnavailable.
  Status LogTerminalTooFast(std::string_view precinct_id, const KeyedReference& terminal);

  // Errors: kBadInput (BAD_TIME).
  Result<Statistics> GetStatistics(const StatisticsFilter& filter) const;
  // An answer to each, all of one state of the log. Errors: as GetStatistics.
  Result<std::vector<Statistics>> GetStatistics(std::span<const StatisticsFilter> filters) const;
  Result<std::vector<LogEntry>> ListEvents(uint64_t first_index, int limit) const;
  Result<Checkpoint> GetCheckpoint() const;

 private:
  Database* database_;
  const Signer* signer_;
  AccreditationObserver* observer_;
};

}  // namespace taanu
