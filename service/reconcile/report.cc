#include "service/reconcile/report.h"

#include <algorithm>
#include <set>
#include <utility>

namespace taanu::reconcile {
namespace {

State StateOf(const PrecinctFigures& figures, const Comparison& comparison) {
  const bool differs = std::ranges::any_of(
      comparison.differences, [](const Difference& difference) { return !difference.tolerated; });
  if (differs) return State::kDiffers;
  if (figures.polls != rules::PollsState::kClosed) return State::kNotClosed;
  if (figures.Machine() == nullptr && figures.Hand() == nullptr) return State::kWaiting;
  if (figures.Machine() == nullptr || figures.Hand() == nullptr) return State::kPartial;
  return State::kAgrees;
}

KindTally TallyOf(Kind kind, const std::vector<PrecinctReport>& precincts) {
  KindTally tally{kind, 0, 0};
  for (const PrecinctReport& precinct : precincts) {
    bool occurs = false;
    for (const Difference& difference : precinct.comparison.differences) {
      if (difference.kind != kind || difference.tolerated) continue;
      occurs = true;
      tally.magnitude_sum += difference.Magnitude();
    }
    tally.precinct_count += occurs ? 1 : 0;
  }
  return tally;
}

}  // namespace

uint64_t PrecinctReport::LargestDifference() const {
  uint64_t largest = 0;
  for (const Difference& difference : comparison.differences) {
    if (!difference.tolerated) largest = std::max(largest, difference.Magnitude());
  }
  return largest;
}

uint64_t Report::CountOf(State state) const {
  return static_cast<uint64_t>(std::ranges::count(precincts, state, &PrecinctReport::state));
}

Report MakeReport(std::vector<PrecinctFigures> precincts, const Tolerance& tolerance) {
  Report report;
  report.tolerance = tolerance;
  for (PrecinctFigures& figures : precincts) {
    PrecinctReport precinct;
    precinct.comparison = Compare(figures, tolerance);
    precinct.state = StateOf(figures, precinct.comparison);
    precinct.moved = MovedTotals(figures);
    precinct.figures = std::move(figures);
    report.precincts.push_back(std::move(precinct));
  }
  std::ranges::sort(report.precincts, {}, [](const PrecinctReport& precinct) -> const std::string& {
    return precinct.figures.precinct_id;
  });
  for (const Kind kind : kKinds) {
    const KindTally tally = TallyOf(kind, report.precincts);
    if (tally.precinct_count > 0) report.kinds.push_back(tally);
  }
  return report;
}

}  // namespace taanu::reconcile
