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
};

const std::map<std::string, v1::StatisticsDimension> kDimensions = {
    {"precinct", v1::STATISTICS_DIMENSION_PRECINCT},
    {"hour", v1::STATISTICS_DIMENSION_HOUR},
    {"outcome", v1::STATISTICS_DIMENSION_OUTCOME},
    {"method", v1::STATISTICS_DIMENSION_METHOD},
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
      return "?";
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

ExitStatus RunStats(const StatsOptions& options, const Context& context) {
  const Result<v1::GetStatisticsRequest> request = MakeRequest(options);
  if (!request) return PrintError(context, request.error());
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  const auto stub = v1::AuditService::NewStub(remote->channel());
  const Result<v1::GetStatisticsResponse> statistics =
      Call(*remote, *stub, &v1::AuditService::Stub::GetStatistics, *request);
  if (!statistics) return PrintError(context, statistics.error());
  if (context.json) {
    std::puts(ToJson(*statistics).c_str());
    return ExitStatus::kSuccess;
  }
  const Table table = MakeTable(options, *statistics);
  if (options.csv) {
    std::fputs(table.Csv().c_str(), stdout);
    return ExitStatus::kSuccess;
  }
  std::printf("%s\naccredited %llu of %llu voters, counted from %llu entries of the audit log\n",
              table.Text().c_str(), static_cast<unsigned long long>(statistics->accredited_count()),
              static_cast<unsigned long long>(statistics->voter_count()),
              static_cast<unsigned long long>(statistics->log_size()));
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
                   "Split by precinct, hour, outcome, method (default: outcome)")
      ->delimiter(',')
      ->transform(CLI::CheckedTransformer(kDimensions, CLI::ignore_case));
  command->add_option("--from", options->from, "Only attempts at or after this time, UTC");
  command->add_option("--to", options->to, "Only attempts before this time, UTC");
  command->add_flag("--csv", options->csv, "Write CSV");
  AddRemoteOptions(command, &options->remote);
}

}  // namespace taanu::cli
