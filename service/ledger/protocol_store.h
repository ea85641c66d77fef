// Protocols of counts in the SQLite file: importing them, and all figures as they were known at a
// moment.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "enroll/store/database.h"
#include "enroll/store/sealing.h"
#include "matcher/error.h"
#include "service/reconcile/compare.h"
#include "service/reconcile/figures.h"
#include "service/reconcile/protocol_csv.h"

namespace taanu {

// A file that was read without a problem, and who brings it.
struct ProtocolImport {
  std::string request_id;  // canonical lower-case UUID
  KeyedReference operator_ref{};
  std::string reason;  // may be empty where nothing changes
  std::string file;    // its bytes, as they came
  std::vector<reconcile::ProtocolRow> rows;
};

struct ProtocolImportAnswer {
  uint64_t import_id = 0;
  std::array<uint8_t, 32> file_sha256{};
  uint64_t file_bytes = 0;
  uint64_t protocol_count = 0;
  uint64_t superseded_count = 0;  // of these, those that replace an earlier version
  uint64_t changed_count = 0;     // of these, those that say something else than it
  int64_t time_us = 0;
  uint64_t event_index = 0;
  bool replayed = false;
};

// What is known of all precincts at one moment.
struct ElectionFigures {
  std::vector<reconcile::PrecinctFigures> precincts;  // in the order of their identifiers
  reconcile::Tolerance tolerance;
  // The moment that was asked for, or the time of the log's latest entry: asked for again, it gives
  // the same figures for ever.
  int64_t as_of_us = 0;
  uint64_t log_size = 0;
};

// Opening or closing, as it was logged.
struct PollsEntry {
  rules::PollsState state = rules::PollsState::kOpen;
  int64_t time_us = 0;
  uint64_t event_index = 0;
  KeyedReference operator_ref{};
  uint64_t accredited_count = 0;
};

struct PrecinctHistory {
  std::vector<PollsEntry> polls;       // in the order of the log
  reconcile::PrecinctFigures figures;  // with every correction and import
};

// Thread-safety: may be used from any thread.
class ProtocolStore {
 public:
  // Not owned; must outlive the store.
  explicit ProtocolStore(Database* database) : database_(*database) {}

  // Writes the import and its event in one transaction, and waits until it is durable. Errors:
  // kConflict (REQUEST_ID_REUSED, REASON_REQUIRED), kNotFound (UNKNOWN_PRECINCT), each naming the
  // line; those of the store.
  Result<ProtocolImportAnswer> Import(const ProtocolImport& import);

  // Sets the tolerance from now on, as a logged entry, where it is not the one in force. Errors:
  // those of the store.
  Status SetTolerance(const reconcile::Tolerance& tolerance);

  // Everything that was written up to `as_of_us`; without it, up to now. Errors: kBadInput
  // (FUTURE_TIME): what is to come cannot be shown. Those of the store.
  Result<ElectionFigures> Figures(std::optional<int64_t> as_of_us) const;

  // Errors: kNotFound (UNKNOWN_PRECINCT), those of the store.
  Result<PrecinctHistory> History(std::string_view precinct_id) const;

  // The file of an import, as it came. Errors: kNotFound (UNKNOWN_IMPORT), kInternal
  // (PROTOCOL_DAMAGED) where it is no longer what its digest says.
  Result<std::string> File(uint64_t import_id) const;

 private:
  Database& database_;
};

}  // namespace taanu
