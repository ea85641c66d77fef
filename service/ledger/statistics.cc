#include <limits>

#include "enroll/store/connection.h"
#include "service/ledger/event_log.h"
#include "service/ledger/sqlite_ledger.h"

namespace taanu {
namespace {

// One text for every choice of dimensions: a dimension that was not asked for is a constant, by
// which nothing is split. Parameters: 1-4 the dimensions, 5-6 the times, 7 the precinct. All of it
// is answered from the index attempt_figures.
constexpr std::string_view kCellsOfAll =
    "SELECT iif(?1, precinct_id, '') AS p, "
    "iif(?2, time_us / 3600000000 * 3600000000, 0) AS h, "
    "iif(?3, outcome, 0) AS o, iif(?4, method, 0) AS m, count(*), sum(outcome IN (1, 11)) "
    "FROM attempt WHERE time_us >= ?5 AND time_us < ?6 "
    "GROUP BY p, h, o, m ORDER BY p, h, o, m";
constexpr std::string_view kCellsOfPrecinct =
    "SELECT iif(?1, precinct_id, '') AS p, "
    "iif(?2, time_us / 3600000000 * 3600000000, 0) AS h, "
    "iif(?3, outcome, 0) AS o, iif(?4, method, 0) AS m, count(*), sum(outcome IN (1, 11)) "
    "FROM attempt WHERE time_us >= ?5 AND time_us < ?6 AND precinct_id = ?7 "
    "GROUP BY p, h, o, m ORDER BY p, h, o, m";

Result<Statement> QueryCells(Connection& connection, const StatisticsFilter& filter) {
  const int64_t start_us = filter.start_time_us.value_or(std::numeric_limits<int64_t>::min());
  const int64_t end_us = filter.end_time_us.value_or(std::numeric_limits<int64_t>::max());
  if (filter.precinct_id.empty()) {
    return connection.Query(kCellsOfAll, filter.by_precinct, filter.by_hour, filter.by_outcome,
                            filter.by_method, start_us, end_us);
  }
  return connection.Query(kCellsOfPrecinct, filter.by_precinct, filter.by_hour, filter.by_outcome,
                          filter.by_method, start_us, end_us, filter.precinct_id);
}

Status ReadCells(Connection& connection, const StatisticsFilter& filter, Statistics* out) {
  TAANU_ASSIGN_OR_RETURN(Statement row, QueryCells(connection, filter));
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return {};
    StatisticsCell cell;
    cell.precinct_id = row.Text(0);
    cell.hour_us = row.Int64(1);
    if (filter.by_outcome) cell.outcome = static_cast<rules::Outcome>(row.Int64(2));
    if (filter.by_method) cell.method = static_cast<rules::Method>(row.Int64(3));
    cell.attempt_count = static_cast<uint64_t>(row.Int64(4));
    out->accredited_count += static_cast<uint64_t>(row.Int64(5));
    TAANU_RETURN_IF_ERROR(row.Check());
    out->cells.push_back(std::move(cell));
  }
}

Result<uint64_t> CountVoters(Connection& connection, std::string_view precinct_id) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      precinct_id.empty()
          ? connection.Query("SELECT coalesce(sum(voter_count), 0) FROM precinct")
          : connection.Query(
                "SELECT coalesce(sum(voter_count), 0) FROM precinct WHERE precinct_id = ?1",
                precinct_id));
  TAANU_RETURN_IF_ERROR(row.Step());
  const int64_t count = row.Int64(0);
  TAANU_RETURN_IF_ERROR(row.Check());
  return static_cast<uint64_t>(count);
}

}  // namespace

Result<Statistics> SqliteLedger::GetStatistics(const StatisticsFilter& filter) const {
  Statistics statistics;
  const auto read = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(statistics.log_size, LogSize(connection));
    TAANU_ASSIGN_OR_RETURN(statistics.voter_count, CountVoters(connection, filter.precinct_id));
    return ReadCells(connection, filter, &statistics);
  };
  TAANU_RETURN_IF_ERROR(database_->Read(read));
  return statistics;
}

}  // namespace taanu
