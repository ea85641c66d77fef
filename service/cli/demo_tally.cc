#include "service/cli/demo_tally.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <set>

#include "service/cli/words.h"

namespace taanu::cli {
namespace {

uint64_t CountOf(const OutcomeCounts& counts, v1::Outcome outcome) {
  const auto found = counts.find(outcome);
  return found == counts.end() ? 0 : found->second;
}

}  // namespace

double Percentile(std::vector<double> latencies_ms, double share) {
  if (latencies_ms.empty()) return 0;
  std::sort(latencies_ms.begin(), latencies_ms.end());
  const auto rank =
      static_cast<size_t>(std::ceil(share * static_cast<double>(latencies_ms.size())));
  return latencies_ms[std::clamp<size_t>(rank, 1, latencies_ms.size()) - 1];
}

OutcomeCounts CountOutcomes(const v1::GetStatisticsResponse& statistics) {
  OutcomeCounts counts;
  for (const v1::StatisticsCell& cell : statistics.cells()) {
    counts[cell.outcome()] += cell.attempt_count();
  }
  return counts;
}

std::vector<std::string> CompareCounts(const OutcomeCounts& before, const OutcomeCounts& after,
                                       const OutcomeCounts& done) {
  std::set<v1::Outcome> outcomes;
  for (const OutcomeCounts* counts : {&before, &after, &done}) {
    for (const auto& [outcome, count] : *counts) outcomes.insert(outcome);
  }
  std::vector<std::string> differences;
  for (const v1::Outcome outcome : outcomes) {
    const uint64_t expected = CountOf(before, outcome) + CountOf(done, outcome);
    if (CountOf(after, outcome) == expected) continue;
    differences.push_back("the statistics count " + std::to_string(CountOf(after, outcome)) + " " +
                          OutcomeWord(outcome) + " where " + std::to_string(expected) +
                          " are right");
  }
  return differences;
}

}  // namespace taanu::cli
