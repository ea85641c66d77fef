#include "enroll/synth/exact_math.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>

namespace taanu::synth {
namespace {

TEST(ExactMathTest, AgreesWithTheLibraryToTenDigits) {
  for (int i = -4000; i <= 4000; ++i) {
    const double x = i * 0.01;
    EXPECT_NEAR(Sin(x), std::sin(x), 1e-10) << x;
    EXPECT_NEAR(Cos(x), std::cos(x), 1e-10) << x;
    EXPECT_NEAR(Exp(x) / std::exp(x), 1, 1e-10) << x;
  }
}

TEST(ExactMathTest, Atan2KnowsEveryQuadrantAndAxis) {
  for (int i = -30; i <= 30; ++i) {
    for (int j = -30; j <= 30; ++j) {
      EXPECT_NEAR(Atan2(j, i), std::atan2(j, i), 1e-9) << j << " " << i;
    }
  }
}

TEST(ExactMathTest, ExpStaysFiniteAtItsLimits) {
  EXPECT_EQ(Exp(-1e6), 0);
  EXPECT_TRUE(std::isfinite(Exp(1e6)));
  EXPECT_EQ(Exp(0), 1);
}

// The bits themselves: a compiler that contracts or reorders shows here first.
TEST(ExactMathTest, GivesTheSameBitsEverywhere) {
  uint64_t digest = 0xCBF29CE484222325U;
  for (int i = -2000; i <= 2000; ++i) {
    const double x = i * 0.013;
    for (const double value : {Sin(x), Cos(x), Exp(x), Atan2(x, 1.7), Atan2(-0.9, x)}) {
      digest = (digest ^ std::bit_cast<uint64_t>(value)) * 0x100000001B3U;
    }
  }
  EXPECT_EQ(digest, 13256877327815375662U);
}

}  // namespace
}  // namespace taanu::synth
