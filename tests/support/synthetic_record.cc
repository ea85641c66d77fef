#include "tests/support/synthetic_record.h"

#include <cmath>
#include <numbers>
#include <random>
#include <stdexcept>
#include <vector>

#include "matcher/codec/codec.h"

namespace taanu::test {
namespace {

constexpr int kMinutiae = 40;
constexpr int kWidthUm = 19'000;
constexpr int kHeightUm = 22'000;
constexpr double kSpacingUm = 1'300;

using Random = std::mt19937_64;

double Uniform(Random& random, double low, double high) {
  return low + (high - low) * static_cast<double>(random() >> 11) * 0x1.0p-53;
}

// Minutiae well apart from each other, as those of a finger are.
std::vector<Minutia> MakeFinger(uint64_t seed) {
  Random random(seed * 2 + 1);
  std::vector<Minutia> minutiae;
  while (minutiae.size() < kMinutiae) {
    Minutia m;
    m.x_um = static_cast<int32_t>(Uniform(random, 3'000, kWidthUm - 3'000));
    m.y_um = static_cast<int32_t>(Uniform(random, 3'000, kHeightUm - 3'000));
    m.angle = static_cast<uint16_t>(random() & 0xFFFF);
    m.type = (random() & 1) != 0 ? MinutiaType::kRidgeEnding : MinutiaType::kBifurcation;
    m.quality = 80;
    bool apart = true;
    for (const Minutia& other : minutiae) {
      apart &= std::hypot(m.x_um - other.x_um, m.y_um - other.y_um) >= kSpacingUm;
    }
    if (apart) minutiae.push_back(m);
  }
  return minutiae;
}

// The finger, turned about the middle, moved, with noise.
FingerView Impress(const std::vector<Minutia>& finger, uint64_t seed) {
  Random random(seed * 2);
  const double turn = Uniform(random, -0.15, 0.15);
  const double dx = Uniform(random, -1'000, 1'000);
  const double dy = Uniform(random, -1'000, 1'000);
  FingerView view;
  view.quality = 80;
  view.width_um = kWidthUm;
  view.height_um = kHeightUm;
  for (const Minutia& m : finger) {
    if (Uniform(random, 0, 1) < 0.08) continue;
    const double x = m.x_um - kWidthUm / 2.0;
    const double y = m.y_um - kHeightUm / 2.0;
    Minutia seen = m;
    seen.x_um = static_cast<int32_t>(kWidthUm / 2.0 + x * std::cos(turn) - y * std::sin(turn) + dx +
                                     Uniform(random, -70, 70));
    seen.y_um = static_cast<int32_t>(kHeightUm / 2.0 + x * std::sin(turn) + y * std::cos(turn) +
                                     dy + Uniform(random, -70, 70));
    // y runs down and angles run anticlockwise, so a turn of the image lessens the angle.
    const double angle =
        m.angle - (turn + Uniform(random, -0.05, 0.05)) * kFullCircle / (2 * std::numbers::pi);
    seen.angle = static_cast<uint16_t>(static_cast<int64_t>(angle) & 0xFFFF);
    if (seen.x_um > 0 && seen.x_um < kWidthUm && seen.y_um > 0 && seen.y_um < kHeightUm) {
      view.minutiae.push_back(seen);
    }
  }
  return view;
}

}  // namespace

std::string SyntheticRecord(uint64_t finger_seed, uint64_t impression_seed,
                            FingerPosition position) {
  Template value;
  value.views.push_back(
      Impress(MakeFinger(finger_seed), finger_seed * 1'000'003 + impression_seed));
  value.views.back().position = position;
  const auto bytes = EncodeTemplate(value, TemplateFormat::kIso19794_2_2005);
  if (!bytes) throw std::runtime_error(bytes.error().message);
  return {bytes->begin(), bytes->end()};
}

v1::FingerSample RecordSample(uint64_t finger_seed, uint64_t impression_seed,
                              v1::FingerPosition position) {
  v1::FingerSample sample;
  sample.set_position(position);
  sample.set_minutiae_record(SyntheticRecord(finger_seed, impression_seed));
  return sample;
}

}  // namespace taanu::test
