#include "service/ledger/precinct_log.h"

#include <algorithm>
#include <utility>

#include "enroll/store/connection.h"
#include "service/audit/proof.h"
#include "service/ledger/event_log.h"
#include "service/ledger/ledger_queries.h"

namespace taanu {
namespace {

// Entries that one call looks at, and those that it gives, so that no read transaction is long.
constexpr uint64_t kScanned = 20'000;
constexpr int kGiven = 128;

Status ReadCounts(Statement row, std::map<std::string, uint64_t>* counts, uint64_t* accredited) {
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return {};
    const auto outcome = static_cast<rules::Outcome>(row.Int64(0));
    const auto count = static_cast<uint64_t>(row.Int64(1));
    TAANU_RETURN_IF_ERROR(row.Check());
    (*counts)[std::string(rules::OutcomeName(outcome))] = count;
    if (outcome == rules::Outcome::kAccredited ||
        outcome == rules::Outcome::kAccreditedByFallback) {
      *accredited += count;
    }
  }
}

// The closing before `log_size`, with the number of voters that it sealed.
Status FindClosing(Connection& connection, std::string_view precinct_id, uint64_t log_size,
                   PollsTotals* totals) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row, connection.Query("SELECT event_index, voter_count FROM polls_change "
                                      "WHERE precinct_id = ?1 AND state = 3 AND event_index < ?2",
                                      precinct_id, log_size));
  TAANU_ASSIGN_OR_RETURN(const bool closed, row.Step());
  if (!closed) return {};
  totals->closing_index = static_cast<uint64_t>(row.Int64(0));
  totals->voters = static_cast<uint64_t>(row.Int64(1));
  return row.Check();
}

}  // namespace

Result<ProvedEvents> PrecinctLog::Read(std::string_view precinct_id, uint64_t first,
                                       uint64_t log_size) const {
  ProvedEvents part;
  part.next = first + std::min(kScanned, log_size - std::min(first, log_size));
  const auto read = [&](Connection& connection) -> Status {
    const merkle::NodeReader nodes = LogNodes(connection);
    TAANU_ASSIGN_OR_RETURN(
        Statement row,
        connection.Query("SELECT idx, leaf FROM event WHERE idx >= ?1 AND idx < ?2 AND "
                         "json_extract(leaf, '$.precinct') = ?3 ORDER BY idx LIMIT ?4",
                         first, part.next, precinct_id, kGiven));
    for (;;) {
      TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
      if (!more) break;
      ProvedEvent event;
      event.index = static_cast<uint64_t>(row.Int64(0));
      event.leaf = row.Text(1);
      TAANU_RETURN_IF_ERROR(row.Check());
      TAANU_ASSIGN_OR_RETURN(event.proof, merkle::InclusionProof(event.index, log_size, nodes));
      part.events.push_back(std::move(event));
    }
    if (part.events.size() == kGiven) part.next = part.events.back().index + 1;
    return {};
  };
  TAANU_RETURN_IF_ERROR(database_.Read(read));
  return part;
}

Result<PollsTotals> PrecinctLog::Totals(std::string_view precinct_id, uint64_t log_size) const {
  PollsTotals totals;
  const auto read = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(const auto precinct, QueryPrecinct(connection, precinct_id));
    if (!precinct) {
      return Fail(ErrorCode::kNotFound, "UNKNOWN_PRECINCT",
                  "precinct " + std::string(precinct_id) + " does not exist");
    }
    totals.voters = precinct->voter_count;
    TAANU_RETURN_IF_ERROR(FindClosing(connection, precinct_id, log_size, &totals));
    TAANU_ASSIGN_OR_RETURN(
        Statement row,
        connection.Query("SELECT outcome, count(*) FROM attempt "
                         "WHERE precinct_id = ?1 AND event_index < ?2 GROUP BY outcome",
                         precinct_id, totals.closing_index.value_or(log_size)));
    return ReadCounts(std::move(row), &totals.attempts, &totals.accredited);
  };
  TAANU_RETURN_IF_ERROR(database_.Read(read));
  return totals;
}

}  // namespace taanu
