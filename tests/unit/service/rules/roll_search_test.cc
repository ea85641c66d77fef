#include "service/rules/roll_search.h"

#include <gtest/gtest.h>

namespace taanu::rules {
namespace {

AttemptFacts FactsOfTheFound() {
  AttemptFacts facts;
  facts.polls = PollsState::kOpen;
  facts.precinct_id = "P1";
  facts.voter_precinct_id = "P1";
  facts.references_enrolled = 1;
  return facts;
}

constexpr Evidence kMatched = {
    .samples_usable = 1, .references_compared = 1, .score = 80, .threshold_score = 75};

RollSearch Found(uint64_t count) {
  return {.complete = true, .searched_count = 3000, .found_count = count};
}

TEST(RollSearchTest, OneVoterWhoWasFoundIsTreatedAsOneWhoGaveTheNumber) {
  AttemptFacts facts = FactsOfTheFound();
  EXPECT_EQ(DecideSearchAttempt(facts, kMatched, Found(1)), Outcome::kAccredited);
  facts.earlier = Accreditation{};
  EXPECT_EQ(DecideSearchAttempt(facts, kMatched, Found(1)), Outcome::kAlreadyAccredited);
  facts = FactsOfTheFound();
  facts.finger_holder = Accreditation{};
  EXPECT_EQ(DecideSearchAttempt(facts, kMatched, Found(1)), Outcome::kDuplicateFinger);
  // Whoever was moved since the roll was searched.
  facts = FactsOfTheFound();
  facts.voter_precinct_id = "P2";
  EXPECT_EQ(DecideSearchAttempt(facts, kMatched, Found(1)), Outcome::kWrongPrecinct);
}

TEST(RollSearchTest, NobodyIsNoMatchAndMoreThanOneIsAmbiguous) {
  AttemptFacts nobody;
  nobody.polls = PollsState::kOpen;
  nobody.precinct_id = "P1";
  Evidence evidence = kMatched;
  evidence.references_compared = 0;
  EXPECT_EQ(DecideSearchAttempt(nobody, evidence, Found(0)), Outcome::kNoMatch);
  EXPECT_EQ(DecideSearchAttempt(nobody, evidence, Found(2)), Outcome::kAmbiguous);
}

TEST(RollSearchTest, HoursAndQualityComeFirst) {
  AttemptFacts facts = FactsOfTheFound();
  EXPECT_EQ(DecideSearchAttempt(facts, {}, {}), Outcome::kLowQuality);
  facts.polls = PollsState::kNotOpen;
  EXPECT_EQ(DecideSearchAttempt(facts, kMatched, Found(1)), Outcome::kPollsNotOpen);
  facts.polls = PollsState::kClosed;
  EXPECT_EQ(DecideSearchAttempt(facts, kMatched, Found(2)), Outcome::kPollsClosed);
}

}  // namespace
}  // namespace taanu::rules
