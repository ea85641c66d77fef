// Contextual enhancement by Gabor filters tuned to the local orientation and frequency (Hong, Wan
// and Jain, PAMI 20(8), 1998).
#include <algorithm>
#include <cmath>

#include "enroll/extract/filter_cell.h"
#include "enroll/extract/stages.h"

namespace taanu::extract {
namespace {

constexpr int kAngles = 40;
constexpr int kPeriods = 14;
constexpr int kRadiusMax = FilterImage::kBorder - 2;  // a pair of taps may reach one pixel farther
static_assert(kFilterRows == kCell && kFilterColumns == kCell);
// Standard deviations of the envelope, in periods: across the ridges narrow enough to follow a
// change of frequency, along them long enough to close a pore.
constexpr float kSigmaAcross = 0.42F;
constexpr float kSigmaAlong = 0.45F;

// Taps farther out than this are left away, in standard deviations of the envelope.
constexpr float kSupport = 2.1F;

struct Kernel {
  std::vector<TapRow> rows;
  std::vector<float> taps;  // they sum to 0, their absolute values to 1
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
  const float cosine = std::cos(angle);
  const float sine = std::sin(angle);
  std::vector<float> envelope;
  double sum = 0;
  double envelope_sum = 0;
  for (int y = -kRadiusMax; y <= kRadiusMax; ++y) {
    TapRow row;
    row.dy = y;
    row.first = static_cast<int>(kernel.taps.size());
    for (int x = -kRadiusMax; x <= kRadiusMax; ++x) {
      const float u = static_cast<float>(x) * cosine - static_cast<float>(y) * sine;  // along
      const float v = static_cast<float>(x) * sine + static_cast<float>(y) * cosine;  // across
      const float distance =
          u * u / (along_sigma * along_sigma) + v * v / (across_sigma * across_sigma);
      if (distance > kSupport * kSupport) continue;
      if (row.count == 0) row.dx = x;
      ++row.count;
      envelope.push_back(std::exp(-0.5F * distance));
      kernel.taps.push_back(envelope.back() * std::cos(2 * kPi * v / period));
      sum += static_cast<double>(kernel.taps.back());
      envelope_sum += static_cast<double>(envelope.back());
    }
    if (row.count == 0) continue;
    if (row.count % 2 != 0) {  // FilterCell takes taps in pairs
      ++row.count;
      envelope.push_back(0);
      kernel.taps.push_back(0);
    }
    kernel.rows.push_back(row);
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

}  // namespace

FilterImage::FilterImage(const Plane& image)
    : width(image.width),
      height(image.height),
      // Whole cells, and a border of zeros.
      stride(ptrdiff_t{kFilterRows} * ((image.width + kCell - 1) / kCell * kCell + 2 * kBorder)),
      data(static_cast<size_t>(stride) *
           static_cast<size_t>((image.height + kCell - 1) / kCell * kCell + 2 * kBorder)) {
  for (int y = 0; y < height; ++y) {
    const float* in = image.row(y);
    // Pixel y is the r-th element of row y - r.
    for (int r = 0; r < kFilterRows; ++r) {
      float* out = data.data() + (y + kBorder - r) * stride + ptrdiff_t{kFilterRows} * kBorder + r;
      for (int x = 0; x < width; ++x) out[ptrdiff_t{kFilterRows} * x] = in[x];
    }
  }
}

Plane Enhance(const FilterImage& image, const Orientation& orientation, const Frequency& frequency,
              const Plane& active) {
  const int columns = active.width;
  const int rows = active.height;
  const Bank& bank = GetBank();
  Plane out(image.width, image.height);
  for (int cy = 0; cy < rows; ++cy) {
    for (int cx = 0; cx < columns; ++cx) {
      if (active.at(cx, cy) == 0) continue;
      const Kernel& kernel = bank.Find(orientation.Angle(cx, cy), frequency.period.at(cx, cy));
      float cell[kFilterCell];
      FilterCell(image.At(cx * kCell, cy * kCell), image.stride, kernel.rows.data(),
                 kernel.rows.size(), kernel.taps.data(), cell);
      for (int y = 0; y < kCell && cy * kCell + y < image.height; ++y) {
        for (int x = 0; x < kCell && cx * kCell + x < image.width; ++x) {
          out.at(cx * kCell + x, cy * kCell + y) = cell[kFilterRows * x + y];
        }
      }
    }
  }
  return out;
}

}  // namespace taanu::extract
