#include "tests/bench/gallery_prints.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "enroll/extract/extractor.h"
#include "enroll/synth/synth.h"

namespace taanu::bench {
namespace {

constexpr double kPi = 3.14159265358979323846;
// Chosen, with the 25 minutiae that a synthetic source must have, so that mosaics of synthetic
// prints have 40 on average.
constexpr double kKept = 0.98;
constexpr size_t kSyntheticLeast = 25;
constexpr size_t kLeast = 20;

}  // namespace

std::vector<MosaicSource> SyntheticSources(int fingers, uint64_t seed) {
  std::vector<MosaicSource> sources;
  for (uint64_t k = 0; sources.size() < static_cast<size_t>(fingers); ++k) {
    auto extraction = Extract(SyntheticFinger(seed * 100'000 + k).Impression(0));
    if (extraction && extraction->view.minutiae.size() >= kSyntheticLeast) {
      sources.push_back({std::move(extraction->view), k});
    }
  }
  return sources;
}

PrintMaker::PrintMaker(std::vector<MosaicSource> sources, uint64_t seed)
    : sources_(std::move(sources)), state_(seed) {
  std::erase_if(sources_, [](const MosaicSource& s) { return s.view.minutiae.size() < kLeast; });
}

PrintMaker::PrintMaker(int fingers, uint64_t seed)
    : PrintMaker(SyntheticSources(fingers, seed), seed) {}

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

FingerView PrintMaker::Disturbed(const FingerView& view) {
  double x_mean = 0;
  double y_mean = 0;
  for (const Minutia& m : view.minutiae) {
    x_mean += m.x_um / static_cast<double>(view.minutiae.size());
    y_mean += m.y_um / static_cast<double>(view.minutiae.size());
  }
  const double turn = 0.2 * Normal();
  const double c = std::cos(turn);
  const double s = std::sin(turn);
  const double x_shift = 600 * Normal();
  const double y_shift = 600 * Normal();
  FingerView disturbed;
  for (Minutia m : view.minutiae) {
    const double x = m.x_um - x_mean;
    const double y = y_mean - m.y_um;
    m.x_um = static_cast<int32_t>(std::lround(c * x - s * y + x_shift + 80 * Normal()));
    m.y_um = -static_cast<int32_t>(std::lround(s * x + c * y + y_shift + 80 * Normal()));
    m.angle = static_cast<uint16_t>(std::lround(m.angle + turn * 32768 / kPi + 900 * Normal()));
    if (Uniform() < kKept) disturbed.minutiae.push_back(m);
  }
  return disturbed;
}

// A source of another finger than the sectors before.
const MosaicSource& PrintMaker::Choose(int sector) {
  for (;;) {
    const MosaicSource& source =
        sources_[static_cast<size_t>(Uniform() * static_cast<double>(sources_.size()))];
    if (std::count(fingers_.begin(), fingers_.begin() + sector, source.finger) == 0) return source;
  }
}

FingerView PrintMaker::Next() {
  // The sectors' borders: two of them anywhere, the third 1.6 radians after the second.
  const double start = 2 * kPi * Uniform();
  const double first = 1.5 + 3 * Uniform();
  FingerView mosaic;
  for (int sector = 0; sector < 3; ++sector) {
    const MosaicSource& source = Choose(sector);
    fingers_.at(static_cast<size_t>(sector)) = source.finger;
    for (const Minutia& m : Disturbed(source.view).minutiae) {
      const double direction = std::fmod(std::atan2(-m.y_um, m.x_um) - start + 4 * kPi, 2 * kPi);
      const int own = direction < first ? 0 : direction < first + 1.6 ? 1 : 2;
      if (own == sector && mosaic.minutiae.size() < kMinutiaeMax) mosaic.minutiae.push_back(m);
    }
  }
  return mosaic;
}

}  // namespace taanu::bench
