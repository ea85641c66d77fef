#include "service/watch/tried_fingers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/service/rolls/made_voter.h"

namespace taanu::test {
namespace {

using std::chrono::seconds;

class TriedFingersTest : public testing::Test {
 protected:
  TriedFingers::Suspicion Note(uint64_t voter, uint64_t finger,
                               const std::string& precinct = "P1") {
    const std::vector<FingerView> views = {MadeView(finger, ++impression_)};
    return tried_.Note(precinct, MadeReference(voter), "r-" + std::to_string(impression_), views,
                       now_);
  }

  TriedFingers tried_{{.identities = 3, .window = seconds(600)}};
  TriedFingers::Clock::time_point now_ = TriedFingers::Clock::now();
  uint64_t impression_ = 0;
};

TEST_F(TriedFingersTest, TheThirdIdentityIsSuspiciousAndNamesTheAttempts) {
  EXPECT_EQ(Note(1, 77).identities, 0U);
  EXPECT_EQ(Note(2, 77).identities, 0U);
  const auto third = Note(3, 77);
  EXPECT_EQ(third.identities, 3U);
  EXPECT_THAT(third.request_ids, testing::ElementsAre("r-1", "r-2", "r-3"));
  EXPECT_EQ(Note(4, 77).identities, 4U);
}

TEST_F(TriedFingersTest, OneVoterWhoFailsAgainAndAgainIsNot) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(Note(1, 77).identities, 0U);
  EXPECT_EQ(Note(2, 77).identities, 0U) << "a mistyped number";
}

TEST_F(TriedFingersTest, AQueueOfPeopleWhoFailIsNot) {
  for (uint64_t k = 1; k <= 60; ++k) EXPECT_EQ(Note(k, 100 + k).identities, 0U);
}

TEST_F(TriedFingersTest, WhatIsLongAgoOrInAnotherPrecinctDoesNotCount) {
  Note(1, 77);
  Note(2, 77, "P2");
  EXPECT_EQ(Note(3, 77).identities, 0U);
  now_ += seconds(601);
  EXPECT_EQ(Note(4, 77).identities, 0U);
  EXPECT_EQ(Note(5, 77).identities, 0U);
}

TEST_F(TriedFingersTest, MemoryIsBounded) {
  for (uint64_t k = 1; k <= 200; ++k) Note(k, 100 + k);
  EXPECT_EQ(tried_.size(), 64U);
}

TEST(TriedFingersOffTest, NothingIsRememberedWhereItIsOff) {
  TriedFingers tried({.identities = 0});
  const std::vector<FingerView> views = {MadeView(1, 1)};
  for (uint64_t k = 1; k <= 5; ++k) {
    const auto now = TriedFingers::Clock::now();
    EXPECT_EQ(tried.Note("P1", MadeReference(k), "r", views, now).identities, 0U);
  }
  EXPECT_EQ(tried.size(), 0U);
}

}  // namespace
}  // namespace taanu::test
