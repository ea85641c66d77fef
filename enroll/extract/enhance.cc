// Contextual enhancement by Gabor filters tuned to the local orientation and frequency (Hong, Wan
// and Jain, PAMI 20(8), 1998).
#include <algorithm>
#include <cmath>

#include "enroll/extract/stages.h"

namespace taanu::extract {
namespace {

constexpr int kAngles = 40;
constexpr int kPeriods = 14;
constexpr int kRadiusMax = 14;
// Standard deviations of the envelope, in periods: across the ridges narrow enough to follow a
// change of frequency, along them long enough to close a pore.
constexpr float kSigmaAcross = 0.42F;
constexpr float kSigmaAlong = 0.50F;

struct Kernel {
  int radius = 0;
  std::vector<float> taps;  // (2 radius + 1)^2, row-major; sums to 0, absolute values to 1
};

float PeriodOf(int index) {
  return kPeriodMin * std::pow(kPeriodMax / kPeriodMin, static_cast<float>(index) / (kPeriods - 1));
}

int PeriodIndex(float period) {
  const float share = std::log(period / kPeriodMin) / std::log(kPeriodMax / kPeriodMin);
  return std::clamp(static_cast<int>(std::lround(share * (kPeriods - 1))), 0, kPeriods - 1);
}

Kernel MakeKernel(float angle, float period) {
  Kernel kernel;
  const float across_sigma = kSigmaAcross * period;
  const float along_sigma = kSigmaAlong * period;
  kernel.radius =
      std::min(kRadiusMax, static_cast<int>(std::ceil(2.1F * std::max(across_sigma, along_sigma))));
  const float cosine = std::cos(angle);
  const float sine = std::sin(angle);
  double sum = 0;
  double envelope_sum = 0;
  std::vector<float> envelope;
  for (int y = -kernel.radius; y <= kernel.radius; ++y) {
    for (int x = -kernel.radius; x <= kernel.radius; ++x) {
      const float u = static_cast<float>(x) * cosine - static_cast<float>(y) * sine;  // along
      const float v = static_cast<float>(x) * sine + static_cast<float>(y) * cosine;  // across
      const float e = std::exp(
          -0.5F * (u * u / (along_sigma * along_sigma) + v * v / (across_sigma * across_sigma)));
      envelope.push_back(e);
      kernel.taps.push_back(e * std::cos(2 * kPi * v / period));
      sum += static_cast<double>(kernel.taps.back());
      envelope_sum += static_cast<double>(e);
    }
  }
  // The response to a constant is taken out under the same envelope.
  double magnitude = 0;
  for (size_t i = 0; i < kernel.taps.size(); ++i) {
    kernel.taps[i] -= static_cast<float>(sum / envelope_sum) * envelope[i];
    magnitude += static_cast<double>(std::abs(kernel.taps[i]));
  }
  for (float& tap : kernel.taps) tap = static_cast<float>(static_cast<double>(tap) / magnitude);
  return kernel;
}

class Bank {
 public:
  Bank() {
    for (int p = 0; p < kPeriods; ++p) {
      for (int a = 0; a < kAngles; ++a) {
        kernels_.push_back(MakeKernel(kPi * static_cast<float>(a) / kAngles, PeriodOf(p)));
      }
    }
  }
  const Kernel& Find(float angle, float period) const {
    const int a = static_cast<int>(std::lround(angle / kPi * kAngles)) % kAngles;
    return kernels_[static_cast<size_t>(PeriodIndex(period) * kAngles + a)];
  }

 private:
  std::vector<Kernel> kernels_;
};

const Bank& GetBank() {
  static const Bank kBank;
  return kBank;
}

// Filters one cell. `centre` is the cell's first pixel in the padded image. The rows of a cell are
// as long as a vector, which is what makes this loop fast.
void FilterCell(const float* centre, ptrdiff_t stride, const Kernel& kernel,
                float out[kCell][kCell]) {
  const int side = 2 * kernel.radius + 1;
  float sums[kCell][kCell] = {};
  const float* taps = kernel.taps.data();
  for (int ky = 0; ky < side; ++ky) {
    const float* base = centre + (ky - kernel.radius) * stride - kernel.radius;
    for (int kx = 0; kx < side; ++kx) {
      const float tap = *taps++;
      for (int y = 0; y < kCell; ++y) {
        const float* in = base + y * stride + kx;
        for (int x = 0; x < kCell; ++x) sums[y][x] += tap * in[x];
      }
    }
  }
  for (int y = 0; y < kCell; ++y) {
    for (int x = 0; x < kCell; ++x) out[y][x] = sums[y][x];
  }
}

}  // namespace

Plane Enhance(const Plane& image, const Orientation& orientation, const Frequency& frequency,
              const Plane& active) {
  const int columns = active.width;
  const int rows = active.height;
  Plane padded(columns * kCell + 2 * kRadiusMax, rows * kCell + 2 * kRadiusMax);
  for (int y = 0; y < image.height; ++y) {
    std::copy_n(image.row(y), image.width, padded.row(y + kRadiusMax) + kRadiusMax);
  }
  const Bank& bank = GetBank();
  Plane out(image.width, image.height);
  for (int cy = 0; cy < rows; ++cy) {
    for (int cx = 0; cx < columns; ++cx) {
      if (active.at(cx, cy) == 0) continue;
      const Kernel& kernel = bank.Find(orientation.Angle(cx, cy), frequency.period.at(cx, cy));
      float cell[kCell][kCell];
      FilterCell(padded.row(cy * kCell + kRadiusMax) + cx * kCell + kRadiusMax, padded.width,
                 kernel, cell);
      for (int y = 0; y < kCell && cy * kCell + y < image.height; ++y) {
        for (int x = 0; x < kCell && cx * kCell + x < image.width; ++x) {
          out.at(cx * kCell + x, cy * kCell + y) = cell[y][x];
        }
      }
    }
  }
  return out;
}

}  // namespace taanu::extract
