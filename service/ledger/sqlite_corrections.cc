// Corrections of totals, on the SQLite file.
#include <algorithm>
#include <utility>

#include "service/ledger/event_leaf.h"
#include "service/ledger/event_log.h"
#include "service/ledger/sqlite_ledger.h"
#include "service/ledger/sqlite_transaction.h"

namespace taanu {
namespace {

using rules::TotalsCorrection;

constexpr std::string_view kByRequest =
    "SELECT request_id, event_index, precinct_id, number, time_us, operator_ref, second_officer, "
    "reason, document, sealed_count, previous_count, accredited_count FROM totals_correction "
    "WHERE request_id = ?1";
constexpr std::string_view kOfPrecinct =
    "SELECT request_id, event_index, precinct_id, number, time_us, operator_ref, second_officer, "
    "reason, document, sealed_count, previous_count, accredited_count FROM totals_correction "
    "WHERE precinct_id = ?1 ORDER BY number";
// Parameters: the precinct or nothing, the log entry after which to go on, how many.
constexpr std::string_view kPage =
    "SELECT request_id, event_index, precinct_id, number, time_us, operator_ref, second_officer, "
    "reason, document, sealed_count, previous_count, accredited_count FROM totals_correction "
    "WHERE (?1 = '' OR precinct_id = ?1) AND event_index > ?2 ORDER BY event_index LIMIT ?3";

Result<std::vector<TotalsCorrection>> ReadAll(Statement row) {
  std::vector<TotalsCorrection> corrections;
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return corrections;
    TotalsCorrection& correction = corrections.emplace_back();
    correction.request_id = row.Text(0);
    correction.event_index = static_cast<uint64_t>(row.Int64(1));
    correction.precinct_id = row.Text(2);
    correction.number = static_cast<uint64_t>(row.Int64(3));
    correction.time_us = row.Int64(4);
    correction.operator_ref = row.Bytes<16>(5);
    correction.second_officer = row.Bytes<16>(6);
    correction.reason = static_cast<rules::CorrectionReason>(row.Int64(7));
    correction.document = row.Text(8);
    correction.sealed_count = static_cast<uint64_t>(row.Int64(9));
    correction.previous_count = static_cast<uint64_t>(row.Int64(10));
    correction.accredited_count = static_cast<uint64_t>(row.Int64(11));
    TAANU_RETURN_IF_ERROR(row.Check());
  }
}

}  // namespace

Result<std::optional<TotalsCorrection>> SqliteTransaction::FindCorrection(
    std::string_view request_id) {
  TAANU_ASSIGN_OR_RETURN(Statement row, connection_.Query(kByRequest, request_id));
  TAANU_ASSIGN_OR_RETURN(auto found, ReadAll(std::move(row)));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

Result<std::vector<TotalsCorrection>> SqliteTransaction::ListCorrections(
    std::string_view precinct_id) {
  TAANU_ASSIGN_OR_RETURN(Statement row, connection_.Query(kOfPrecinct, precinct_id));
  return ReadAll(std::move(row));
}

Status SqliteTransaction::AddCorrection(TotalsCorrection* correction) {
  correction->time_us = now_us_;
  TAANU_ASSIGN_OR_RETURN(correction->event_index,
                         AppendEvent(connection_, TotalsCorrectedLeaf(*correction)));
  return connection_.Run(
      "INSERT INTO totals_correction(request_id, event_index, precinct_id, number, time_us, "
      "operator_ref, second_officer, reason, document, sealed_count, previous_count, "
      "accredited_count) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
      correction->request_id, correction->event_index, correction->precinct_id, correction->number,
      correction->time_us, correction->operator_ref, correction->second_officer, correction->reason,
      correction->document, correction->sealed_count, correction->previous_count,
      correction->accredited_count);
}

Result<std::vector<TotalsCorrection>> SqliteLedger::ListCorrections(
    std::string_view precinct_id, std::optional<uint64_t> after_event, int limit) const {
  std::vector<TotalsCorrection> corrections;
  const int64_t after = after_event ? static_cast<int64_t>(*after_event) : -1;
  const auto read = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(Statement row,
                           connection.Query(kPage, precinct_id, after, std::max(0, limit)));
    TAANU_ASSIGN_OR_RETURN(corrections, ReadAll(std::move(row)));
    return {};
  };
  TAANU_RETURN_IF_ERROR(database_->Read(read));
  return corrections;
}

}  // namespace taanu
