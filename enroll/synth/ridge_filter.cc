#include "enroll/synth/ridge_filter.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "enroll/synth/exact_math.h"

namespace taanu::synth {
namespace {

// Deviation of the envelope in periods: the filter has three effective peaks (SFinGe, ICPR 2000).
constexpr double kSigmaPeriods = 0.40;

}  // namespace

RidgeFilterBank::RidgeFilterBank(int scale, int radius, double gain)
    : radius_(radius), size_(static_cast<size_t>(2 * radius + 1) * kStride) {
  coefficients_.resize(size_ * kOrientations * kPeriods);
  for (int p = 0; p < kPeriods; ++p) {
    const double period = (kPeriodFirst + kPeriodStep * p) / scale;
    for (int o = 0; o < kOrientations; ++o) {
      MakeFilter(o * (kPi / kOrientations), period, gain,
                 coefficients_.data() + (static_cast<size_t>(p) * kOrientations + o) * size_);
    }
  }
}

uint32_t RidgeFilterBank::Index(uint16_t orientation, double period) {
  constexpr uint32_t kHalf = 1u << (15 - kOrientationBits);
  const uint32_t o = ((orientation + kHalf) >> (16 - kOrientationBits)) & (kOrientations - 1);
  const int p =
      std::clamp(static_cast<int>((period - kPeriodFirst) / kPeriodStep + 0.5), 0, kPeriods - 1);
  return static_cast<uint32_t>(p) * kOrientations + o;
}

void RidgeFilterBank::MakeFilter(double theta, double period, double gain, int16_t* out) const {
  const int side = 2 * radius_ + 1;
  // What lies outside of the square is cut off where it has faded.
  const double sigma = std::min(kSigmaPeriods * period, radius_ / 1.9);
  const double across_x = -Sin(theta);
  const double across_y = Cos(theta);
  std::array<double, 225> wave{};
  std::array<double, 225> envelope{};
  double wave_sum = 0;
  double envelope_sum = 0;
  for (int i = 0; i < side; ++i) {
    for (int j = 0; j < side; ++j) {
      const double x = j - radius_;
      const double y = radius_ - i;
      const double e = Exp(-(x * x + y * y) / (2 * sigma * sigma));
      const double w = Cos(2 * kPi / period * (x * across_x + y * across_y));
      envelope[i * side + j] = e;
      wave[i * side + j] = w;
      envelope_sum += e;
      wave_sum += e * w;
    }
  }
  // Without its mean under the envelope, the filter does not answer to a constant.
  const double mean = wave_sum / envelope_sum;
  double matched = 0;
  for (int i = 0; i < side * side; ++i) matched += envelope[i] * (wave[i] - mean) * wave[i];
  const double factor = gain * (1 << kShift) / matched;
  for (int i = 0; i < side; ++i) {
    for (int j = 0; j < side; ++j) {
      const double value = factor * envelope[i * side + j] * (wave[i * side + j] - mean);
      out[i * kStride + j] = static_cast<int16_t>(std::floor(value + 0.5));
    }
  }
}

}  // namespace taanu::synth
