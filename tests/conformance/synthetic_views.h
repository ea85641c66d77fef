// Made-up minutiae for tests of the comparator, from a generator of our own, so that they are the
// same on every machine. Not prints: minutiae at random with the spacing and the share of noise of
// real ones, easier to tell apart than real fingers are.
//
// Thread-safety: pure functions.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "matcher/template.h"

namespace taanu::test {

// SplitMix64: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  // 0 to n - 1.
  int Below(int n) { return static_cast<int>(Next() % static_cast<uint64_t>(n)); }
  int Between(int low, int high) { return low + Below(high - low + 1); }
  // Roughly normal, in whole numbers: the mean of four uniform ones.
  int Around(int spread) {
    int sum = 0;
    for (int k = 0; k < 4; ++k) sum += Between(-2 * spread, 2 * spread);
    return sum / 4;
  }

 private:
  uint64_t state_;
};

// `count` minutiae in a frame of 16 x 20 mm, at least 0.45 mm apart as far as there is room.
inline FingerView SyntheticView(uint64_t seed, int count) {
  Random random(seed);
  FingerView view;
  for (int tries = 0; static_cast<int>(view.minutiae.size()) < count; ++tries) {
    Minutia m;
    m.x_um = random.Below(16'000);
    m.y_um = random.Below(20'000);
    m.angle = static_cast<uint16_t>(random.Below(kFullCircle));
    m.type = random.Below(2) == 0 ? MinutiaType::kRidgeEnding : MinutiaType::kBifurcation;
    m.quality = static_cast<uint8_t>(random.Between(1, 100));
    bool crowded = false;
    for (const Minutia& other : view.minutiae) {
      const int64_t dx = other.x_um - m.x_um;
      const int64_t dy = other.y_um - m.y_um;
      crowded |= dx * dx + dy * dy < 450 * 450;
    }
    if (!crowded || tries > 20 * count) view.minutiae.push_back(m);
  }
  return view;
}

// The view turned by a whole number of eighths of the circle, or any angle in units of
// kFullCircle, about its middle, then shifted. y is down, and angles run the other way.
inline FingerView Moved(const FingerView& view, uint16_t turn, int shift_x_um, int shift_y_um) {
  const double radians = turn * (3.14159265358979323846 / 32768.0);
  const double c = std::cos(radians);
  const double s = std::sin(radians);
  FingerView moved = view;
  for (Minutia& m : moved.minutiae) {
    const double x = m.x_um - 8'000;
    const double y = m.y_um - 10'000;
    m.x_um = static_cast<int32_t>(std::lround(c * x + s * y)) + 8'000 + shift_x_um;
    m.y_um = static_cast<int32_t>(std::lround(c * y - s * x)) + 10'000 + shift_y_um;
    m.angle = static_cast<uint16_t>(m.angle + turn);
  }
  return moved;
}

// Another impression of the same finger: noise on every minutia, `lost_percent` of them lost, as
// many false ones, and the types of one in five wrong. Whole numbers only.
inline FingerView Impression(const FingerView& finger, uint64_t seed, int lost_percent) {
  Random random(seed);
  FingerView view = finger;
  view.minutiae.clear();
  for (Minutia m : finger.minutiae) {
    if (random.Below(100) < lost_percent) {
      m.x_um = random.Below(16'000);
      m.y_um = random.Below(20'000);
      m.angle = static_cast<uint16_t>(random.Below(kFullCircle));
    } else {
      m.x_um += random.Around(80);
      m.y_um += random.Around(80);
      m.angle = static_cast<uint16_t>(m.angle + random.Around(1'000));
      if (random.Below(5) == 0) {
        m.type = m.type == MinutiaType::kRidgeEnding ? MinutiaType::kBifurcation
                                                     : MinutiaType::kRidgeEnding;
      }
    }
    view.minutiae.push_back(m);
  }
  return view;
}

}  // namespace taanu::test
