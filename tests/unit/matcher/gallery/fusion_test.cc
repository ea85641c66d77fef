#include "matcher/gallery/fusion.h"

#include <gtest/gtest.h>

#include <cmath>

#include "matcher/compare/comparator.h"
#include "tests/conformance/synthetic_views.h"

namespace taanu::gallery {
namespace {

TEST(Fusion, OfOneComparisonIsItsScore) {
  Fusion fusion;
  EXPECT_EQ(fusion.Score(), 0.0);
  fusion.Add(FingerPosition::kLeftIndex, 37.5);
  EXPECT_EQ(fusion.Score(), 37.5);
  EXPECT_EQ(fusion.comparisons(), 1);
}

TEST(Fusion, OfOneFingerPaysForItsChances) {
  Fusion fusion;
  for (int k = 0; k < 10; ++k) fusion.Add(FingerPosition::kLeftIndex, k == 3 ? 50 : 10);
  EXPECT_DOUBLE_EQ(fusion.Score(), 40.0);
}

TEST(Fusion, OfTwoFingersIsStrongerThanEither) {
  Fusion fusion;
  fusion.Add(FingerPosition::kLeftIndex, 30);
  fusion.Add(FingerPosition::kRightIndex, 30);
  // p = 1e-6 (1 + ln 1e6).
  EXPECT_NEAR(fusion.Score(), 60 - 10 * std::log10(1 + 6 * std::log(10)), 1e-9);
}

TEST(Fusion, TakesUnknownFingersForOne) {
  Fusion fusion;
  fusion.Add(FingerPosition::kLeftIndex, 30);
  fusion.Add(FingerPosition::kUnknown, 30);
  EXPECT_NEAR(fusion.Score(), 30 - 10 * std::log10(2), 1e-9);
}

TEST(Fusion, NeverLeavesTheScale) {
  Fusion fusion;
  for (int f = 1; f <= 10; ++f) fusion.Add(static_cast<FingerPosition>(f), kScoreMax);
  EXPECT_EQ(fusion.Score(), kScoreMax);
  fusion.Clear();
  for (int f = 1; f <= 10; ++f) fusion.Add(static_cast<FingerPosition>(f), 0);
  EXPECT_EQ(fusion.Score(), 0.0);
}

// The meaning of a score: among non-mated people it is exceeded at its false match rate.
TEST(Fusion, KeepsTheFalseMatchRate) {
  test::Random random(5);
  const auto score = [&random] {
    return -10 * std::log10((static_cast<double>(random.Next() >> 11) + 1) * 0x1p-53);
  };
  constexpr int kPeople = 200'000;
  int above = 0;
  for (int k = 0; k < kPeople; ++k) {
    Fusion fusion;
    for (int view = 0; view < 3; ++view) fusion.Add(FingerPosition::kLeftIndex, score());
    for (int view = 0; view < 2; ++view) fusion.Add(FingerPosition::kRightIndex, score());
    above += fusion.Score() >= 20;  // FMR 1 %
  }
  const double fmr = static_cast<double>(above) / kPeople;
  EXPECT_LE(fmr, 0.0107);
  EXPECT_GE(fmr, 0.0085) << "no more cautious than the union bound is";
}

}  // namespace
}  // namespace taanu::gallery
