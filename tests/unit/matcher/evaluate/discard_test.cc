#include "matcher/evaluate/discard.h"

#include <gtest/gtest.h>

#include <vector>

namespace taanu {
namespace {

// Two fingers with three impressions each, prints 0 to 2 and 3 to 5. Prints 4 and 1 are the worst;
// all pairs of print 4 fail, and one that is left when both are gone.
RatedPrints TwoFingers() {
  return {
      .qualities = {80, 30, 90, 50, 20, 70},
      .mated = {
          {0, 1, false}, {0, 2, true}, {1, 2, true}, {3, 4, true}, {3, 5, false}, {4, 5, true}}};
}

TEST(DiscardCurve, LosesThePairsOfEachPrintInTheOrderOfQuality) {
  const auto curve = DiscardCurve(TwoFingers());
  // Discarded in turn: 4 (both of its pairs fail), 1 (one of two does), 3, 5, 0 (which fails), 2.
  const size_t mated[] = {6, 4, 2, 1, 1, 0, 0};
  const size_t failed[] = {4, 2, 1, 1, 1, 0, 0};
  ASSERT_EQ(curve.size(), 7u);
  for (size_t i = 0; i < curve.size(); ++i) {
    EXPECT_EQ(curve[i].discarded, i);
    EXPECT_EQ(curve[i].mated, mated[i]) << i;
    EXPECT_EQ(curve[i].false_non_matches, failed[i]) << i;
  }
  EXPECT_EQ(curve[1].fnmr(), 0.5);
  EXPECT_EQ(curve[6].fnmr(), 0);
}

TEST(DiscardCurve, OfEqualQualitiesTheEarlierPrintGoesFirst) {
  RatedPrints prints = TwoFingers();
  prints.qualities = {20, 20, 20, 20, 20, 70};
  const auto curve = DiscardCurve(prints);
  ASSERT_EQ(curve.size(), 7u);
  EXPECT_EQ(curve[1].mated, 4u);  // print 0 is gone
  EXPECT_EQ(curve[1].false_non_matches, 3u);
  EXPECT_EQ(curve[2].mated, 3u);  // and print 1
  EXPECT_EQ(curve[2].false_non_matches, 2u);
}

TEST(DiscardCurve, IsEmptyWhereQualitiesTellNoPrintsApart) {
  RatedPrints prints = TwoFingers();
  prints.qualities.assign(6, 0);
  EXPECT_TRUE(DiscardCurve(prints).empty());
  prints.qualities.assign(6, 75);
  EXPECT_TRUE(DiscardCurve(prints).empty());
  EXPECT_TRUE(DiscardCurve({}).empty());
}

TEST(DiscardWorst, CountsWhatGoesWithTheWorstPrints) {
  const auto curve = DiscardCurve(TwoFingers());
  const auto third = DiscardWorst(curve, 1.0 / 3);
  ASSERT_TRUE(third);
  EXPECT_EQ(third->false_non_matches, 4u);
  EXPECT_EQ(third->removed, 3u);
  EXPECT_EQ(third->removed_share(), 0.75);
  EXPECT_EQ(third->mated_removed_share(), 4.0 / 6);
  // A tenth of six prints is none of them.
  EXPECT_EQ(DiscardWorst(curve, 0.1)->removed, 0u);
  EXPECT_EQ(DiscardWorst(curve, 1)->removed, 4u);
}

TEST(DiscardWorst, ATenthOfFourHundredAndEightyPrintsIsFortyEight) {
  RatedPrints prints;
  for (uint32_t i = 0; i < 480; ++i) {
    prints.qualities.push_back(static_cast<uint8_t>(i / 5));
    if (i % 2 == 1) prints.mated.push_back({i - 1, i, true});
  }
  EXPECT_EQ(DiscardWorst(DiscardCurve(prints), 0.1)->removed, 24u);
}

TEST(DiscardWorst, HasNothingToSayWithoutAnOrderOrWithoutErrors) {
  EXPECT_FALSE(DiscardWorst({}, 0.1));
  RatedPrints prints = TwoFingers();
  for (MatedOutcome& m : prints.mated) m.refused = false;
  EXPECT_FALSE(DiscardWorst(DiscardCurve(prints), 0.1));
}

TEST(AddToPool, KeepsEachSetsOutcomesWithItsOwnPrints) {
  RatedPrints pool;
  AddToPool({.qualities = {10, 90}, .mated = {{0, 1, true}}}, &pool);
  AddToPool({.qualities = {5, 60}, .mated = {{0, 1, false}}}, &pool);
  ASSERT_EQ(pool.qualities.size(), 4u);
  EXPECT_EQ(pool.mated[1].probe, 2u);
  EXPECT_EQ(pool.mated[1].reference, 3u);
  // Print 2, the worst, takes the success of its set, then print 0 the failure of the other one.
  const auto curve = DiscardCurve(pool);
  EXPECT_EQ(curve[1].fnmr(), 1);
  EXPECT_EQ(curve[2].mated, 0u);
}

}  // namespace
}  // namespace taanu
