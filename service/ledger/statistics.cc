#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>
#include <vector>

#include "enroll/store/connection.h"
#include "service/ledger/event_log.h"
#include "service/ledger/sqlite_ledger.h"
#include "service/rules/fallback.h"

namespace taanu {
namespace {

constexpr int64_t kHourUs = 3'600'000'000;

// From counters, row by row: SumCells adds up what is not split by, which takes SQLite three times
// as long. One text for every choice of dimensions: a dimension that was not asked for is a
// constant. Parameters: 1-4 the dimensions, 5 the facet, 6-7 the hours, 8 the precinct, or none in
// its name for the counters of all of them.
constexpr std::string_view kCountersOfOne =
    "SELECT iif(?1, precinct_id, ''), iif(?2, hour, 0), iif(?3, outcome, 0), iif(?4, method, 0), "
    "value, attempt_count, iif(outcome IN (1, 11), attempt_count, 0) FROM figure "
    "WHERE facet = ?5 AND hour >= ?6 AND hour < ?7 AND precinct_id = ?8";
constexpr std::string_view kCountersOfEach =
    "SELECT iif(?1, precinct_id, ''), iif(?2, hour, 0), iif(?3, outcome, 0), iif(?4, method, 0), "
    "value, attempt_count, iif(outcome IN (1, 11), attempt_count, 0) FROM figure "
    "WHERE facet = ?5 AND hour >= ?6 AND hour < ?7 AND precinct_id > ''";

// From the attempts, one by one, for times that are not full hours. Parameters: 1-4 the dimensions,
// 5-6 the times, 7 the precinct. All of it is answered from the index attempt_figures.
constexpr std::string_view kAttemptsOfAll =
    "SELECT iif(?1, precinct_id, '') AS p, iif(?2, time_us / 3600000000, 0) AS h, "
    "iif(?3, outcome, 0) AS o, iif(?4, method, 0) AS m, '' AS v, count(*), "
    "sum(outcome IN (1, 11)) FROM attempt WHERE time_us >= ?5 AND time_us < ?6 "
    "GROUP BY p, h, o, m ORDER BY p, h, o, m";
constexpr std::string_view kAttemptsOfOne =
    "SELECT iif(?1, precinct_id, '') AS p, iif(?2, time_us / 3600000000, 0) AS h, "
    "iif(?3, outcome, 0) AS o, iif(?4, method, 0) AS m, '' AS v, count(*), "
    "sum(outcome IN (1, 11)) FROM attempt WHERE time_us >= ?5 AND time_us < ?6 "
    "AND precinct_id = ?7 GROUP BY p, h, o, m ORDER BY p, h, o, m";

bool FullHour(const std::optional<int64_t>& time_us) { return !time_us || *time_us % kHourUs == 0; }

bool AnyTime(const StatisticsFilter& filter) {
  return !filter.start_time_us && !filter.end_time_us;
}

struct Hours {
  int64_t from = std::numeric_limits<int64_t>::min();
  int64_t to = std::numeric_limits<int64_t>::max();
};

Hours HoursOf(const StatisticsFilter& filter) {
  Hours hours;
  if (filter.start_time_us) hours.from = *filter.start_time_us / kHourUs;
  if (filter.end_time_us) hours.to = *filter.end_time_us / kHourUs;
  return hours;
}

Result<Statement> QueryCounters(Connection& connection, const StatisticsFilter& filter) {
  const Hours hours = HoursOf(filter);
  const bool whole_time = !filter.by_hour && AnyTime(filter);
  const bool from_precincts = filter.by_precinct || (HasManyValues(filter.facet) && !whole_time);
  if (!filter.precinct_id.empty() || !from_precincts) {
    return connection.Query(kCountersOfOne, filter.by_precinct, filter.by_hour, filter.by_outcome,
                            filter.by_method, filter.facet, hours.from, hours.to,
                            filter.precinct_id);
  }
  const bool totals = filter.facet == Facet::kNone && whole_time;
  return connection.Query(kCountersOfEach, filter.by_precinct, filter.by_hour, filter.by_outcome,
                          filter.by_method, totals ? Facet::kPrecinctTotal : filter.facet,
                          hours.from, hours.to);
}

Result<Statement> QueryAttempts(Connection& connection, const StatisticsFilter& filter) {
  const int64_t start_us = filter.start_time_us.value_or(std::numeric_limits<int64_t>::min());
  const int64_t end_us = filter.end_time_us.value_or(std::numeric_limits<int64_t>::max());
  if (filter.precinct_id.empty()) {
    return connection.Query(kAttemptsOfAll, filter.by_precinct, filter.by_hour, filter.by_outcome,
                            filter.by_method, start_us, end_us);
  }
  return connection.Query(kAttemptsOfOne, filter.by_precinct, filter.by_hour, filter.by_outcome,
                          filter.by_method, start_us, end_us, filter.precinct_id);
}

auto KeyOf(const StatisticsCell& cell) {
  return std::tie(cell.precinct_id, cell.hour_us, cell.outcome, cell.method, cell.value);
}

// Brings the cells into their order, and adds up those of one key.
void SumCells(std::vector<StatisticsCell>* cells) {
  std::vector<uint32_t> order(cells->size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [&](uint32_t k) { return KeyOf((*cells)[k]); });
  std::vector<StatisticsCell> sums;
  for (const uint32_t k : order) {
    StatisticsCell& cell = (*cells)[k];
    if (!sums.empty() && KeyOf(sums.back()) == KeyOf(cell)) {
      sums.back().attempt_count += cell.attempt_count;
    } else {
      sums.push_back(std::move(cell));
    }
  }
  *cells = std::move(sums);
}

Status ReadCells(Statement row, const StatisticsFilter& filter, Statistics* out) {
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) break;
    StatisticsCell cell;
    cell.precinct_id = row.Text(0);
    cell.hour_us = row.Int64(1) * kHourUs;
    if (filter.by_outcome) cell.outcome = static_cast<rules::Outcome>(row.Int64(2));
    if (filter.by_method) cell.method = static_cast<rules::Method>(row.Int64(3));
    cell.value = row.Text(4);
    cell.attempt_count = static_cast<uint64_t>(row.Int64(5));
    out->accredited_count += static_cast<uint64_t>(row.Int64(6));
    TAANU_RETURN_IF_ERROR(row.Check());
    out->cells.push_back(std::move(cell));
  }
  SumCells(&out->cells);
  return {};
}

Result<uint64_t> ReadCount(Statement row) {
  TAANU_RETURN_IF_ERROR(row.Step());
  const int64_t count = row.Int64(0);
  TAANU_RETURN_IF_ERROR(row.Check());
  return static_cast<uint64_t>(count);
}

// Accredited are told for the whole filter, also where a facet leaves attempts out.
Result<uint64_t> CountAccredited(Connection& connection, const StatisticsFilter& filter) {
  const Hours hours = HoursOf(filter);
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT coalesce(sum(attempt_count), 0) FROM figure WHERE facet = 0 AND "
                       "precinct_id = ?1 AND hour >= ?2 AND hour < ?3 AND outcome IN (1, 11)",
                       filter.precinct_id, hours.from, hours.to));
  return ReadCount(std::move(row));
}

Status ReadFirstComparisons(Connection& connection, const StatisticsFilter& filter,
                            Statistics* out) {
  const Hours hours = HoursOf(filter);
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT coalesce(sum(attempt_count), 0), "
                       "coalesce(sum(iif(value = 'failed', attempt_count, 0)), 0) FROM figure "
                       "WHERE facet = 9 AND precinct_id = ?1 AND hour >= ?2 AND hour < ?3",
                       filter.precinct_id, hours.from, hours.to));
  TAANU_RETURN_IF_ERROR(row.Step());
  out->first_comparisons = static_cast<uint64_t>(row.Int64(0));
  out->first_comparisons_failed = static_cast<uint64_t>(row.Int64(1));
  return row.Check();
}

// The rolls of the filter's precincts, and what their caps allow. Each cap is rounded by itself.
Status ReadRolls(Connection& connection, const StatisticsFilter& filter, Statistics* out) {
  TAANU_ASSIGN_OR_RETURN(Statement row,
                         filter.precinct_id.empty()
                             ? connection.Query("SELECT voter_count FROM precinct")
                             : connection.Query("SELECT voter_count FROM precinct WHERE "
                                                "precinct_id = ?1",
                                                filter.precinct_id));
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return {};
    const auto voters = static_cast<uint64_t>(row.Int64(0));
    TAANU_RETURN_IF_ERROR(row.Check());
    out->voter_count += voters;
    out->fallbacks_max += rules::FallbacksMax(filter.fallback_limits, voters);
  }
}

// A fallback whose finger is disputed settles a fault of the comparison, and has no cap.
Result<uint64_t> CountFallbacks(Connection& connection, const StatisticsFilter& filter) {
  const Hours hours = HoursOf(filter);
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT coalesce(sum(attempt_count), 0) FROM figure WHERE facet = 10 AND "
                       "precinct_id = ?1 AND hour >= ?2 AND hour < ?3 AND outcome = 11 AND "
                       "value != ?4",
                       filter.precinct_id, hours.from, hours.to,
                       rules::FallbackReasonName(rules::FallbackReason::kFingerDisputed)));
  return ReadCount(std::move(row));
}

Result<uint64_t> CountCases(Connection& connection, std::string_view precinct_id) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      precinct_id.empty()
          ? connection.Query("SELECT count(*) FROM duplicate_case")
          : connection.Query("SELECT count(*) FROM duplicate_case WHERE precinct_id = ?1",
                             precinct_id));
  return ReadCount(std::move(row));
}

Status Count(Connection& connection, const StatisticsFilter& filter, Statistics* out) {
  TAANU_ASSIGN_OR_RETURN(out->log_size, LogSize(connection));
  TAANU_RETURN_IF_ERROR(ReadRolls(connection, filter, out));
  TAANU_ASSIGN_OR_RETURN(out->cases, CountCases(connection, filter.precinct_id));
  TAANU_ASSIGN_OR_RETURN(out->case_tallies, QueryCaseTallies(connection, filter.precinct_id));
  if (FullHour(filter.start_time_us) && FullHour(filter.end_time_us)) {
    TAANU_ASSIGN_OR_RETURN(Statement row, QueryCounters(connection, filter));
    TAANU_RETURN_IF_ERROR(ReadCells(std::move(row), filter, out));
    TAANU_ASSIGN_OR_RETURN(out->accredited_count, CountAccredited(connection, filter));
    TAANU_ASSIGN_OR_RETURN(out->fallbacks, CountFallbacks(connection, filter));
    return ReadFirstComparisons(connection, filter, out);
  }
  if (filter.facet != Facet::kNone) {
    return Fail(ErrorCode::kBadInput, "BAD_TIME",
                "start_time and end_time must be full hours where figures are split by more than "
                "precinct, hour, outcome and method");
  }
  TAANU_ASSIGN_OR_RETURN(Statement row, QueryAttempts(connection, filter));
  return ReadCells(std::move(row), filter, out);
}

}  // namespace

Result<Statistics> SqliteLedger::GetStatistics(const StatisticsFilter& filter) const {
  TAANU_ASSIGN_OR_RETURN(auto statistics, GetStatistics(std::span(&filter, 1)));
  return std::move(statistics.front());
}

Result<std::vector<Statistics>> SqliteLedger::GetStatistics(
    std::span<const StatisticsFilter> filters) const {
  std::vector<Statistics> statistics(filters.size());
  const Status counted = database_->Read([&](Connection& connection) -> Status {
    for (size_t i = 0; i < filters.size(); ++i) {
      TAANU_RETURN_IF_ERROR(Count(connection, filters[i], &statistics[i]));
    }
    return {};
  });
  TAANU_RETURN_IF_ERROR(counted);
  return statistics;
}

}  // namespace taanu
