#include "matcher/compare/angle_math.h"

#include <gtest/gtest.h>

namespace taanu::compare {
namespace {

constexpr double kPi = 3.14159265358979323846;

TEST(AngleMath, RotationAgreesWithTheMathLibraryAllRound) {
  for (int a = 0; a < 65536; a += 7) {
    const Rotation r = RotationOf(static_cast<uint16_t>(a));
    EXPECT_NEAR(static_cast<double>(r.cosine), std::cos(a * kPi / 32768), 2e-7) << a;
    EXPECT_NEAR(static_cast<double>(r.sine), std::sin(a * kPi / 32768), 2e-7) << a;
  }
}

TEST(AngleMath, DirectionInvertsRotation) {
  for (int a = 0; a < 65536; a += 7) {
    const Rotation r = RotationOf(static_cast<uint16_t>(a));
    EXPECT_LE(AngleGap(DirectionOf(r.cosine * 50, r.sine * 50), static_cast<uint16_t>(a)), 2) << a;
  }
  EXPECT_EQ(DirectionOf(0, 0), 0);
}

TEST(AngleMath, LogarithmAgreesWithTheMathLibrary) {
  for (double x = 1e-6; x < 1e9; x *= 1.37) EXPECT_NEAR(LogOf(x), std::log(x), 1e-6) << x;
  EXPECT_EQ(LogOf(1.0), 0.0);
}

TEST(AngleMath, GapIsTheShorterWayRound) {
  EXPECT_EQ(AngleGap(0, 65535), 1);
  EXPECT_EQ(AngleGap(100, 32868), 32768);
}

}  // namespace
}  // namespace taanu::compare
