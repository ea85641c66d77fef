#include "enroll/synth/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace taanu::synth {
namespace {

// First output of the published splitmix64 from state 0.
TEST(RandomTest, MixIsSplitmix64) { EXPECT_EQ(Mix(0), 0xE220A8397B1DCDAFU); }

TEST(RandomTest, StreamsOfOneSeedAreDifferent) {
  std::set<uint64_t> first;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    for (uint64_t stream = 0; stream < 100; ++stream) first.insert(Random(seed, stream).Bits());
  }
  EXPECT_EQ(first.size(), 10'000U);
}

TEST(RandomTest, NormalHasItsMeanDeviationAndBounds) {
  Random random(7, 7);
  constexpr int kDraws = 200'000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = random.Normal();
    ASSERT_LT(std::abs(value), 3.47);
    sum += value;
    squares += value * value;
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.01);
  EXPECT_NEAR(squares / kDraws, 1, 0.01);
}

TEST(RandomTest, BelowIsUniformAndInRange) {
  Random random(1, 2);
  int counts[10] = {};
  for (int i = 0; i < 100'000; ++i) {
    const uint32_t value = random.Below(10);
    ASSERT_LT(value, 10U);
    ++counts[value];
  }
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 500);
}

}  // namespace
}  // namespace taanu::synth
