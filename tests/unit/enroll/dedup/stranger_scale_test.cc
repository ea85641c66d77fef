#include "enroll/dedup/stranger_scale.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "matcher/compare/comparator.h"

namespace taanu {
namespace {

// Scores that strangers reach `times` as often as claimed, and each `fall` more a tenth as often.
std::vector<double> Scores(uint64_t pairs, double times, double fall) {
  std::vector<double> scores;
  for (uint64_t k = 1; k <= pairs; ++k) {
    const double rate = static_cast<double>(k) / static_cast<double>(pairs);
    scores.push_back(std::max(0.0, -fall * std::log10(rate / times)));
  }
  return scores;
}

TEST(StrangerScale, TakesScoresAtTheirWordWhereNothingIsKnown) {
  for (const StrangerScale& scale :
       {StrangerScale(), StrangerScale(Scores(1'000, 50, 15), StrangerScale::kPairsLeast - 1)}) {
    EXPECT_EQ(scale.pairs(), 0u);
    EXPECT_EQ(scale.ScoreAt(1e-6), ScoreForFmr(1e-6));
    EXPECT_EQ(scale.TimesClaimed(80), 1);
  }
}

TEST(StrangerScale, AsksForMoreWhereStrangersAreMoreAlike) {
  const StrangerScale scale(Scores(100'000, 20, 14), 100'000);
  EXPECT_EQ(scale.pairs(), 100'000u);
  // 20 * 10^(-s/14) is one in 10^9 at 14 * (9 + log10 20).
  EXPECT_NEAR(scale.ScoreAt(1e-9), 14 * (9 + std::log10(20.0)), 1);
  EXPECT_NEAR(scale.TimesClaimed(70), 20 * std::pow(10.0, 7 - 5), 300);
}

TEST(StrangerScale, NeverAsksForLessThanScoresClaim) {
  const StrangerScale scale(Scores(100'000, 0.01, 5), 100'000);
  EXPECT_EQ(scale.ScoreAt(1e-9), ScoreForFmr(1e-9));
  EXPECT_EQ(scale.ScoreAt(0.5), ScoreForFmr(0.5));
  EXPECT_EQ(scale.TimesClaimed(90), 1);
}

TEST(StrangerScale, IsNotMovedByAFewWhoAreNoStrangers) {
  std::vector<double> scores = Scores(100'000, 3, 10);
  const double before = StrangerScale(scores, 100'000).ScoreAt(1e-9);
  for (size_t k = 0; k < 3; ++k) scores[k] = kScoreMax;
  EXPECT_NEAR(StrangerScale(scores, 100'000).ScoreAt(1e-9), before, 0.5);
}

TEST(StrangerScale, OfNoScoresAtAllIsAsClaimed) {
  const StrangerScale scale({}, 100'000);
  EXPECT_EQ(scale.ScoreAt(1e-9), ScoreForFmr(1e-9));
}

}  // namespace
}  // namespace taanu
