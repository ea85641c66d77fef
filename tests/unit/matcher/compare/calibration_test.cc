#include "matcher/compare/calibration.h"

#include <gtest/gtest.h>

#include "matcher/compare/comparator.h"

namespace taanu {
namespace {

TEST(Calibration, IsMonotoneAndStaysWithinItsScale) {
  double last = -1;
  for (double raw = -200; raw < 200; raw += 0.01) {
    const double score = compare::Calibrate(raw);
    EXPECT_GE(score, last);
    EXPECT_GE(score, 0);
    EXPECT_LE(score, kScoreMax);
    last = score;
  }
  EXPECT_EQ(compare::Calibrate(-1e9), 0);
  EXPECT_EQ(compare::Calibrate(1e9), kScoreMax);
  EXPECT_EQ(compare::Calibrate(std::numeric_limits<double>::quiet_NaN()), 0);
}

TEST(Calibration, MoreOddsNeverMeanLess) {
  for (const int probe : {0, 1, 8, 20, 60, 255}) {
    for (const int reference : {0, 1, 8, 20, 60, 255}) {
      double last = compare::Standardise(-200, probe, reference);
      for (double odds = -100; odds <= 100; odds += 1) {
        const double raw = compare::Standardise(odds, probe, reference);
        EXPECT_GT(raw, last);
        last = raw;
      }
      // Either print may be the probe.
      EXPECT_EQ(last, compare::Standardise(100, reference, probe));
    }
  }
}

TEST(Calibration, ThresholdsAreMinusTenTimesTheLogarithm) {
  EXPECT_DOUBLE_EQ(ScoreForFmr(0.01), 20);
  EXPECT_DOUBLE_EQ(ScoreForFmr(0.0001), 40);
  EXPECT_DOUBLE_EQ(ScoreForFmr(1), 0);
  EXPECT_DOUBLE_EQ(FmrForScore(30), 0.001);
}

TEST(Calibration, ThresholdAndRateAreInverse) {
  for (double score = 0; score <= kScoreMax; score += 0.7) {
    EXPECT_NEAR(ScoreForFmr(FmrForScore(score)), score, 1e-9);
  }
}

TEST(Calibration, RatesOutOfRangeAreCutToTheScale) {
  EXPECT_EQ(ScoreForFmr(0), kScoreMax);
  EXPECT_EQ(ScoreForFmr(-1), kScoreMax);
  EXPECT_EQ(ScoreForFmr(2), 0);
  EXPECT_EQ(FmrForScore(-5), 1);
  EXPECT_EQ(FmrForScore(1e9), FmrForScore(kScoreMax));
}

}  // namespace
}  // namespace taanu
