#include "tests/bench/gallery_prints.h"

#include <array>
#include <cmath>
#include <utility>

#include "enroll/extract/extractor.h"
#include "enroll/synth/synth.h"

namespace taanu::bench {
namespace {

constexpr double kPi = 3.14159265358979323846;
// Chosen, with the 25 minutiae that a source must have, so that mosaics have 40 on average.
constexpr double kKept = 0.98;

}  // namespace

PrintMaker::PrintMaker(int fingers, uint64_t seed) : state_(seed) {
  for (uint64_t k = 0; fingers_.size() < static_cast<size_t>(fingers); ++k) {
    auto extraction = Extract(SyntheticFinger(seed * 100'000 + k).Impression(0));
    if (extraction && extraction->view.minutiae.size() >= 25) {
      fingers_.push_back(std::move(extraction->view));
    }
  }
}

double PrintMaker::Uniform() {
  // SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
  state_ += 0x9E3779B97F4A7C15ULL;
  uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

double PrintMaker::Normal() {
  double sum = -6;
  for (int k = 0; k < 12; ++k) sum += Uniform();
  return sum;
}

FingerView PrintMaker::Disturbed(const FingerView& finger) {
  double x_mean = 0;
  double y_mean = 0;
  for (const Minutia& m : finger.minutiae) {
    x_mean += m.x_um / static_cast<double>(finger.minutiae.size());
    y_mean += m.y_um / static_cast<double>(finger.minutiae.size());
  }
  const double turn = 0.2 * Normal();
  const double c = std::cos(turn);
  const double s = std::sin(turn);
  const double x_shift = 600 * Normal();
  const double y_shift = 600 * Normal();
  FingerView disturbed;
  for (Minutia m : finger.minutiae) {
    const double x = m.x_um - x_mean;
    const double y = y_mean - m.y_um;
    m.x_um = static_cast<int32_t>(std::lround(c * x - s * y + x_shift + 80 * Normal()));
    m.y_um = -static_cast<int32_t>(std::lround(s * x + c * y + y_shift + 80 * Normal()));
    m.angle = static_cast<uint16_t>(std::lround(m.angle + turn * 32768 / kPi + 900 * Normal()));
    if (Uniform() < kKept) disturbed.minutiae.push_back(m);
  }
  return disturbed;
}

FingerView PrintMaker::Next() {
  // The sectors' borders: two of them anywhere, the third 1.6 radians after the second.
  const double start = 2 * kPi * Uniform();
  const double first = 1.5 + 3 * Uniform();
  FingerView mosaic;
  for (int sector = 0; sector < 3; ++sector) {
    const auto k = static_cast<size_t>(Uniform() * static_cast<double>(fingers_.size()));
    for (const Minutia& m : Disturbed(fingers_[k]).minutiae) {
      const double direction = std::fmod(std::atan2(-m.y_um, m.x_um) - start + 4 * kPi, 2 * kPi);
      const int own = direction < first ? 0 : direction < first + 1.6 ? 1 : 2;
      if (own == sector && mosaic.minutiae.size() < kMinutiaeMax) mosaic.minutiae.push_back(m);
    }
  }
  return mosaic;
}

}  // namespace taanu::bench
