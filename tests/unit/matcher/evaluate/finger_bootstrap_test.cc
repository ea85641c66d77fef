#include "matcher/evaluate/finger_bootstrap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "matcher/compare/comparator.h"

namespace taanu {
namespace {

// `fingers` fingers of three impressions: mated pairs score 10 + finger, of the last finger 1;
// non-mated ones (a + b) / 10.
std::vector<FingerScore> Scores(uint32_t fingers) {
  std::vector<FingerScore> scores;
  for (uint32_t a = 0; a < fingers; ++a) {
    for (int k = 0; k < 3; ++k) scores.push_back({a + 1 == fingers ? 0.05 : 10.0 + a, a, a});
    for (uint32_t b = a + 1; b < fingers; ++b) {
      for (int k = 0; k < 9; ++k) scores.push_back({(a + b) / 10.0, a, b});
    }
  }
  return scores;
}

TEST(FingerBootstrap, ObservedRatesAreThoseOfTheScores) {
  const auto scores = Scores(5);
  std::vector<double> mated;
  std::vector<double> non_mated;
  for (const FingerScore& s : scores) (s.mated() ? mated : non_mated).push_back(s.score);
  const ErrorRates expected = MeasureErrorRates(mated, non_mated);
  const Measures observed = FingerBootstrap(scores, 5).Observed();
  EXPECT_EQ(observed.rates.eer, expected.eer);
  EXPECT_EQ(observed.rates.fmr100, expected.fmr100);
  EXPECT_EQ(observed.rates.fmr1000, expected.fmr1000);
  EXPECT_EQ(observed.rates.zero_fmr, expected.zero_fmr);
  EXPECT_EQ(expected.zero_fmr, 0.2);  // the last finger's three pairs of fifteen
}

TEST(FingerBootstrap, ObservedFmrCountsScoresFromTheClaimedThresholdOn) {
  // Thresholds are 20, 30 and 40: of ten non-mated pairs three, two and one reach them.
  const std::vector<double> values = {40, 35, 20, 19.9, 1, 1, 1, 1, 1, 1};
  std::vector<FingerScore> scores = {{50, 0, 0}, {50, 1, 1}};
  for (const double value : values) scores.push_back({value, 0, 1});
  ASSERT_NEAR(ScoreForFmr(0.01), 20, 1e-9);
  const Measures observed = FingerBootstrap(scores, 2).Observed();
  EXPECT_DOUBLE_EQ(observed.observed_fmr[0], 0.3);
  EXPECT_DOUBLE_EQ(observed.observed_fmr[1], 0.2);
  EXPECT_DOUBLE_EQ(observed.observed_fmr[2], 0.1);
}

TEST(FingerBootstrap, TheSameSeedAndNumberGiveTheSameDraw) {
  const FingerBootstrap one(Scores(8), 8);
  auto reversed = Scores(8);
  std::reverse(reversed.begin(), reversed.end());
  const FingerBootstrap other(reversed, 8);
  bool differs = false;
  for (uint64_t i = 0; i < 50; ++i) {
    EXPECT_EQ(one.Resample(1, i).rates.zero_fmr, other.Resample(1, i).rates.zero_fmr);
    EXPECT_EQ(one.Resample(1, i).rates.eer, other.Resample(1, i).rates.eer);
    differs |= one.Resample(1, i).rates.zero_fmr != one.Resample(2, i).rates.zero_fmr;
  }
  EXPECT_TRUE(differs);
}

TEST(FingerBootstrap, AWornFingerCountsWithAllItsImpressionsOrWithNone) {
  // Only the last of four fingers fails: the FNMR of a draw is a multiple of a quarter, and is that
  // of the finger's share in the draw; so its mean is a quarter, its deviation that of a binomial.
  const FingerBootstrap bootstrap(Scores(4), 4);
  double mean = 0;
  constexpr int kDraws = 4000;
  for (uint64_t i = 0; i < kDraws; ++i) {
    const double fnmr = bootstrap.Resample(3, i).rates.zero_fmr;
    EXPECT_EQ(fnmr * 4, static_cast<int>(fnmr * 4));
    mean += fnmr / kDraws;
  }
  // A draw of one finger alone is drawn again, which takes as much from below as from above.
  EXPECT_NEAR(mean, 0.25, 0.015);
}

TEST(FingerBootstrap, ANonMatedPairCountsAsOftenAsBothItsFingersWereDrawnTogether) {
  // Three fingers; only the pair of the first two is falsely accepted at the claimed 1 %. Of the
  // draws of three fingers with at least two different ones, 6 of 24 have all three, in which it
  // is one of three pairs; 6 have the first two alone, in which it is the only one.
  const FingerBootstrap bootstrap(
      {{50, 0, 0}, {50, 1, 1}, {50, 2, 2}, {25, 0, 1}, {1, 0, 2}, {1, 1, 2}}, 3);
  double mean = 0;
  constexpr int kDraws = 4000;
  for (uint64_t i = 0; i < kDraws; ++i) mean += bootstrap.Resample(9, i).observed_fmr[0] / kDraws;
  EXPECT_NEAR(mean, 6.0 / 24 / 3 + 6.0 / 24, 0.03);
}

TEST(FingerBootstrap, OfOneFingerNothingCanBeSaid) {
  const FingerBootstrap bootstrap({{5, 0, 0}, {6, 0, 0}}, 1);
  EXPECT_EQ(bootstrap.Observed().rates.eer, 0);
  EXPECT_EQ(bootstrap.Resample(1, 0).rates.eer, 0);
  EXPECT_EQ(FingerBootstrap({}, 0).Resample(1, 0).rates.eer, 0);
}

TEST(PercentileInterval, CutsTheSameShareOffBothEnds) {
  std::vector<double> values;
  for (int i = 200; i >= 0; --i) values.push_back(i);
  const Interval i95 = PercentileInterval(values, 0.95);
  EXPECT_NEAR(i95.low, 5, 1e-9);
  EXPECT_NEAR(i95.high, 195, 1e-9);
  const Interval i90 = PercentileInterval(values, 0.9);
  EXPECT_NEAR(i90.low, 10, 1e-9);
  EXPECT_NEAR(i90.high, 190, 1e-9);
}

TEST(PercentileInterval, InterpolatesBetweenValuesAndTakesFew) {
  EXPECT_NEAR(PercentileInterval({0, 1}, 0.5).low, 0.25, 1e-12);
  EXPECT_EQ(PercentileInterval({7}, 0.9).high, 7);
  EXPECT_EQ(PercentileInterval({}, 0.9).high, 0);
}

}  // namespace
}  // namespace taanu
