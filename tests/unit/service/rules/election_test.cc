#include "service/rules/election.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "service/rules/ledger.h"

namespace taanu::rules {
namespace {

AttemptFacts GoodFacts() {
  AttemptFacts facts;
  facts.polls = PollsState::kOpen;
  facts.precinct_id = "P1";
  facts.voter_precinct_id = "P1";
  facts.references_enrolled = 2;
  return facts;
}

Evidence GoodEvidence() {
  Evidence evidence;
  evidence.samples_usable = 1;
  evidence.references_compared = 2;
  evidence.score = 55;
  evidence.threshold_score = 40;
  return evidence;
}

struct Situation {
  AttemptFacts facts = GoodFacts();
  Evidence evidence = GoodEvidence();
};

// One circumstance that decides an attempt, in the order in which the rules look at them.
struct Circumstance {
  Outcome outcome;
  void (*arrange)(Situation*);
};
const Circumstance kInOrder[] = {
    {Outcome::kPollsNotOpen, [](Situation* s) { s->facts.polls = PollsState::kNotOpen; }},
    {Outcome::kPollsClosed, [](Situation* s) { s->facts.polls = PollsState::kClosed; }},
    {Outcome::kNotOnRoll, [](Situation* s) { s->facts.voter_precinct_id.reset(); }},
    {Outcome::kNotOnRoll, [](Situation* s) { s->facts.voter_active = false; }},
    {Outcome::kWrongPrecinct, [](Situation* s) { s->facts.voter_precinct_id = "P2"; }},
    {Outcome::kAlreadyAccredited, [](Situation* s) { s->facts.earlier = Accreditation{}; }},
    {Outcome::kNoReference, [](Situation* s) { s->facts.references_enrolled = 0; }},
    {Outcome::kLowQuality, [](Situation* s) { s->evidence.samples_usable = 0; }},
    {Outcome::kNoReference, [](Situation* s) { s->evidence.references_compared = 0; }},
    {Outcome::kNoMatch, [](Situation* s) { s->evidence.score = 39.999; }},
    {Outcome::kDuplicateFinger, [](Situation* s) { s->facts.finger_holder = Accreditation{}; }},
};

TEST(ElectionRulesTest, AnIdentifiedVoterOfThisRollIsAccredited) {
  EXPECT_EQ(DecideFingerAttempt(GoodFacts(), GoodEvidence()), Outcome::kAccredited);
}

TEST(ElectionRulesTest, EveryCircumstanceHasItsOutcome) {
  for (const Circumstance& circumstance : kInOrder) {
    Situation situation;
    circumstance.arrange(&situation);
    EXPECT_EQ(DecideFingerAttempt(situation.facts, situation.evidence), circumstance.outcome)
        << OutcomeName(circumstance.outcome);
  }
}

// Whatever set of circumstances comes together, the first one in the order of the rules decides.
TEST(ElectionRulesTest, TheFirstCircumstanceDecidesWhateverComesWithIt) {
  constexpr size_t kCount = std::size(kInOrder);
  for (unsigned set = 1; set < 1u << kCount; ++set) {
    const unsigned both_states = 0b11;
    const unsigned both_precincts = 0b10100;
    // Two that exclude each other: polls are in one state, and a voter is on one roll or none.
    if ((set & both_states) == both_states || (set & both_precincts) == both_precincts) continue;
    Situation situation;
    for (size_t i = 0; i < kCount; ++i) {
      if ((set >> i & 1) != 0) kInOrder[i].arrange(&situation);
    }
    const auto first = static_cast<size_t>(__builtin_ctz(set));
    EXPECT_EQ(DecideFingerAttempt(situation.facts, situation.evidence), kInOrder[first].outcome)
        << set;
  }
}

TEST(ElectionRulesTest, AScoreAtTheThresholdIsAMatch) {
  Evidence evidence = GoodEvidence();
  evidence.score = evidence.threshold_score;
  EXPECT_EQ(DecideFingerAttempt(GoodFacts(), evidence), Outcome::kAccredited);
  evidence.score = std::nextafter(evidence.threshold_score, 0.0);
  EXPECT_EQ(DecideFingerAttempt(GoodFacts(), evidence), Outcome::kNoMatch);
}

TEST(ElectionRulesTest, AScoreThatIsNoNumberIsNoMatch) {
  Evidence evidence = GoodEvidence();
  evidence.score = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(DecideFingerAttempt(GoodFacts(), evidence), Outcome::kNoMatch);
  evidence = GoodEvidence();
  evidence.threshold_score = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(DecideFingerAttempt(GoodFacts(), evidence), Outcome::kNoMatch);
}

TEST(ElectionRulesTest, FusionChargesForEveryComparison) {
  EXPECT_DOUBLE_EQ(FuseScores(50, 1), 50);
  EXPECT_DOUBLE_EQ(FuseScores(50, 10), 40);
  EXPECT_DOUBLE_EQ(FuseScores(50, 100), 30);
  EXPECT_DOUBLE_EQ(FuseScores(50, 0), 50);
  EXPECT_DOUBLE_EQ(FuseScores(50, -3), 50);
  EXPECT_DOUBLE_EQ(FuseScores(5, 100), 0);
  EXPECT_DOUBLE_EQ(FuseScores(std::numeric_limits<double>::quiet_NaN(), 1), 0);
}

// The union bound: n comparisons, each falsely matching at FMR / n, falsely match at most at FMR.
TEST(ElectionRulesTest, FusionKeepsTheFalseMatchRateOfTheAttempt) {
  const double threshold = 40;  // FMR 1e-4
  for (const int comparisons : {1, 2, 8, 40}) {
    const double single = threshold + 10 * std::log10(comparisons);
    EXPECT_NEAR(std::pow(10, -single / 10) * comparisons, 1e-4, 1e-9);
    EXPECT_GE(FuseScores(single + 1e-9, comparisons), threshold);
    EXPECT_LT(FuseScores(single - 1e-6, comparisons), threshold);
  }
}

TEST(ElectionRulesTest, EveryOutcomeAndMethodHasANameOfItsOwn) {
  std::vector<std::string_view> names;
  for (int i = 1; i <= kOutcomeMax; ++i) names.push_back(OutcomeName(static_cast<Outcome>(i)));
  for (int i = 1; i <= 3; ++i) names.push_back(MethodName(static_cast<Method>(i)));
  for (size_t i = 0; i < names.size(); ++i) {
    EXPECT_NE(names[i], "UNKNOWN");
    for (size_t j = 0; j < i; ++j) EXPECT_NE(names[i], names[j]);
  }
}

TEST(ElectionRulesTest, ARequestIdIsAUuidInLowerCase) {
  EXPECT_TRUE(IsCanonicalRequestId("00000000-0000-4000-8000-00000000000f"));
  for (const char* bad :
       {"", "0", "00000000-0000-4000-8000-00000000000F", "00000000-0000-4000-8000-00000000000",
        "00000000000040008000000000000000", "00000000-0000-4000-8000-0000000000000",
        "0000000g-0000-4000-8000-000000000000", "0000000000000-4000-8000-000000000000",
        "00000000-0000-4000-8000-00000000000\n"}) {
    EXPECT_FALSE(IsCanonicalRequestId(bad)) << bad;
  }
}

}  // namespace
}  // namespace taanu::rules
