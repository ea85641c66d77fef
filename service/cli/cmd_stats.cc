// taanu stats: the figures of the election, as auditors read them.
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "service/cli/commands.h"
#include "service/cli/output.h"
#include "service/cli/remote.h"
#include "service/cli/table.h"
#include "service/cli/words.h"
#include "taanu/v1/audit_service.grpc.pb.h"

namespace taanu::cli {
namespace {

struct StatsOptions {
  RemoteOptions remote;
  std::string precinct;
  std::vector<v1::StatisticsDimension> by;
  std::string from;
  std::string to;
  bool csv = false;
  int watch_seconds = 0;
};

const std::map<std::string, v1::StatisticsDimension> kDimensions = {
    {"precinct", v1::STATISTICS_DIMENSION_PRECINCT},
    {"hour", v1::STATISTICS_DIMENSION_HOUR},
    {"outcome", v1::STATISTICS_DIMENSION_OUTCOME},
    {"method", v1::STATISTICS_DIMENSION_METHOD},
    {"operator", v1::STATISTICS_DIMENSION_OPERATOR},
    {"terminal", v1::STATISTICS_DIMENSION_TERMINAL},
    {"sex", v1::STATISTICS_DIMENSION_SEX},
    {"age", v1::STATISTICS_DIMENSION_AGE_GROUP},
    {"finger", v1::STATISTICS_DIMENSION_FINGER},
    {"quality", v1::STATISTICS_DIMENSION_QUALITY},
    {"captures", v1::STATISTICS_DIMENSION_CAPTURES},
    {"reference-age", v1::STATISTICS_DIMENSION_REFERENCE_AGE},
    {"first-comparison", v1::STATISTICS_DIMENSION_FIRST_COMPARISON},
    {"fallback-reason", v1::STATISTICS_DIMENSION_FALLBACK_REASON},
};

Result<v1::GetStatisticsRequest> MakeRequest(const StatsOptions& options) {
  v1::GetStatisticsRequest request;
  request.set_precinct_id(options.precinct);
  for (const v1::StatisticsDimension dimension : options.by) request.add_group_by(dimension);
  if (!options.from.empty()) {
    TAANU_ASSIGN_OR_RETURN(*request.mutable_start_time(), ParseTime(options.from));
  }
  if (!options.to.empty()) {
    TAANU_ASSIGN_OR_RETURN(*request.mutable_end_time(), ParseTime(options.to));
  }
  return request;
}

std::string DimensionName(v1::StatisticsDimension dimension) {
  for (const auto& [name, value] : kDimensions) {
    if (value == dimension) return name;
  }
  return "?";
}

std::string CellWord(const v1::StatisticsCell& cell, v1::StatisticsDimension dimension) {
  if (cell.merged()) return "(few)";
  switch (dimension) {
    case v1::STATISTICS_DIMENSION_PRECINCT:
      return cell.precinct_id();
    case v1::STATISTICS_DIMENSION_HOUR:
      return TimeWord(cell.hour());
    case v1::STATISTICS_DIMENSION_OUTCOME:
      return OutcomeWord(cell.outcome());
    case v1::STATISTICS_DIMENSION_METHOD:
      return MethodWord(cell.method());
    default:
      return cell.value();
  }
}

Table MakeTable(const StatsOptions& options, const v1::GetStatisticsResponse& statistics) {
  std::vector<std::string> header;
  for (const auto dimension : options.by) header.push_back(DimensionName(dimension));
  const size_t words = header.size();
  header.emplace_back("attempts");
  Table table(std::move(header), words);
  for (const v1::StatisticsCell& cell : statistics.cells()) {
    std::vector<std::string> row;
    for (const auto dimension : options.by) row.push_back(CellWord(cell, dimension));
    row.push_back(std::to_string(cell.attempt_count()));
    table.Add(std::move(row));
  }
  return table;
}

void PrintFirstComparisons(const v1::GetStatisticsResponse& statistics) {
  const uint64_t all = statistics.first_comparison_count();
  if (all == 0) return;
  const uint64_t failed = statistics.first_comparison_failed_count();
  std::printf(
      "the first comparison failed for %llu of %llu voters: %.1f %% (95 %% interval %.1f to "
      "%.1f %%)\n",
      static_cast<unsigned long long>(failed), static_cast<unsigned long long>(all),
      100.0 * static_cast<double>(failed) / static_cast<double>(all),
      100.0 * statistics.first_comparison_failed_rate_low(),
      100.0 * statistics.first_comparison_failed_rate_high());
}

std::string TallyWord(const v1::CaseTally& tally) {
  if (tally.merged()) return "(few)";
  return CaseKindWord(tally.kind()) + " " + CaseStateWord(tally.state());
}

void Print(const StatsOptions& options, const Context& context,
           const v1::GetStatisticsResponse& statistics) {
  if (context.json) {
    std::puts(ToJson(statistics).c_str());
    return;
  }
  const Table table = MakeTable(options, statistics);
  if (options.csv) {
    std::fputs(table.Csv().c_str(), stdout);
    return;
  }
  std::printf("%s\naccredited %llu of %llu voters, counted from %llu entries of the audit log\n",
              table.Text().c_str(), static_cast<unsigned long long>(statistics.accredited_count()),
              static_cast<unsigned long long>(statistics.voter_count()),
              static_cast<unsigned long long>(statistics.log_size()));
  PrintFirstComparisons(statistics);
  std::printf("accredited by fallback under the cap: %llu of at most %llu\n",
              static_cast<unsigned long long>(statistics.fallback_count()),
              static_cast<unsigned long long>(statistics.fallback_max_count()));
  std::printf("cases of duplicate attempts: %llu\n",
              static_cast<unsigned long long>(statistics.case_count()));
  for (const v1::CaseTally& tally : statistics.case_tallies()) {
    std::printf("  %s: %llu\n", TallyWord(tally).c_str(),
                static_cast<unsigned long long>(tally.case_count()));
  }
}

// Prints the figures as they move, until the daemon ends it or the user does.
ExitStatus Watch(const StatsOptions& options, const Context& context, const Remote& remote,
                 v1::AuditService::Stub& stub, const v1::GetStatisticsRequest& statistics) {
  v1::WatchStatisticsRequest request;
  *request.mutable_statistics() = statistics;
  request.set_interval_seconds(options.watch_seconds);
  // No deadline: it ends when either side does.
  grpc::ClientContext call;
  const auto reader = stub.WatchStatistics(&call, request);
  v1::WatchStatisticsResponse response;
  while (reader->Read(&response)) {
    Print(options, context, response.statistics());
    std::fflush(stdout);
  }
  const grpc::Status status = reader->Finish();
  return status.ok() ? ExitStatus::kSuccess : PrintError(context, remote.ToError(status));
}

ExitStatus RunStats(const StatsOptions& options, const Context& context) {
  const Result<v1::GetStatisticsRequest> request = MakeRequest(options);
  if (!request) return PrintError(context, request.error());
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  const auto stub = v1::AuditService::NewStub(remote->channel());
  if (options.watch_seconds > 0) return Watch(options, context, *remote, *stub, *request);
  const Result<v1::GetStatisticsResponse> statistics =
      Call(*remote, *stub, &v1::AuditService::Stub::GetStatistics, *request);
  if (!statistics) return PrintError(context, statistics.error());
  Print(options, context, *statistics);
  return ExitStatus::kSuccess;
}

}  // namespace

void RegisterStats(CLI::App& app, Context& context) {
  auto options = std::make_shared<StatsOptions>();
  options->by = {v1::STATISTICS_DIMENSION_OUTCOME};
  CLI::App* command = AddCommand(
      app, context,
      {"stats", "Show how many attempts there were, split as asked",
       "taanu stats --by precinct,outcome --from 2026-11-22T02:00 --to 2026-11-22T14:00"},
      [options, &context] { return RunStats(*options, context); });
  command->add_option("--precinct", options->precinct, "Only this precinct");
  command
      ->add_option("--by", options->by,
                   "Split by precinct, hour, outcome, method (default: outcome), and by one of "
                   "operator, terminal, sex, age, finger, quality, captures, reference-age, "
                   "first-comparison, fallback-reason")
      ->delimiter(',')
      ->transform(CLI::CheckedTransformer(kDimensions, CLI::ignore_case));
  command->add_option("--from", options->from, "Only attempts at or after this time, UTC");
  command->add_option("--to", options->to, "Only attempts before this time, UTC");
  command->add_flag("--csv", options->csv, "Write CSV");
  command
      ->add_option("--watch", options->watch_seconds,
                   "Show the figures again each time that they have changed, looking every so many "
                   "seconds")
      ->check(CLI::Range(1, 3600));
  AddRemoteOptions(command, &options->remote);
}

}  // namespace taanu::cli
