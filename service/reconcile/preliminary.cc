#include "service/reconcile/preliminary.h"

#include <algorithm>
#include <map>
#include <utility>

namespace taanu::reconcile {
namespace {

// The protocol that speaks for the precinct; null where there is none.
const ImportedProtocol* Speaking(const PrecinctFigures& figures) {
  if (!figures.hand.empty()) return &figures.hand.back();
  return figures.machine.empty() ? nullptr : &figures.machine.back();
}

// A correction is the log's latest word, then the closing, then the last accreditation.
SourcedFigure Identified(const PrecinctFigures& figures) {
  int64_t time_us = figures.last_accreditation_us;
  if (figures.close_time_us) time_us = *figures.close_time_us;
  if (!figures.corrections.empty()) time_us = figures.corrections.back().time_us;
  return {figures.Identified(), FigureSource::kLog, time_us};
}

class Totals {
 public:
  void Add(const ImportedProtocol& version) {
    for (const ChoiceVotes& choice : version.protocol.votes) {
      ChoiceTotal& total = At(choice);
      total.votes += choice.votes;
      const bool hand = version.protocol.source == Source::kHand;
      ++(hand ? total.hand_precincts : total.machine_precincts);
      total.time_us = std::max(total.time_us, version.time_us);
    }
  }

  // A contest's choices stand together, wherever they first occurred.
  std::vector<ChoiceTotal> Take() {
    std::vector<ChoiceTotal> sorted;
    for (size_t contest = 0; contest < contests_.size(); ++contest) {
      for (ChoiceTotal& total : totals_) {
        if (contests_[total.contest] == contest) sorted.push_back(total);
      }
    }
    return sorted;
  }

 private:
  ChoiceTotal& At(const ChoiceVotes& choice) {
    const auto [at, fresh] = index_.try_emplace({choice.contest, choice.choice}, totals_.size());
    if (fresh) {
      totals_.push_back({choice.contest, choice.choice, 0, 0, 0, 0});
      contests_.try_emplace(choice.contest, contests_.size());
    }
    return totals_[at->second];
  }

  std::map<std::pair<std::string, std::string>, size_t> index_;
  std::map<std::string, size_t> contests_;  // the order of their first occurrence
  std::vector<ChoiceTotal> totals_;
};

}  // namespace

Preliminary MakePreliminary(const Report& report) {
  Preliminary out;
  Totals totals;
  for (const PrecinctReport& precinct : report.precincts) {
    const PrecinctFigures& figures = precinct.figures;
    PreliminaryRow row{figures.precinct_id, figures.polls,       precinct.state,
                       figures.voter_count, Identified(figures), std::nullopt};
    out.voters += row.voter_count;
    out.identified += row.identified.value;
    out.closed_count += figures.polls == rules::PollsState::kClosed ? 1 : 0;
    if (const ImportedProtocol* version = Speaking(figures)) {
      const bool hand = version->protocol.source == Source::kHand;
      row.ballots = {version->protocol.Counted().value_or(0),
                     hand ? FigureSource::kHand : FigureSource::kMachine, version->time_us};
      out.ballots += row.ballots->value;
      ++out.reported_count;
      totals.Add(*version);
    }
    out.rows.push_back(std::move(row));
  }
  out.agreeing_count = report.CountOf(State::kAgrees) + report.CountOf(State::kPartial);
  out.differing_count = report.CountOf(State::kDiffers);
  out.choices = totals.Take();
  return out;
}

}  // namespace taanu::reconcile
