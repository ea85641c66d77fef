#include "matcher/evaluate/error_rates.h"

#include <gtest/gtest.h>

#include <cmath>

namespace taanu {
namespace {

TEST(ErrorRates, SeparatedScoresHaveNoErrors) {
  const ErrorRates r = MeasureErrorRates({5, 6, 7}, {1, 2, 3});
  EXPECT_EQ(r.eer, 0);
  EXPECT_EQ(r.fmr100, 0);
  EXPECT_EQ(r.fmr1000, 0);
  EXPECT_EQ(r.zero_fmr, 0);
}

TEST(ErrorRates, ReversedScoresAreAllWrong) {
  const ErrorRates r = MeasureErrorRates({1, 2}, {5, 6});
  EXPECT_EQ(r.eer, 1);
  EXPECT_EQ(r.fmr100, 1);
  EXPECT_EQ(r.zero_fmr, 1);
}

TEST(ErrorRates, EqualScoresAreAcceptedOrRefusedTogether) {
  // At the score 1 everything is accepted, above it nothing is.
  const ErrorRates r = MeasureErrorRates({1, 1, 1, 1}, {1, 1, 1, 1});
  EXPECT_EQ(r.eer, 0.5);
  EXPECT_EQ(r.fmr100, 1);
  EXPECT_EQ(r.zero_fmr, 1);
}

TEST(ErrorRates, EerIsExactWhereTheRatesMeet) {
  // At 3: one of four non-mated is accepted, one of four mated is refused.
  const ErrorRates r = MeasureErrorRates({2, 3, 4, 5}, {0, 1, 2.5, 3});
  EXPECT_EQ(r.eer, 0.25);
  EXPECT_EQ(r.zero_fmr, 0.5);
}

TEST(ErrorRates, EerTakesTheTighterIntervalWhereTheRatesCrossBetweenScores) {
  // FMR and FNMR are 2/3 and 0 at a threshold of 2, 1/3 and 1/2 at 3; the former sum is smaller.
  const ErrorRates r = MeasureErrorRates({2, 4}, {1, 2, 3});
  EXPECT_NEAR(r.eer, 1.0 / 3, 1e-12);
}

TEST(ErrorRates, FnmrAtOnePercentAllowsOneInAHundred) {
  std::vector<double> non_mated;
  for (int k = 0; k < 100; ++k) non_mated.push_back(k);
  const ErrorRates r = MeasureErrorRates({98.5, 99, 200, 201}, non_mated);
  EXPECT_EQ(r.fmr100, 0.0);   // at 98.5 only the score 99 is accepted
  EXPECT_EQ(r.fmr1000, 0.5);  // none may be: 99 must be refused, and with it two mated ones
  EXPECT_EQ(r.zero_fmr, 0.5);
}

TEST(ErrorRates, NothingToMeasureGivesZeros) {
  EXPECT_EQ(MeasureErrorRates({}, {1}).eer, 0);
  EXPECT_EQ(MeasureErrorRates({1}, {}).zero_fmr, 0);
}

TEST(ObservedFmr, CountsScoresAtTheThreshold) {
  EXPECT_EQ(ObservedFmr({1, 2, 3, 4}, 3), 0.5);
  EXPECT_EQ(ObservedFmr({}, 3), 0);
}

TEST(DetCurve, HasAnOperatingPointAtEachScoreAndOneThatAcceptsNothing) {
  const auto curve = DetCurve({3, 2, 3, 5}, {2, 0});
  ASSERT_EQ(curve.size(), 5u);
  const double expected[][3] = {{0, 1, 0}, {2, 0.5, 0}, {3, 0, 0.25}, {5, 0, 0.75}};
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(curve[i].threshold, expected[i][0]);
    EXPECT_EQ(curve[i].fmr, expected[i][1]);
    EXPECT_EQ(curve[i].fnmr, expected[i][2]);
  }
  EXPECT_TRUE(std::isinf(curve[4].threshold));
  EXPECT_EQ(curve[4].fmr, 0);
  EXPECT_EQ(curve[4].fnmr, 1);
}

TEST(ThresholdForFmr, IsTheLowestThatKeepsTheRate) {
  const auto curve = DetCurve({3, 2, 3, 5}, {2, 0});
  EXPECT_EQ(ThresholdForFmr(curve, 1), 0);
  EXPECT_EQ(ThresholdForFmr(curve, 0.5), 2);
  EXPECT_EQ(ThresholdForFmr(curve, 0.499), 3);
  EXPECT_TRUE(std::isinf(ThresholdForFmr(DetCurve({1}, {2}), 0)));
  EXPECT_TRUE(std::isinf(ThresholdForFmr({}, 1)));
}

TEST(DetCurve, OfNothingIsEmpty) {
  EXPECT_TRUE(DetCurve({}, {1}).empty());
  EXPECT_TRUE(DetCurve({1}, {}).empty());
}

}  // namespace
}  // namespace taanu
