// Who may be accredited without a finger that matched, and how many.
#include "service/rules/fallback.h"

#include <gtest/gtest.h>

#include <iterator>
#include <string>
#include <vector>

namespace taanu::rules {
namespace {

constexpr FallbackReason kReasons[] = {
    FallbackReason::kNoUsableFinger, FallbackReason::kFingerNotMatched,
    FallbackReason::kNoReference, FallbackReason::kReaderFailed, FallbackReason::kFingerDisputed};

// A voter of this roll with fingers enrolled, of whom nothing else is known.
FallbackFacts PlainFacts() {
  FallbackFacts facts;
  facts.attempt.polls = PollsState::kOpen;
  facts.attempt.precinct_id = "P1";
  facts.attempt.voter_precinct_id = "P1";
  facts.attempt.voter_count = 100;
  facts.attempt.references_enrolled = 2;
  facts.tally = {0, 5};
  return facts;
}

// Everything that any reason needs.
FallbackFacts FactsForEveryReason() {
  FallbackFacts facts = PlainFacts();
  facts.attempt.references_enrolled = 0;
  facts.prior = {true, true};
  facts.disputes_a_duplicate = true;
  return facts;
}

std::string Decision(const FallbackFacts& facts, FallbackReason reason) {
  const auto outcome = DecideFallback(facts, reason);
  return outcome ? std::string(OutcomeName(*outcome)) : outcome.error().reason;
}

TEST(FallbackRulesTest, WhatHoldsForEveryVoterHoldsHereTooWhateverTheReason) {
  const struct {
    const char* outcome;
    void (*arrange)(AttemptFacts*);
  } kBars[] = {
      {"POLLS_NOT_OPEN", [](AttemptFacts* f) { f->polls = PollsState::kNotOpen; }},
      {"POLLS_CLOSED", [](AttemptFacts* f) { f->polls = PollsState::kClosed; }},
      {"NOT_ON_ROLL", [](AttemptFacts* f) { f->voter_precinct_id.reset(); }},
      {"NOT_ON_ROLL", [](AttemptFacts* f) { f->voter_active = false; }},
      {"WRONG_PRECINCT", [](AttemptFacts* f) { f->voter_precinct_id = "P2"; }},
      {"ALREADY_ACCREDITED", [](AttemptFacts* f) { f->earlier = Accreditation{}; }},
  };
  for (const auto& bar : kBars) {
    for (const FallbackReason reason : kReasons) {
      FallbackFacts facts = FactsForEveryReason();
      bar.arrange(&facts.attempt);
      EXPECT_EQ(Decision(facts, reason), bar.outcome) << FallbackReasonName(reason);
      // It is told before the reason is looked at, and before the cap.
      facts.prior = {};
      facts.disputes_a_duplicate = false;
      facts.tally = {5, 5};
      EXPECT_EQ(Decision(facts, reason), bar.outcome) << FallbackReasonName(reason);
    }
  }
}

TEST(FallbackRulesTest, AReasonThatTheRecordBearsOutIsEnough) {
  for (const FallbackReason reason : kReasons) {
    EXPECT_EQ(Decision(FactsForEveryReason(), reason), "ACCREDITED_BY_FALLBACK")
        << FallbackReasonName(reason);
  }
}

TEST(FallbackRulesTest, WhatOnlyTheOfficersCanSeeNeedsNoRecord) {
  EXPECT_EQ(Decision(PlainFacts(), FallbackReason::kNoUsableFinger), "ACCREDITED_BY_FALLBACK");
  EXPECT_EQ(Decision(PlainFacts(), FallbackReason::kReaderFailed), "ACCREDITED_BY_FALLBACK");
}

TEST(FallbackRulesTest, AReasonThatTheRecordContradictsIsRefused) {
  EXPECT_EQ(Decision(PlainFacts(), FallbackReason::kFingerNotMatched), "FALLBACK_REASON_UNFOUNDED");
  EXPECT_EQ(Decision(PlainFacts(), FallbackReason::kNoReference), "FALLBACK_REASON_UNFOUNDED");
  EXPECT_EQ(Decision(PlainFacts(), FallbackReason::kFingerDisputed), "FALLBACK_REASON_UNFOUNDED");
}

TEST(FallbackRulesTest, ANoMatchBearsOutNotMatchedAndNothingElse) {
  FallbackFacts facts = PlainFacts();
  facts.prior.no_match = true;
  EXPECT_EQ(Decision(facts, FallbackReason::kFingerNotMatched), "ACCREDITED_BY_FALLBACK");
  EXPECT_EQ(Decision(facts, FallbackReason::kNoReference), "FALLBACK_REASON_UNFOUNDED");
  EXPECT_EQ(Decision(facts, FallbackReason::kFingerDisputed), "FALLBACK_REASON_UNFOUNDED");
}

TEST(FallbackRulesTest, NoReferenceIsBorneOutByTheRegisterOrByAnAttempt) {
  FallbackFacts facts = PlainFacts();
  facts.attempt.references_enrolled = 0;
  EXPECT_EQ(Decision(facts, FallbackReason::kNoReference), "ACCREDITED_BY_FALLBACK");
  facts = PlainFacts();
  facts.prior.no_reference = true;
  EXPECT_EQ(Decision(facts, FallbackReason::kNoReference), "ACCREDITED_BY_FALLBACK");
  EXPECT_EQ(Decision(facts, FallbackReason::kFingerNotMatched), "FALLBACK_REASON_UNFOUNDED");
}

TEST(FallbackRulesTest, TheCapHoldsForEveryReasonButADispute) {
  for (const FallbackReason reason : kReasons) {
    FallbackFacts facts = FactsForEveryReason();
    facts.tally = {4, 5};
    EXPECT_EQ(Decision(facts, reason), "ACCREDITED_BY_FALLBACK");
    facts.tally = {5, 5};
    const bool disputes = reason == FallbackReason::kFingerDisputed;
    EXPECT_EQ(Decision(facts, reason),
              disputes ? "ACCREDITED_BY_FALLBACK" : "FALLBACK_CAP_REACHED");
    // The cap may fall below what was given, where voters left the roll.
    facts.tally = {6, 5};
    EXPECT_EQ(Decision(facts, reason),
              disputes ? "ACCREDITED_BY_FALLBACK" : "FALLBACK_CAP_REACHED");
  }
}

TEST(FallbackRulesTest, AnUnfoundedReasonIsToldBeforeTheCap) {
  FallbackFacts facts = PlainFacts();
  facts.tally = {5, 5};
  EXPECT_EQ(Decision(facts, FallbackReason::kFingerNotMatched), "FALLBACK_REASON_UNFOUNDED");
}

TEST(FallbackRulesTest, TheCapIsAShareOfTheRollRoundedUpAndNeverMoreThanTheNumber) {
  const auto max = [](double share, std::optional<uint64_t> count, uint64_t voters) {
    return FallbacksMax({share, count}, voters);
  };
  EXPECT_EQ(max(0.05, std::nullopt, 3000), 150U);
  EXPECT_EQ(max(0.05, std::nullopt, 20), 1U);
  EXPECT_EQ(max(0.05, std::nullopt, 21), 2U);
  EXPECT_EQ(max(0.05, std::nullopt, 1), 1U);
  EXPECT_EQ(max(0.05, std::nullopt, 0), 0U);
  EXPECT_EQ(max(0.01, std::nullopt, 3000), 30U);
  EXPECT_EQ(max(0, std::nullopt, 3000), 0U);
  EXPECT_EQ(max(1, std::nullopt, 3000), 3000U);
  EXPECT_EQ(max(0.05, 10, 3000), 10U);
  EXPECT_EQ(max(0.05, 1000, 3000), 150U);
  EXPECT_EQ(max(0.05, 0, 3000), 0U);
  EXPECT_EQ(max(1e-9, std::nullopt, 3), 0U) << "less than a millionth of a voter is none";
}

TEST(FallbackRulesTest, ADisputeDoesNotCountUnderTheCap) {
  EXPECT_EQ(UnderCap({}), 0U);
  EXPECT_EQ(UnderCap({{FallbackReason::kNoReference, 2}, {FallbackReason::kReaderFailed, 3}}), 5U);
  EXPECT_EQ(UnderCap({{FallbackReason::kNoReference, 2}, {FallbackReason::kFingerDisputed, 3}}),
            2U);
}

TEST(FallbackRulesTest, EveryReasonHasANameOfItsOwn) {
  for (size_t i = 0; i < std::size(kReasons); ++i) {
    EXPECT_NE(FallbackReasonName(kReasons[i]), "UNKNOWN");
    for (size_t j = 0; j < i; ++j) {
      EXPECT_NE(FallbackReasonName(kReasons[i]), FallbackReasonName(kReasons[j]));
    }
  }
}

}  // namespace
}  // namespace taanu::rules
