#include "enroll/synth/ridge_filter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <vector>

#include "enroll/synth/exact_math.h"

namespace taanu::synth {
namespace {

constexpr int kSide = 64;

// Ridges of one direction (radians, anticlockwise from x) and period, as the banks take them.
std::vector<int16_t> Ridges(double theta, double period) {
  std::vector<int16_t> image;
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      const double across = -std::sin(theta) * (x - 32) + std::cos(theta) * (32 - y);
      image.push_back(
          static_cast<int16_t>(std::lround(kRidge * std::cos(2 * kPi * across / period))));
    }
  }
  return image;
}

// The response in the middle of a ridge, as a multiple of its height.
double Gain(const RidgeFilterBank& bank, uint32_t filter, const std::vector<int16_t>& image) {
  const int32_t response = bank.Response(filter, &image[32 * kSide + 32], kSide);
  return response / static_cast<double>(1 << RidgeFilterBank::kShift) / kRidge;
}

uint16_t Units(double theta) { return static_cast<uint16_t>(std::lround(theta / kPi * 65536)); }

TEST(RidgeFilterTest, MultipliesItsOwnPatternByItsGain) {
  const RidgeFilterBank bank(1, 7, 1.5);
  for (const double period : {7.0, 9.0, 11.0}) {
    for (int o = 0; o < RidgeFilterBank::kOrientations; o += 5) {
      const double theta = o * kPi / RidgeFilterBank::kOrientations;
      const uint32_t filter = RidgeFilterBank::Index(Units(theta), period);
      EXPECT_NEAR(Gain(bank, filter, Ridges(theta, period)), 1.5, 0.02) << theta << " " << period;
    }
  }
}

TEST(RidgeFilterTest, HalvesThePeriodAtHalfTheResolution) {
  const RidgeFilterBank bank(2, 5, 2.0);
  const uint32_t filter = RidgeFilterBank::Index(Units(0.5), 9);
  EXPECT_NEAR(Gain(bank, filter, Ridges(0.5, 4.5)), 2, 0.05);
}

TEST(RidgeFilterTest, SuppressesOtherDirectionsAndConstants) {
  const RidgeFilterBank bank(1, 7, 1.5);
  for (int o = 0; o < RidgeFilterBank::kOrientations; o += 3) {
    const double theta = o * kPi / RidgeFilterBank::kOrientations;
    const uint32_t filter = RidgeFilterBank::Index(Units(theta), 9);
    EXPECT_NEAR(Gain(bank, filter, Ridges(theta + kPi / 2, 9)), 0, 0.1) << theta;
    EXPECT_NEAR(Gain(bank, filter, std::vector<int16_t>(kSide * kSide, kRidge)), 0, 0.02) << theta;
  }
}

// The worst image for a filter has the sign of each of its coefficients.
TEST(RidgeFilterTest, NoImageOverflowsAResponse) {
  for (const RidgeFilterBank& bank : {RidgeFilterBank(2, 5, 2.0), RidgeFilterBank(1, 7, 1.5)}) {
    for (uint32_t filter = 0; filter < RidgeFilterBank::kOrientations * RidgeFilterBank::kPeriods;
         ++filter) {
      int64_t worst = 0;
      std::vector<int16_t> image(kSide * kSide, 0);
      for (int dy = -bank.radius(); dy <= bank.radius(); ++dy) {
        for (int dx = -bank.radius(); dx <= bank.radius(); ++dx) {
          int16_t& pixel = image[(32 + dy) * kSide + 32 + dx];
          pixel = 1;
          worst +=
              int64_t{kRidge} * std::abs(bank.Response(filter, &image[32 * kSide + 32], kSide));
          pixel = 0;
        }
      }
      ASSERT_LT(worst, int64_t{1} << 28) << filter;
    }
  }
}

TEST(RidgeFilterTest, OrientationsWrapAround) {
  EXPECT_EQ(RidgeFilterBank::Index(65535, 9), RidgeFilterBank::Index(0, 9));
  EXPECT_NE(RidgeFilterBank::Index(32768, 9), RidgeFilterBank::Index(0, 9));
  EXPECT_EQ(RidgeFilterBank::Index(0, 0), RidgeFilterBank::Index(0, RidgeFilterBank::kPeriodFirst));
  EXPECT_EQ(RidgeFilterBank::Index(0, 99), RidgeFilterBank::Index(0, 11.5));
}

}  // namespace
}  // namespace taanu::synth
