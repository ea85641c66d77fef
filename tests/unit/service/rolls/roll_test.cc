#include "service/rolls/roll.h"

#include <gtest/gtest.h>

#include "tests/unit/service/rolls/made_voter.h"

namespace taanu::test {
namespace {

constexpr double kMatch = 40;

class RollTest : public testing::Test {
 protected:
  RollTest() {
    std::vector<EnrolledVoter> voters;
    for (uint64_t number = 1; number <= 20; ++number) voters.push_back(MadeVoter(number));
    roll_.InsertAll(voters);
    roll_.set_loaded(true);
  }

  // Who is found by another impression of a finger.
  std::vector<KeyedReference> Found(uint64_t finger, bool accredited_only) {
    SearchOptions options;
    options.mode = SearchMode::kFull;
    options.score_min = kMatch;
    const std::vector<FingerView> probe = {MadeView(finger, 2)};
    const auto result =
        accredited_only ? roll_.SearchAccredited(probe, options) : roll_.SearchAll(probe, options);
    EXPECT_TRUE(result && result->complete());
    std::vector<KeyedReference> voters;
    for (const Candidate& candidate : result->candidates) {
      voters.push_back(ReferenceOf(candidate.id));
    }
    return voters;
  }
  std::vector<KeyedReference> One(uint64_t number) { return {MadeReference(number)}; }

  Roll roll_{"P1"};
};

TEST_F(RollTest, AVoterIsFoundAndAStrangerIsNot) {
  EXPECT_EQ(Found(7, false), One(7));
  EXPECT_TRUE(Found(99, false).empty());
  EXPECT_EQ(roll_.size().subjects, 20U);
}

TEST_F(RollTest, AmongTheAccreditedOnlyTheyAreFound) {
  roll_.OnAccredited(MadeReference(7));
  EXPECT_EQ(Found(7, true), One(7));
  EXPECT_TRUE(Found(8, true).empty());
  EXPECT_EQ(Found(8, false), One(8));
  EXPECT_EQ(roll_.searchable_accredited(), 1U);
}

TEST_F(RollTest, WhoWasAccreditedBeforeTheReferencesCameIsMarkedWhenTheyCome) {
  roll_.OnAccredited(MadeReference(30));
  EXPECT_EQ(roll_.accredited(), 1U);
  EXPECT_EQ(roll_.searchable_accredited(), 0U);
  roll_.Put(MadeVoter(30));
  EXPECT_EQ(roll_.searchable_accredited(), 1U);
  EXPECT_EQ(Found(30, true), One(30));
}

TEST_F(RollTest, TheMarkStaysWhereTheReferencesAreLoadedAfresh) {
  roll_.OnAccredited(MadeReference(7));
  roll_.Clear();
  EXPECT_FALSE(roll_.ready());
  roll_.InsertAll(std::vector{MadeVoter(9), MadeVoter(8), MadeVoter(7)});
  EXPECT_EQ(Found(7, true), One(7));
  EXPECT_TRUE(Found(9, true).empty());
}

TEST_F(RollTest, ANewReferenceTakesThePlaceOfTheOldOne) {
  EnrolledVoter voter = MadeVoter(7);
  voter.fingers = {{MadeView(50, 1), "foreign"}};
  roll_.Put(voter);
  EXPECT_TRUE(Found(7, false).empty());
  EXPECT_EQ(Found(50, false), One(7));
  EXPECT_EQ(roll_.size().subjects, 20U);
}

TEST_F(RollTest, WhoWasTakenOffTheRollOrHasNoReferenceLeftIsFoundNoMore) {
  EnrolledVoter inactive = MadeVoter(7);
  inactive.inactive = DeactivationReason::kDied;
  roll_.Put(inactive);
  EXPECT_TRUE(Found(7, false).empty());
  EnrolledVoter bare = MadeVoter(8);
  bare.fingers.clear();
  roll_.Put(bare);
  EXPECT_TRUE(Found(8, false).empty());
  roll_.Remove(MadeReference(9));
  EXPECT_TRUE(Found(9, false).empty());
  EXPECT_EQ(roll_.size().subjects, 17U);
}

// Minutiae further apart than any finger is long.
TEST_F(RollTest, AReferenceThatCannotBeSearchedIsCountedAndSpoilsNobodyElses) {
  EnrolledVoter giant = MadeVoter(40);
  giant.fingers[0].view.minutiae.front().x_um = 0;
  giant.fingers[0].view.minutiae.back().x_um = 200'000;
  roll_.InsertAll(std::vector{MadeVoter(41), giant, MadeVoter(42)});
  EXPECT_EQ(roll_.unsearchable(), 1U);
  EXPECT_EQ(Found(41, false), One(41));
  EXPECT_EQ(Found(42, false), One(42));
}

TEST_F(RollTest, ItIsReadyWhenNothingWaitsAndNothingWasLost) {
  EXPECT_TRUE(roll_.ready());
  roll_.AddWaiting(1);
  EXPECT_FALSE(roll_.ready());
  EXPECT_TRUE(roll_.current());
  roll_.AddWaiting(-1);
  EXPECT_TRUE(roll_.ready());
  roll_.set_stale(true);
  EXPECT_FALSE(roll_.ready());
  EXPECT_FALSE(roll_.current());
}

}  // namespace
}  // namespace taanu::test
