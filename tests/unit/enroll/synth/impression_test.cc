#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "enroll/synth/synth.h"
#include "tests/unit/enroll/synth/measure.h"

namespace taanu {
namespace {

using test::Digest;
using test::MeanDifference;
using test::MeanGrey;
using test::MedianPeriod;

constexpr ImpressionOptions kIdeal = {
    .placement = 0, .distortion = 0, .pressure = 0, .noise = 0, .partial = 0};

// See SyntheticFingerTest.SameSeedGivesTheSamePixelsEverywhere.
TEST(ImpressionTest, SameSeedsGiveTheSamePixelsEverywhere) {
  EXPECT_EQ(Digest(SyntheticFinger(1).Impression(1)), 1161688938099376116U);
  const ImpressionOptions worst = {.width = 300,
                                   .height = 400,
                                   .dpi = 569,
                                   .placement = 1,
                                   .distortion = 1,
                                   .pressure = 1,
                                   .noise = 1,
                                   .partial = 1};
  EXPECT_EQ(Digest(SyntheticFinger(7).Impression(9, worst)), 11965737858923721719U);
}

TEST(ImpressionTest, EveryImpressionLooksLikeOneOfAnOpticalSensor) {
  for (uint64_t seed = 400; seed < 412; ++seed) {
    const SyntheticFinger finger(seed);
    for (uint64_t impression = 0; impression < 2; ++impression) {
      const GrayImage image = finger.Impression(impression);
      ASSERT_EQ(image.width, 388);
      ASSERT_EQ(image.height, 374);
      ASSERT_EQ(image.dpi, 500);
      ASSERT_EQ(image.pixels.size(), 388U * 374U);
      // FVC2002 DB1_B lies between 175 and 235.
      EXPECT_GT(MeanGrey(image), 165) << seed << " " << impression;
      EXPECT_LT(MeanGrey(image), 240) << seed << " " << impression;
      const double period = MedianPeriod(image);
      EXPECT_GT(period, 6.5) << seed << " " << impression;
      EXPECT_LT(period, 11.5) << seed << " " << impression;
    }
  }
}

TEST(ImpressionTest, ImpressionsOfOneFingerDiffer) {
  const SyntheticFinger finger(11);
  const GrayImage first = finger.Impression(1);
  EXPECT_EQ(Digest(first), Digest(finger.Impression(1)));
  for (uint64_t seed = 2; seed < 8; ++seed) {
    EXPECT_GT(MeanDifference(first, finger.Impression(seed)), 10) << seed;
  }
}

TEST(ImpressionTest, GeometryScalesWithTheResolution) {
  const SyntheticFinger finger(12);
  const double at_500 = MedianPeriod(finger.Impression(1, kIdeal));
  ASSERT_GT(at_500, 7);
  for (const double dpi : {300.0, 512.0, 569.0, 1000.0, 1200.0}) {
    ImpressionOptions options = kIdeal;
    options.dpi = dpi;
    options.width = static_cast<int>(388 * dpi / 500);
    options.height = static_cast<int>(374 * dpi / 500);
    const GrayImage image = finger.Impression(1, options);
    EXPECT_EQ(image.dpi, dpi);
    EXPECT_NEAR(MedianPeriod(image) / dpi * 500, at_500, 0.05 * at_500) << dpi;
  }
}

TEST(ImpressionTest, NothingDepartsFromTheIdealWhereEveryOptionIsNought) {
  const SyntheticFinger finger(13);
  const GrayImage one = finger.Impression(1, kIdeal);
  const GrayImage two = finger.Impression(2, kIdeal);
  // Only the tone of the sensor and the outline of the contact are left to differ.
  EXPECT_LT(MeanDifference(one, two), 25);
  EXPECT_GT(MeanDifference(one, SyntheticFinger(14).Impression(1, kIdeal)), 35);
}

TEST(ImpressionTest, EachOptionDoesWhatItsNameSays) {
  // Pressure: the share of the finger that is dark varies more from impression to impression.
  // Partial: less of the finger is seen.
  const SyntheticFinger finger(15);
  ImpressionOptions hard = kIdeal;
  hard.pressure = 1;
  ImpressionOptions partial = kIdeal;
  partial.partial = 1;
  double ideal_low = 255;
  double ideal_high = 0;
  double hard_low = 255;
  double hard_high = 0;
  double ideal_sum = 0;
  double partial_sum = 0;
  for (uint64_t seed = 0; seed < 8; ++seed) {
    const double ideal_grey = MeanGrey(finger.Impression(seed, kIdeal));
    const double hard_grey = MeanGrey(finger.Impression(seed, hard));
    ideal_low = std::min(ideal_low, ideal_grey);
    ideal_high = std::max(ideal_high, ideal_grey);
    hard_low = std::min(hard_low, hard_grey);
    hard_high = std::max(hard_high, hard_grey);
    ideal_sum += ideal_grey;
    partial_sum += MeanGrey(finger.Impression(seed, partial));
  }
  EXPECT_GT(hard_high - hard_low, 1.5 * (ideal_high - ideal_low));
  EXPECT_GT(partial_sum, ideal_sum + 8 * 5);
}

// What a caller passes on from a command line may be anything.
TEST(ImpressionTest, OptionsOutOfRangeAreBroughtIntoIt) {
  const SyntheticFinger finger(16);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const GrayImage small = finger.Impression(1, {.width = -5,
                                                .height = 0,
                                                .dpi = nan,
                                                .placement = -1,
                                                .distortion = nan,
                                                .pressure = -infinity,
                                                .noise = nan,
                                                .partial = -3});
  EXPECT_EQ(small.width, kImageSideMin);
  EXPECT_EQ(small.height, kImageSideMin);
  EXPECT_EQ(small.dpi, kDpiMin);
  const GrayImage large = finger.Impression(1, {.width = 1 << 30,
                                                .height = 1 << 30,
                                                .dpi = infinity,
                                                .placement = 9,
                                                .distortion = infinity,
                                                .pressure = 1e300,
                                                .noise = 7,
                                                .partial = 2});
  EXPECT_EQ(large.width, kImageSideMax);
  EXPECT_EQ(large.height, kImageSideMax);
  EXPECT_EQ(large.dpi, kDpiMax);
}

}  // namespace
}  // namespace taanu
