// Pixels and steps of angle survive the way into a template's units and back, all of them.
#include "matcher/codec/units.h"

#include <gtest/gtest.h>

#include "matcher/codec/codec.h"

namespace taanu::codec {
namespace {

TEST(Units, EveryPixelOfEveryResolutionSurvives) {
  int64_t lost = 0;
  for (int px_per_cm = kPxPerCmMin; px_per_cm <= kPxPerCmMax; ++px_per_cm) {
    for (int px = 0; px <= 16384; ++px)
      lost += UmToPixels(PixelsToUm(px, px_per_cm), px_per_cm) != px;
    for (const int px : {65534, 65535}) {
      lost += UmToPixels(PixelsToUm(px, px_per_cm), px_per_cm) != px;
    }
  }
  EXPECT_EQ(lost, 0);
}

TEST(Units, EveryStepOfAngleSurvives) {
  for (const int steps : {180, 256}) {
    for (int step = 0; step < steps; ++step) {
      EXPECT_EQ(AngleToStep(StepToAngle(step, steps), steps), step);
    }
  }
}

TEST(Units, AnAngleIsWrittenAsTheNearestStep) {
  EXPECT_EQ(AngleToStep(65535, 256), 0);  // nearer to a full circle than to the last step
  EXPECT_EQ(AngleToStep(65535 - 128, 256), 255);
  EXPECT_EQ(AngleToStep(65535, 180), 0);
  EXPECT_EQ(AngleToStep(16384, 180), 45);
}

TEST(Units, PixelsAreMicrometresByTheResolution) {
  EXPECT_EQ(PixelsToUm(197, 197), 10000);
  EXPECT_EQ(PixelsToUm(1, 197), 51);  // 50.76
  EXPECT_EQ(PixelsToUm(1, 1575), 6);  // 6.35
  EXPECT_EQ(PixelsToUm(100, 100), 10000);
}

}  // namespace
}  // namespace taanu::codec
