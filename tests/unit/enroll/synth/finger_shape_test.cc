#include "enroll/synth/finger_shape.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "enroll/synth/exact_math.h"

namespace taanu::synth {
namespace {

// How often the orientation turns by half a circle, anticlockwise, on a circle around a point: the
// Poincare index doubled. +1 at a loop, -1 at a delta.
int HalfTurns(const FingerShape& shape, double x, double y, double radius) {
  constexpr int kSteps = 360;
  int turn = 0;
  uint16_t last = shape.Orientation(x + radius, y);
  for (int i = 1; i <= kSteps; ++i) {
    const double angle = 2 * kPi * i / kSteps;
    const uint16_t next = shape.Orientation(x + radius * Cos(angle), y + radius * Sin(angle));
    turn += static_cast<int16_t>(static_cast<uint16_t>(next - last));
    last = next;
  }
  return static_cast<int>(std::lround(turn / 65536.0));
}

struct Singularities {
  int loops = 0;
  int deltas = 0;
};

Singularities Count(const FingerShape& shape) {
  Singularities found;
  // Squares of a net that covers the finger, a turn around each.
  constexpr double kStep = 4;
  for (double y = -240; y <= 240; y += kStep) {
    for (double x = -180; x <= 180; x += kStep) {
      const std::array<uint16_t, 5> corner = {
          shape.Orientation(x, y), shape.Orientation(x + kStep, y),
          shape.Orientation(x + kStep, y + kStep), shape.Orientation(x, y + kStep),
          shape.Orientation(x, y)};
      int turn = 0;
      for (int i = 0; i < 4; ++i) {
        turn += static_cast<int16_t>(static_cast<uint16_t>(corner[i + 1] - corner[i]));
      }
      if (turn > 32768) ++found.loops;
      if (turn < -32768) ++found.deltas;
    }
  }
  return found;
}

TEST(FingerShapeTest, EachClassHasItsLoopsAndDeltas) {
  std::array<int, 5> seen = {};
  for (uint64_t seed = 0; seed < 150; ++seed) {
    const PatternClass pattern = FingerShape::DrawPattern(seed);
    if (++seen[static_cast<size_t>(pattern)] > 5) continue;
    const FingerShape shape(seed);
    ASSERT_EQ(shape.pattern(), pattern);
    const int expected = pattern == PatternClass::kArch    ? 0
                         : pattern == PatternClass::kWhorl ? 2
                                                           : 1;
    const Singularities found = Count(shape);
    EXPECT_EQ(found.loops, expected) << PatternClassName(pattern) << " " << seed;
    EXPECT_EQ(found.deltas, expected) << PatternClassName(pattern) << " " << seed;
    EXPECT_EQ(HalfTurns(shape, 0, 0, 400), 0) << PatternClassName(pattern) << " " << seed;
  }
  for (const int count : seen) EXPECT_GT(count, 0);
}

// A left loop leaves on the left: half-way down to the delta, below the core, ridges rise to the
// right.
TEST(FingerShapeTest, LoopsOpenOnTheirSide) {
  int left = 0;
  int right = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const FingerShape shape(seed);
    const auto slope = static_cast<int16_t>(shape.Orientation(0, -40));
    if (shape.pattern() == PatternClass::kLeftLoop) left += slope > 0 ? 1 : -1;
    if (shape.pattern() == PatternClass::kRightLoop) right += slope < 0 ? 1 : -1;
  }
  EXPECT_GT(left, 40);
  EXPECT_GT(right, 40);
}

TEST(FingerShapeTest, PeriodsAreThoseOfFingersEverywhere) {
  double sum = 0;
  int count = 0;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const FingerShape shape(seed);
    for (double y = -180; y <= 180; y += 20) {
      for (double x = -120; x <= 120; x += 20) {
        const double period = shape.Period(x, y);
        ASSERT_GE(period, FingerShape::kPeriodMin);
        ASSERT_LE(period, FingerShape::kPeriodMax);
        sum += period;
        ++count;
      }
    }
  }
  EXPECT_NEAR(sum / count, 9, 0.3);
}

TEST(FingerShapeTest, SilhouetteStaysWithinItsLimits) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    const FingerShape shape(seed);
    EXPECT_LT(shape.Edge(0, 0), 0.01);
    for (int i = -300; i <= 300; i += 5) {
      EXPECT_GT(shape.Edge(FingerShape::kHalfWidthMax, i), 1);
      EXPECT_GT(shape.Edge(-FingerShape::kHalfWidthMax, i), 1);
      EXPECT_GT(shape.Edge(i, FingerShape::kHalfHeightMax), 1);
      EXPECT_GT(shape.Edge(i, -FingerShape::kHalfHeightMax), 1);
    }
  }
}

}  // namespace
}  // namespace taanu::synth
