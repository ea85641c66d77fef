// Local ridge frequency: the signature of Hong, Wan and Jain ("Fingerprint image enhancement:
// algorithm and performance evaluation", PAMI 20(8), 1998), that is the image averaged along the
// ridges in an oriented window, but read by its power at each candidate period, not by counting
// peaks, so that one broken ridge does not spoil it.
#include <algorithm>
#include <array>
#include <cmath>

#include "enroll/extract/stages.h"

namespace taanu::extract {
namespace {

constexpr int kStep = 3;    // cells from one window to the next
constexpr int kReach = 20;  // pixels on each side across the ridges
constexpr int kAlong = 8;   // pixels on each side along the ridges
constexpr int kSamples = 2 * kReach + 1;
constexpr int kCandidates = 24;
// Natural spread of the period within one print, as the standard deviation of its logarithm.
constexpr float kSpread = 0.30F;
// Of people: wide enough for a child's 5.5 and a large thumb's 13.
constexpr float kAdultPeriod = 9.0F;
constexpr float kAdultSpread = 0.40F;
constexpr int kSmoothRadius = 2;  // windows

// Windowed cosines and sines of every candidate period, for each sample; periods are geometric.
struct Basis {
  std::array<float, kCandidates> period;
  std::array<std::array<float, kCandidates>, kSamples> cosine;
  std::array<std::array<float, kCandidates>, kSamples> sine;

  Basis() {
    for (int c = 0; c < kCandidates; ++c) {
      const float share = static_cast<float>(c) / (kCandidates - 1);
      const float p = kPeriodMin * std::pow(kPeriodMax / kPeriodMin, share);
      period[static_cast<size_t>(c)] = p;
      for (int k = 0; k < kSamples; ++k) {
        const auto d = static_cast<float>(k - kReach);
        const float window = 0.5F + 0.5F * std::cos(kPi * d / (kReach + 1));
        cosine[static_cast<size_t>(k)][static_cast<size_t>(c)] = window * std::cos(2 * kPi * d / p);
        sine[static_cast<size_t>(k)][static_cast<size_t>(c)] = window * std::sin(2 * kPi * d / p);
      }
    }
  }
};

const Basis& GetBasis() {
  static const Basis kBasis;
  return kBasis;
}

using Spectrum = std::array<float, kCandidates>;

// Power at each candidate as a share of the window's energy, about 0-1.
Spectrum WindowSpectrum(const Plane& image, float x, float y, float angle) {
  const float along_x = std::cos(angle);
  const float along_y = -std::sin(angle);
  const float across_x = -along_y;
  const float across_y = along_x;
  std::array<float, kSamples> signature{};
  double energy = 0;
  for (int k = 0; k < kSamples; ++k) {
    const float base_x = x + across_x * static_cast<float>(k - kReach);
    const float base_y = y + across_y * static_cast<float>(k - kReach);
    float sum = 0;
    for (int d = -kAlong; d <= kAlong; d += 2) {
      const int px = static_cast<int>(std::floor(base_x + along_x * static_cast<float>(d) + 0.5F));
      const int py = static_cast<int>(std::floor(base_y + along_y * static_cast<float>(d) + 0.5F));
      if (px < 0 || py < 0 || px >= image.width || py >= image.height) continue;
      const float value = image.at(px, py);
      sum += value;
      energy += static_cast<double>(value * value);
    }
    signature[static_cast<size_t>(k)] = sum;
  }
  const Basis& basis = GetBasis();
  Spectrum spectrum{};
  if (energy < 1e-3) return spectrum;
  // A pure wave along which nothing changes comes out at 1.
  const double samples_along = kAlong + 1;
  const double scale = 8.0 / (energy * samples_along * kSamples);
  // All candidates at once, sample by sample: neighbouring sums fill the processor's vectors.
  std::array<float, kCandidates> re{};
  std::array<float, kCandidates> im{};
  for (size_t k = 0; k < kSamples; ++k) {
    for (size_t c = 0; c < kCandidates; ++c) {
      re[c] += signature[k] * basis.cosine[k][c];
      im[c] += signature[k] * basis.sine[k][c];
    }
  }
  for (size_t c = 0; c < kCandidates; ++c) {
    const float power = re[c] * re[c] + im[c] * im[c];
    spectrum[c] = static_cast<float>(static_cast<double>(power) * scale);
  }
  return spectrum;
}

struct Peak {
  float log_period = 0;
  float power = 0;
};

// The best candidate under a log-normal prior around `typical`, refined by a parabola through its
// neighbours.
Peak FindPeak(const Spectrum& spectrum, float typical, float spread) {
  const Basis& basis = GetBasis();
  Spectrum weighted = spectrum;
  for (size_t c = 0; c < kCandidates; ++c) {
    const float d = std::log(basis.period[c] / typical) / spread;
    weighted[c] *= std::exp(-0.5F * d * d);
  }
  const size_t best =
      static_cast<size_t>(std::max_element(weighted.begin(), weighted.end()) - weighted.begin());
  float offset = 0;
  if (best > 0 && best + 1 < kCandidates) {
    const float a = weighted[best - 1];
    const float b = weighted[best];
    const float c = weighted[best + 1];
    const float curve = a - 2 * b + c;
    if (curve < -1e-9F) offset = std::clamp(0.5F * (a - c) / curve, -0.5F, 0.5F);
  }
  const float step = std::log(kPeriodMax / kPeriodMin) / (kCandidates - 1);
  return {std::log(basis.period[best]) + offset * step, spectrum[best]};
}

}  // namespace

Frequency EstimateFrequency(const Plane& image, const Orientation& orientation,
                            const Plane& contrast, float contrast_floor) {
  const int columns = orientation.cos2.width;
  const int rows = orientation.cos2.height;
  const int across = (columns + kStep - 1) / kStep;
  const int down = (rows + kStep - 1) / kStep;
  std::vector<Spectrum> spectra(static_cast<size_t>(across) * static_cast<size_t>(down));
  Spectrum total{};
  for (int gy = 0; gy < down; ++gy) {
    for (int gx = 0; gx < across; ++gx) {
      const int cx = std::min(gx * kStep + kStep / 2, columns - 1);
      const int cy = std::min(gy * kStep + kStep / 2, rows - 1);
      if (contrast.at(cx, cy) < contrast_floor) continue;
      const float x = (static_cast<float>(cx) + 0.5F) * kCell - 0.5F;
      const float y = (static_cast<float>(cy) + 0.5F) * kCell - 0.5F;
      Spectrum& spectrum =
          spectra[static_cast<size_t>(gy) * static_cast<size_t>(across) + static_cast<size_t>(gx)];
      spectrum = WindowSpectrum(image, x, y, orientation.Angle(cx, cy));
      for (size_t c = 0; c < kCandidates; ++c) total[c] += spectrum[c] * spectrum[c];
    }
  }
  Frequency out;
  const Peak overall = FindPeak(total, kAdultPeriod, kAdultSpread);
  if (overall.power > 0) out.typical = std::exp(overall.log_period);

  Plane weighted(across, down);
  Plane weight(across, down);
  Plane confidence(across, down);
  for (size_t i = 0; i < spectra.size(); ++i) {
    const Peak peak = FindPeak(spectra[i], out.typical, kSpread);
    const float power = std::clamp(peak.power, 0.0F, 1.0F);
    confidence.data[i] = power;
    weight.data[i] = power * power;
    weighted.data[i] = power * power * peak.log_period;
  }
  BoxBlur(&weighted, kSmoothRadius, 2);
  BoxBlur(&weight, kSmoothRadius, 2);
  // Where nothing is known the period of the whole print is assumed.
  constexpr float kPrior = 0.01F;
  for (size_t i = 0; i < weight.data.size(); ++i) {
    weighted.data[i] =
        (weighted.data[i] + kPrior * std::log(out.typical)) / (weight.data[i] + kPrior);
  }
  out.period = Plane(columns, rows);
  out.confidence = Plane(columns, rows);
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < columns; ++x) {
      const float gx = (static_cast<float>(x) - kStep / 2) / kStep;
      const float gy = (static_cast<float>(y) - kStep / 2) / kStep;
      out.period.at(x, y) = std::exp(Bilinear(weighted, gx, gy));
      out.confidence.at(x, y) = Bilinear(confidence, gx, gy);
    }
  }
  return out;
}

}  // namespace taanu::extract
