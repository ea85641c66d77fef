#include "service/ledger/ledger_queries.h"

namespace taanu {
namespace {

// Slip numbers are given without gaps from 1, so that the largest one is the number of the
// accreditations: the index finds it without counting.
constexpr std::string_view kPrecinct =
    "SELECT precinct_id, state, open_time_us, close_time_us, voter_count, "
    "(SELECT coalesce(max(slip_number), 0) FROM accreditation AS a "
    " WHERE a.precinct_id = precinct_polls.precinct_id) "
    "FROM precinct_polls JOIN precinct USING (precinct_id) WHERE precinct_id = ?1";
constexpr std::string_view kPrecincts =
    "SELECT precinct_id, state, open_time_us, close_time_us, voter_count, "
    "(SELECT coalesce(max(slip_number), 0) FROM accreditation AS a "
    " WHERE a.precinct_id = precinct_polls.precinct_id) "
    "FROM precinct_polls JOIN precinct USING (precinct_id) WHERE precinct_id > ?1 "
    "ORDER BY precinct_id LIMIT ?2";

Result<std::optional<rules::PrecinctRecord>> NextPrecinct(Statement* row) {
  TAANU_ASSIGN_OR_RETURN(const bool found, row->Step());
  if (!found) return std::nullopt;
  rules::PrecinctRecord precinct;
  precinct.precinct_id = row->Text(0);
  precinct.state = static_cast<rules::PollsState>(row->Int64(1));
  precinct.open_time_us = row->OptionalInt64(2);
  precinct.close_time_us = row->OptionalInt64(3);
  precinct.voter_count = static_cast<uint64_t>(row->Int64(4));
  precinct.accredited_count = static_cast<uint64_t>(row->Int64(5));
  TAANU_RETURN_IF_ERROR(row->Check());
  return precinct;
}

}  // namespace

Result<std::optional<rules::PrecinctRecord>> QueryPrecinct(Connection& connection,
                                                           std::string_view precinct_id) {
  TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query(kPrecinct, precinct_id));
  return NextPrecinct(&row);
}

Result<std::vector<rules::PrecinctRecord>> QueryPrecincts(Connection& connection,
                                                          std::string_view after, int limit) {
  TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query(kPrecincts, after, limit));
  std::vector<rules::PrecinctRecord> precincts;
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(auto precinct, NextPrecinct(&row));
    if (!precinct) return precincts;
    precincts.push_back(std::move(*precinct));
  }
}

Result<std::optional<rules::Accreditation>> QueryAccreditation(Connection& connection,
                                                               const KeyedReference& voter) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT precinct_id, slip_number, time_us, method FROM accreditation "
                       "WHERE voter = ?1",
                       voter));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return std::nullopt;
  rules::Accreditation accreditation;
  accreditation.voter = voter;
  accreditation.precinct_id = row.Text(0);
  accreditation.slip_number = static_cast<uint64_t>(row.Int64(1));
  accreditation.time_us = row.Int64(2);
  accreditation.method = static_cast<rules::Method>(row.Int64(3));
  TAANU_RETURN_IF_ERROR(row.Check());
  return accreditation;
}

}  // namespace taanu
