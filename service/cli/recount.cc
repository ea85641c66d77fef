#include "service/cli/recount.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "service/cli/words.h"

namespace taanu::cli {
namespace {

constexpr size_t kDifferencesMax = 20;
constexpr int64_t kSecondsOfHour = 3600;

using Cell = std::tuple<std::string, int64_t, int, int, std::string>;

bool Splits(const v1::GetStatisticsRequest& request, v1::StatisticsDimension dimension) {
  return std::ranges::find(request.group_by(), dimension) != request.group_by().end();
}

std::map<Cell, uint64_t> Given(const v1::GetStatisticsResponse& response) {
  std::map<Cell, uint64_t> cells;
  for (const v1::StatisticsCell& cell : response.cells()) {
    cells[{cell.precinct_id(), cell.hour().seconds() / kSecondsOfHour, cell.outcome(),
           cell.method(), cell.value()}] += cell.attempt_count();
  }
  return cells;
}

std::map<Cell, uint64_t> Counted(const Figures& figures, const RecountQuestion& question) {
  const bool precinct = Splits(question.request, v1::STATISTICS_DIMENSION_PRECINCT);
  const bool hour = Splits(question.request, v1::STATISTICS_DIMENSION_HOUR);
  std::map<Cell, uint64_t> cells;
  for (const auto& [key, count] : figures) {
    if (key.facet != question.facet || key.precinct_id.empty()) continue;
    cells[{precinct ? key.precinct_id : "", hour ? key.hour : 0, static_cast<int>(key.outcome),
           static_cast<int>(key.method), key.value}] += count;
  }
  return cells;
}

std::string Name(const Cell& cell) {
  const auto& [precinct, hour, outcome, method, value] = cell;
  std::string name;
  if (!precinct.empty()) name += "precinct " + precinct + ", ";
  if (hour != 0) {
    google::protobuf::Timestamp time;
    time.set_seconds(hour * kSecondsOfHour);
    name += TimeWord(time) + ", ";
  }
  name += OutcomeWord(static_cast<v1::Outcome>(outcome)) + ", " +
          MethodWord(static_cast<v1::IdentificationMethod>(method));
  if (!value.empty()) name += ", " + value;
  return name;
}

RecountQuestion Question(std::string name, std::vector<v1::StatisticsDimension> dimensions,
                         Facet facet = Facet::kNone) {
  RecountQuestion question{std::move(name), {}, facet};
  for (const auto dimension : dimensions) question.request.add_group_by(dimension);
  question.request.add_group_by(v1::STATISTICS_DIMENSION_OUTCOME);
  question.request.add_group_by(v1::STATISTICS_DIMENSION_METHOD);
  return question;
}

}  // namespace

std::vector<RecountQuestion> RecountQuestions() {
  return {
      Question("outcome and method by precinct", {v1::STATISTICS_DIMENSION_PRECINCT}),
      Question("outcome and method by hour", {v1::STATISTICS_DIMENSION_HOUR}),
      Question("operators", {v1::STATISTICS_DIMENSION_OPERATOR}, Facet::kOperator),
      Question("terminals", {v1::STATISTICS_DIMENSION_TERMINAL}, Facet::kTerminal),
      Question("sex", {v1::STATISTICS_DIMENSION_SEX}, Facet::kSex),
      Question("age groups", {v1::STATISTICS_DIMENSION_AGE_GROUP}, Facet::kAgeGroup),
      Question("fingers", {v1::STATISTICS_DIMENSION_FINGER}, Facet::kFinger),
      Question("quality", {v1::STATISTICS_DIMENSION_QUALITY}, Facet::kQuality),
      Question("captures", {v1::STATISTICS_DIMENSION_CAPTURES}, Facet::kCaptures),
      Question("age of the reference", {v1::STATISTICS_DIMENSION_REFERENCE_AGE},
               Facet::kReferenceAge),
      Question("first comparisons", {v1::STATISTICS_DIMENSION_FIRST_COMPARISON},
               Facet::kFirstComparison),
      Question("reasons of fallback", {v1::STATISTICS_DIMENSION_FALLBACK_REASON},
               Facet::kFallbackReason),
  };
}

Status Recount::Add(std::string_view leaf) {
  const auto attempt = CountEntry(leaf);
  if (!attempt) {
    return Fail(attempt.error().code, attempt.error().reason,
                "entry " + std::to_string(entries_) + ": " + attempt.error().message);
  }
  ++entries_;
  if (!*attempt) return {};
  for (FigureKey& key : KeysOf(**attempt)) ++figures_[std::move(key)];
  return {};
}

std::vector<std::string> Recount::Differences(const RecountQuestion& question,
                                              const v1::GetStatisticsResponse& given) const {
  const auto shown = Given(given);
  const auto counted = Counted(figures_, question);
  std::set<Cell> cells;
  for (const auto& [cell, count] : shown) cells.insert(cell);
  for (const auto& [cell, count] : counted) cells.insert(cell);
  const auto count_in = [](const std::map<Cell, uint64_t>& in, const Cell& cell) {
    const auto found = in.find(cell);
    return found == in.end() ? uint64_t{0} : found->second;
  };
  std::vector<std::string> differences;
  for (const Cell& cell : cells) {
    const uint64_t is = count_in(shown, cell);
    const uint64_t should = count_in(counted, cell);
    if (is == should) continue;
    if (differences.size() == kDifferencesMax) break;
    differences.push_back(Name(cell) + ": " + std::to_string(is) + " given, " +
                          std::to_string(should) + " in the log");
  }
  return differences;
}

}  // namespace taanu::cli
