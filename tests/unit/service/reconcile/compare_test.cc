// Each rule finds its own difference, and nothing else finds it.
#include "service/reconcile/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/service/reconcile/figures_for_test.h"

namespace taanu::reconcile {
namespace {

using testing::ElementsAre;

std::vector<Kind> KindsOf(const Comparison& comparison) {
  std::vector<Kind> kinds;
  for (const Difference& difference : comparison.differences) kinds.push_back(difference.kind);
  return kinds;
}

// What the rules find in a precinct that agrees but for `plant`.
Comparison After(const std::function<void(PrecinctFigures&)>& plant, Tolerance tolerance = {}) {
  PrecinctFigures precinct = AgreeingPrecinct();
  plant(precinct);
  return Compare(precinct, tolerance);
}

void ExpectOne(const Comparison& comparison, Kind kind, uint64_t expected, uint64_t found) {
  ASSERT_THAT(KindsOf(comparison), ElementsAre(kind));
  EXPECT_EQ(comparison.differences[0].expected, expected);
  EXPECT_EQ(comparison.differences[0].found, found);
  EXPECT_FALSE(comparison.differences[0].tolerated);
  EXPECT_NE(Explain(comparison.differences[0]).find(std::to_string(found)), std::string::npos);
}

TEST(CompareTest, APrecinctThatAgreesHasNoDifferenceAndEveryRuleWasApplied) {
  const Comparison comparison = After([](PrecinctFigures&) {});
  EXPECT_TRUE(comparison.differences.empty());
  EXPECT_TRUE(comparison.not_applied.empty());
}

TEST(CompareTest, ATotalThatMovedWithoutAnEntryIsFoundAndNoToleranceExcusesIt) {
  const Tolerance wide{.ballots = 1000, .share_ppm = 1'000'000};
  ExpectOne(After([](PrecinctFigures& p) { p.sealed = 58; }, wide), Kind::kSealedNotLog, 58, 60);
  ExpectOne(After([](PrecinctFigures& p) { p.slip_count = 61; }, wide), Kind::kSlipsNotLog, 60, 61);
}

TEST(CompareTest, BallotsIssuedAreTheVotersIdentified) {
  ExpectOne(After([](PrecinctFigures& p) {
              Hand(p).issued = 65;
              Hand(p).in_box = Hand(p).by_hand = 64;
              Machine(p).by_machine = 64;
            }),
            Kind::kIssuedNotIdentified, 60, 65);
}

TEST(CompareTest, AfterACorrectionBallotsAreComparedWithTheCorrectedTotal) {
  const auto correct = [](PrecinctFigures& p) {
    p.corrections.push_back({.time_us = 3000,
                             .event_index = 9,
                             .before = 60,
                             .after = 62,
                             .reason = "two voters on paper"});
  };
  ExpectOne(After(correct), Kind::kIssuedNotIdentified, 62, 60);
  EXPECT_TRUE(After([&](PrecinctFigures& p) {
                correct(p);
                Hand(p).issued = 62;
                Hand(p).in_box = Hand(p).by_hand = 61;
                Machine(p).by_machine = 61;
              }).differences.empty());
}

TEST(CompareTest, BallotsIssuedAreInTheBoxOrSpoiled) {
  ExpectOne(After([](PrecinctFigures& p) { Hand(p).spoiled = 0; }), Kind::kBallotsUnaccounted, 60,
            59);
}

TEST(CompareTest, WhatIsInTheBoxIsCountedByHandWhereThereIsSuchACount) {
  EXPECT_THAT(KindsOf(After([](PrecinctFigures& p) { Hand(p).by_hand = 58; })),
              ElementsAre(Kind::kBoxNotCounted, Kind::kMachineNotHand));
  ExpectOne(After([](PrecinctFigures& p) { Machine(p).by_machine = 58; }), Kind::kMachineNotHand,
            58, 59);
  ExpectOne(After([](PrecinctFigures& p) {
              Machine(p).issued = 60;
              Machine(p).spoiled = 1;
              Machine(p).in_box = 59;
              Machine(p).by_machine = 58;
              p.hand.clear();
            }),
            Kind::kBoxNotCounted, 59, 58);
}

TEST(CompareTest, VotesAreComparedChoiceByChoice) {
  const Comparison comparison = After([](PrecinctFigures& p) { Machine(p).votes[0].votes = 26; });
  ExpectOne(comparison, Kind::kVotesNotEqual, 26, 30);
  EXPECT_EQ(comparison.differences[0].subject, "President/A");
  EXPECT_EQ(comparison.differences[0].Size(), 4);
}

TEST(CompareTest, AChoiceThatOneCountDoesNotKnowHasNoVotesThere) {
  ExpectOne(After([](PrecinctFigures& p) {
              Hand(p).votes.push_back({"President", "C", 2});
            }),
            Kind::kVotesNotEqual, 0, 2);
  ExpectOne(After([](PrecinctFigures& p) {
              Machine(p).votes.push_back({"President", "C", 2});
            }),
            Kind::kVotesNotEqual, 2, 0);
  const Comparison other = After([](PrecinctFigures& p) { Hand(p).votes = {{"Mayor", "A", 3}}; });
  EXPECT_TRUE(other.differences.empty()) << "another contest is nothing to compare with";
  EXPECT_THAT(other.not_applied, ElementsAre(Kind::kVotesNotEqual));
}

TEST(CompareTest, AContestHasNoMoreVotesThanBallots) {
  const Tolerance wide{.ballots = 1000, .share_ppm = 0};
  const Comparison comparison = After(
      [](PrecinctFigures& p) { Hand(p).votes[1].votes = Machine(p).votes[1].votes = 30; }, wide);
  ASSERT_THAT(KindsOf(comparison), ElementsAre(Kind::kVotesAboveBallots, Kind::kVotesAboveBallots));
  EXPECT_EQ(comparison.differences[0].subject, "President by machine");
  EXPECT_EQ(comparison.differences[1].subject, "President by hand");
  EXPECT_FALSE(comparison.differences[0].tolerated);
}

TEST(CompareTest, WhatBothProtocolsStateTheyStateAlike) {
  const Comparison comparison = After([](PrecinctFigures& p) { Machine(p).issued = 63; });
  ExpectOne(comparison, Kind::kStatementsDiffer, 63, 60);
  EXPECT_EQ(comparison.differences[0].subject, "issued");
}

TEST(CompareTest, AProtocolOfAPrecinctThatIsNotClosedIsNamed) {
  EXPECT_THAT(KindsOf(After([](PrecinctFigures& p) {
                p.polls = rules::PollsState::kOpen;
                p.sealed.reset();
              })),
              ElementsAre(Kind::kPollsNotClosed));
}

TEST(CompareTest, ARuleWithoutItsFiguresIsNamedAsNotApplied) {
  const Comparison comparison = After([](PrecinctFigures& p) {
    p.machine.clear();
    Hand(p).spoiled.reset();
    Hand(p).votes.clear();
  });
  EXPECT_TRUE(comparison.differences.empty());
  EXPECT_THAT(comparison.not_applied, ElementsAre(Kind::kBallotsUnaccounted, Kind::kMachineNotHand,
                                                  Kind::kVotesNotEqual, Kind::kVotesAboveBallots));
}

TEST(CompareTest, TheToleranceIsTheLargerOfANumberAndAShare) {
  EXPECT_EQ((Tolerance{.ballots = 3, .share_ppm = 10'000}.Allowed(100, 250)), 3U);
  EXPECT_EQ((Tolerance{.ballots = 3, .share_ppm = 10'000}.Allowed(500, 399)), 5U);
  EXPECT_EQ((Tolerance{.ballots = 0, .share_ppm = 1'000'000}.Allowed(UINT64_MAX, 1)),
            10 * kCountMax);
  const auto plant = [](PrecinctFigures& p) { Machine(p).by_machine = 57; };
  EXPECT_TRUE(After(plant, {.ballots = 2, .share_ppm = 0}).differences[0].tolerated);
  EXPECT_FALSE(After(plant, {.ballots = 1, .share_ppm = 0}).differences[0].tolerated);
  EXPECT_FALSE(After(plant, {.ballots = 0, .share_ppm = 33'000}).differences[0].tolerated);
  EXPECT_TRUE(After(plant, {.ballots = 0, .share_ppm = 34'000}).differences[0].tolerated);
}

TEST(CompareTest, EveryKindHasANameATitleAndASentence) {
  for (const Kind kind : kKinds) {
    EXPECT_NE(KindName(kind), "UNKNOWN");
    EXPECT_NE(KindTitle(kind), "unknown");
    EXPECT_NE(Explain({.kind = kind, .subject = "x", .expected = 1, .found = 2}),
              "unknown difference");
  }
}

}  // namespace
}  // namespace taanu::reconcile
