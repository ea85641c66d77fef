#include "service/rpc/comparison.h"

#include <gtest/gtest.h>

#include <vector>

#include "matcher/compare/comparator.h"
#include "tests/support/synthetic_record.h"

namespace taanu::rpc {
namespace {

constexpr rules::Policy kPolicy{.threshold_fmr = 0.0001, .captures_max = 4};

PreparedSample Probe(uint64_t finger, v1::FingerPosition position) {
  return *PrepareSample(test::RecordSample(finger, 2, position), 20);
}

FingerReference Reference(uint64_t finger, v1::FingerPosition position) {
  auto sample = *PrepareSample(test::RecordSample(finger, 1, position), 20);
  return {sample.views.front(), "foreign"};
}

TEST(ComparisonTest, ASampleOfAnEnrolledPositionIsComparedWithThatReferenceAlone) {
  const std::vector references = {Reference(1, v1::FINGER_POSITION_RIGHT_INDEX),
                                  Reference(2, v1::FINGER_POSITION_LEFT_INDEX)};
  const auto own =
      CompareAttempt(std::vector{Probe(1, v1::FINGER_POSITION_RIGHT_INDEX)}, references, kPolicy);
  EXPECT_TRUE(own.matched());
  EXPECT_EQ(own.references_compared, 1);
  EXPECT_EQ(own.matched_position, FingerPosition::kRightIndex);
  // The right finger, said to be another one that is enrolled.
  const auto other =
      CompareAttempt(std::vector{Probe(1, v1::FINGER_POSITION_LEFT_INDEX)}, references, kPolicy);
  EXPECT_FALSE(other.matched());
}

TEST(ComparisonTest, ASampleOfAPositionThatIsNotEnrolledIsComparedWithAll) {
  const std::vector references = {Reference(1, v1::FINGER_POSITION_RIGHT_INDEX),
                                  Reference(2, v1::FINGER_POSITION_LEFT_INDEX)};
  const auto evidence =
      CompareAttempt(std::vector{Probe(2, v1::FINGER_POSITION_LEFT_THUMB)}, references, kPolicy);
  EXPECT_TRUE(evidence.matched());
  EXPECT_EQ(evidence.references_compared, 2);
  EXPECT_EQ(evidence.matched_position, FingerPosition::kLeftIndex);
}

TEST(ComparisonTest, MoreComparisonsCostScoreSoThatTheThresholdHoldsForTheAttempt) {
  const std::vector one = {Reference(1, v1::FINGER_POSITION_RIGHT_INDEX)};
  const std::vector two = {Reference(1, v1::FINGER_POSITION_RIGHT_INDEX),
                           Reference(2, v1::FINGER_POSITION_LEFT_INDEX)};
  const std::vector probe = {Probe(1, v1::FINGER_POSITION_UNSPECIFIED)};
  const double alone = CompareAttempt(probe, one, kPolicy).score;
  EXPECT_LT(CompareAttempt(probe, two, kPolicy).score, alone);
}

TEST(ComparisonTest, NothingToCompareIsNoMatch) {
  const auto without =
      CompareAttempt(std::vector{Probe(1, v1::FINGER_POSITION_UNSPECIFIED)}, {}, kPolicy);
  EXPECT_FALSE(without.matched());
  EXPECT_EQ(without.samples_usable, 1);
  EXPECT_EQ(without.score, 0);
  EXPECT_EQ(without.threshold_score, ScoreForFmr(0.0001));

  std::vector poor = {Probe(1, v1::FINGER_POSITION_UNSPECIFIED)};
  poor[0].usable = false;
  const std::vector references = {Reference(1, v1::FINGER_POSITION_RIGHT_INDEX)};
  const auto unused = CompareAttempt(poor, references, kPolicy);
  EXPECT_FALSE(unused.matched());
  EXPECT_EQ(unused.samples_usable, 0);
  EXPECT_EQ(unused.references_compared, 0);
}

}  // namespace
}  // namespace taanu::rpc
