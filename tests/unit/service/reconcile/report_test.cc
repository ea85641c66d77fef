// A whole election: states, kinds by size, totals that moved, and the running table.
#include "service/reconcile/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/reconcile/preliminary.h"
#include "tests/unit/service/reconcile/figures_for_test.h"

namespace taanu::reconcile {
namespace {

using testing::ElementsAre;

TEST(ReportTest, APrecinctsStateFollowsFromWhatIsKnownOfIt) {
  PrecinctFigures open = AgreeingPrecinct("P1");
  open.polls = rules::PollsState::kOpen;
  open.sealed.reset();
  open.machine.clear();
  open.hand.clear();
  PrecinctFigures waiting = AgreeingPrecinct("P2");
  waiting.machine.clear();
  waiting.hand.clear();
  PrecinctFigures partial = AgreeingPrecinct("P3");
  partial.machine.clear();
  PrecinctFigures differs = AgreeingPrecinct("P5");
  Machine(differs).by_machine = 50;
  // Not in their order.
  const Report report = MakeReport({differs, AgreeingPrecinct("P4"), waiting, partial, open}, {});
  std::vector<State> states;
  for (const PrecinctReport& precinct : report.precincts) states.push_back(precinct.state);
  EXPECT_THAT(states, ElementsAre(State::kNotClosed, State::kWaiting, State::kPartial,
                                  State::kAgrees, State::kDiffers));
  EXPECT_EQ(report.precincts[4].LargestDifference(), 9U);
  EXPECT_EQ(report.CountOf(State::kAgrees), 1U);
}

TEST(ReportTest, KindsAreCountedByPrecinctAndSizeAndToleratedOnesAreNot) {
  PrecinctFigures a = AgreeingPrecinct("P1");
  Machine(a).votes[0].votes = 20;
  Machine(a).votes[1].votes = 35;
  PrecinctFigures b = AgreeingPrecinct("P2");
  Machine(b).votes[0].votes = 29;
  const Report report = MakeReport({a, b}, {.ballots = 1, .share_ppm = 0});
  ASSERT_EQ(report.kinds.size(), 1U);
  EXPECT_EQ(report.kinds[0].kind, Kind::kVotesNotEqual);
  EXPECT_EQ(report.kinds[0].precinct_count, 1U);
  EXPECT_EQ(report.kinds[0].magnitude_sum, 20U);
  EXPECT_EQ(report.precincts[1].state, State::kAgrees);
  EXPECT_EQ(report.precincts[1].comparison.differences.size(), 1U) << "shown, though tolerated";
}

TEST(ReportTest, TotalsThatMovedAreToldWithWhatTheyWereAndWhy) {
  PrecinctFigures precinct = AgreeingPrecinct();
  precinct.corrections.push_back(
      {.time_us = 9, .event_index = 50, .before = 60, .after = 61, .reason = "PAPER_ROLL"});
  ImportedProtocol again = precinct.hand.back();
  again.import_id = 3;
  again.event_index = 103;
  again.reason = "a digit was misread";
  again.protocol.votes = {{"President", "A", 31}, {"Mayor", "X", 5}};
  again.protocol.spoiled.reset();
  precinct.hand.push_back(again);
  const std::vector<TotalChange> moved = MovedTotals(precinct);
  ASSERT_EQ(moved.size(), 5U);
  EXPECT_EQ(moved[0].figure, "identified");
  EXPECT_EQ(moved[0].reason, "PAPER_ROLL");
  EXPECT_EQ(moved[1].figure, "hand: spoiled");
  EXPECT_EQ(moved[1].before, 1U);
  EXPECT_EQ(moved[1].after, std::nullopt);
  EXPECT_EQ(moved[2].figure, "hand: President/A");
  EXPECT_EQ(moved[3].figure, "hand: Mayor/X");
  EXPECT_EQ(moved[3].before, std::nullopt);
  EXPECT_EQ(moved[4].figure, "hand: President/B");
  EXPECT_EQ(moved[4].before, 25U);
  EXPECT_EQ(moved[4].import_id, 3U);
  EXPECT_EQ(moved[4].reason, "a digit was misread");
}

TEST(PreliminaryTest, EachFigureNamesItsSourceAndTheHandCountComesFirst) {
  PrecinctFigures machine_only = AgreeingPrecinct("P2");
  machine_only.hand.clear();
  PrecinctFigures open = AgreeingPrecinct("P3");
  open.polls = rules::PollsState::kOpen;
  open.close_time_us.reset();
  open.sealed.reset();
  open.machine.clear();
  open.hand.clear();
  open.last_accreditation_us = 1500;
  PrecinctFigures by_hand = AgreeingPrecinct("P1");
  Hand(by_hand).votes[0].votes = 31;
  const Preliminary table = MakePreliminary(MakeReport({by_hand, machine_only, open}, {}));
  ASSERT_EQ(table.rows.size(), 3U);
  EXPECT_EQ(table.rows[0].ballots->source, FigureSource::kHand);
  EXPECT_EQ(table.rows[0].ballots->time_us, 2'000'000);
  EXPECT_EQ(table.rows[1].ballots->source, FigureSource::kMachine);
  EXPECT_FALSE(table.rows[2].ballots.has_value());
  EXPECT_EQ(table.rows[0].identified.time_us, 2000) << "of the closing";
  EXPECT_EQ(table.rows[2].identified.time_us, 1500) << "of the last accreditation";
  EXPECT_EQ(table.closed_count, 2U);
  EXPECT_EQ(table.reported_count, 2U);
  EXPECT_EQ(table.agreeing_count, 1U);
  EXPECT_EQ(table.differing_count, 1U);
  EXPECT_EQ(table.identified, 180U);
  EXPECT_EQ(table.ballots, 118U);
  ASSERT_EQ(table.choices.size(), 2U);
  EXPECT_EQ(table.choices[0].votes, 61U);
  EXPECT_EQ(table.choices[0].hand_precincts, 1U);
  EXPECT_EQ(table.choices[0].machine_precincts, 1U);
}

TEST(PreliminaryTest, TheChoicesOfAContestStandTogether) {
  PrecinctFigures a = AgreeingPrecinct("P1");
  Hand(a).votes = {{"President", "A", 1}, {"Mayor", "X", 2}};
  PrecinctFigures b = AgreeingPrecinct("P2");
  Hand(b).votes = {{"Mayor", "Y", 3}, {"President", "B", 4}};
  std::vector<std::string> names;
  for (const ChoiceTotal& total : MakePreliminary(MakeReport({a, b}, {})).choices) {
    names.push_back(total.contest + "/" + total.choice);
  }
  EXPECT_THAT(names, ElementsAre("President/A", "President/B", "Mayor/X", "Mayor/Y"));
}

}  // namespace
}  // namespace taanu::reconcile
