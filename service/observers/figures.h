// The figures that everybody may see, taken from the same functions as the answers of the RPCs.
//
// Nobody is in them: no voter, operator or terminal, and no cell of few (ledger/small_cells.h).
// What an observer may not ask for by RPC, such as a precinct's accreditations by method where
// they are few, is left out here and not only on the page.
// Thread-safety: plain values; CollectFigures may be called from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "matcher/error.h"
#include "service/ledger/audit_log.h"
#include "service/ledger/protocol_store.h"
#include "service/ledger/sqlite_ledger.h"
#include "service/reconcile/preliminary.h"
#include "service/reconcile/report.h"
#include "service/rules/fallback.h"

namespace taanu::observers {

// Nothing is owned; all of it outlives whoever collects.
struct Sources {
  const SqliteLedger* ledger = nullptr;
  const ProtocolStore* protocols = nullptr;
  const AuditLog* audit_log = nullptr;
  rules::FallbackLimits fallback_limits;
  std::string election;  // its name
  int utc_offset_minutes = 0;
  std::string public_key;  // of the audit log, as note::FormatVerifierKey writes it
};

using Cells = std::vector<StatisticsCell>;

// What the log counts of one precinct. Cells of few are merged among themselves.
struct PrecinctCounts {
  uint64_t voters = 0;  // on the roll now; the report has those of the opening or the closing
  Cells accredited_by_hour;
  // None where it is not told, because it is of few, or those of few would follow from it.
  std::optional<uint64_t> fallbacks;  // under the cap
  uint64_t fallbacks_max = 0;
};

struct Figures {
  std::string election;
  int utc_offset_minutes = 0;

  // Counted from the log, all of one state of it.
  int64_t time_us = 0;  // when
  uint64_t log_size = 0;
  Statistics totals;  // without cells
  Cells accredited_by_hour;
  Cells accredited_by_method;
  Cells accredited_by_reason;         // of a fallback
  std::optional<uint64_t> fallbacks;  // none: of few
  Cells attempts_by_outcome;
  std::map<std::string, PrecinctCounts, std::less<>> precincts;

  // Counts beside the log, of a state of their own.
  int64_t counts_time_us = 0;
  uint64_t counts_log_size = 0;
  reconcile::Report report;
  reconcile::Preliminary preliminary;

  Checkpoint checkpoint;  // of a log of `log_size` entries
  std::string public_key;
};

// Errors: those of the store.
Result<Figures> CollectFigures(const Sources& sources);

// The counts of a log that has grown are others. Errors: those of the store.
Result<uint64_t> LogSize(const Sources& sources);

}  // namespace taanu::observers
