#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <set>
#include <thread>
#include <vector>

#include "enroll/synth/synth.h"
#include "tests/unit/enroll/synth/measure.h"

namespace taanu {
namespace {

using test::Digest;

TEST(SyntheticFingerTest, ClassesComeInTheirNaturalShares) {
  constexpr std::array<double, 5> kShares = {0.037, 0.029, 0.338, 0.317, 0.279};
  constexpr int kFingers = 10'000;
  std::array<int, 5> counts = {};
  for (uint64_t seed = 0; seed < kFingers; ++seed) {
    ++counts[static_cast<size_t>(SyntheticFinger::PatternOf(seed))];
  }
  for (size_t i = 0; i < kShares.size(); ++i) {
    // Four deviations of a binomial count.
    const double deviation = std::sqrt(kFingers * kShares[i] * (1 - kShares[i]));
    EXPECT_NEAR(counts[i], kFingers * kShares[i], 4 * deviation)
        << PatternClassName(static_cast<PatternClass>(i));
  }
}

TEST(SyntheticFingerTest, PatternIsKnownWithoutGrowing) {
  for (uint64_t seed = 100; seed < 110; ++seed) {
    EXPECT_EQ(SyntheticFinger(seed).pattern(), SyntheticFinger::PatternOf(seed));
  }
}

// The promise on which registers made on different machines rest. Where these digests change, every
// synthetic finger changes, and SynthVersion() must too.
TEST(SyntheticFingerTest, SameSeedGivesTheSamePixelsEverywhere) {
  EXPECT_EQ(Digest(SyntheticFinger(1).master()), 8715198959690092599U);
  EXPECT_EQ(Digest(SyntheticFinger(2026).master()), 17849460996951763138U);
}

TEST(SyntheticFingerTest, EveryMasterIsFullOfRidges) {
  for (uint64_t seed = 200; seed < 212; ++seed) {
    const SyntheticFinger finger(seed);
    const GrayImage& master = finger.master();
    EXPECT_EQ(master.dpi, 500);
    const double period = test::MedianPeriod(master);
    EXPECT_GT(period, 7.2) << seed;
    EXPECT_LT(period, 10.8) << seed;
    // Within the finger nearly every pixel is on a ridge or in a valley, not on bare skin between.
    int grey = 0;
    int inside = 0;
    for (int y = 110; y < 330; ++y) {
      for (int x = 80; x < 240; ++x) {
        const int value = master.at(x, y);
        ++inside;
        grey += value > 108 && value < 148 ? 1 : 0;
      }
    }
    EXPECT_LT(grey, inside * 0.15) << seed;
  }
}

TEST(SyntheticFingerTest, DifferentSeedsGiveDifferentFingers) {
  std::set<uint64_t> digests;
  for (uint64_t seed = 300; seed < 310; ++seed) {
    digests.insert(Digest(SyntheticFinger(seed).master()));
  }
  EXPECT_EQ(digests.size(), 10U);
}

TEST(SyntheticFingerTest, ThreadsGiveTheSameFingers) {
  std::vector<uint64_t> digests(4);
  std::vector<std::thread> threads;
  threads.reserve(digests.size());
  for (uint64_t& digest : digests) {
    threads.emplace_back([&digest] { digest = Digest(SyntheticFinger(77).Impression(5)); });
  }
  for (std::thread& thread : threads) thread.join();
  const uint64_t alone = Digest(SyntheticFinger(77).Impression(5));
  for (const uint64_t digest : digests) EXPECT_EQ(digest, alone);
}

}  // namespace
}  // namespace taanu
