#include "tests/bench/worst_case_families.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace taanu::bench {
namespace {

using test::Random;

// Between the two, each power of two as likely.
int Scaled(Random* random, int low, int high) {
  const double share = random->Below(1 << 20) / static_cast<double>(1 << 20);
  return static_cast<int>(low * std::pow(static_cast<double>(high) / low, share));
}

int Count(Random* random) {
  return random->Below(4) > 0 ? kMinutiaeMax : random->Between(60, kMinutiaeMax);
}

// Draws directions, all of one of a few kinds.
class Directions {
 public:
  explicit Directions(Random* random) : random_(random) {
    constexpr std::array<int, 8> kCounts = {1, 1, 2, 3, 4, 8, 32, 256};
    count_ = kCounts[static_cast<size_t>(random->Below(static_cast<int>(kCounts.size())))];
    in_order_ = random->Below(3) == 0;
  }
  uint16_t Next() {
    const int which = in_order_ ? next_++ % count_ : random_->Below(count_);
    return static_cast<uint16_t>(which * kFullCircle / count_);
  }

 private:
  Random* random_;
  int count_ = 1;
  bool in_order_ = false;
  int next_ = 0;
};

void Add(FingerView* view, int x_um, int y_um, uint16_t angle, Random* random) {
  view->minutiae.push_back(
      {x_um, y_um, angle, static_cast<MinutiaType>(random->Below(3)), uint8_t{0}});
}

FingerView Scattered(Random* random) {
  FingerView view;
  Directions directions(random);
  const int width = Scaled(random, 100, kReachUm);
  const int height = random->Below(2) == 0 ? width : Scaled(random, 100, kReachUm);
  for (int k = Count(random); k > 0; --k) {
    Add(&view, random->Below(width), random->Below(height), directions.Next(), random);
  }
  return view;
}

FingerView Grid(Random* random) {
  FingerView view;
  Directions directions(random);
  const int pitch_x = Scaled(random, 10, 4'000);
  const int pitch_y = random->Below(2) == 0 ? pitch_x : Scaled(random, 10, 4'000);
  const int columns = random->Below(3) > 0 ? 16 : random->Between(1, kMinutiaeMax);
  // Hexagonal for one in two.
  const int lean = random->Below(2) * pitch_x / 2;
  const int count = Count(random);
  for (int k = 0; k < count; ++k) {
    const int row = k / columns;
    Add(&view, k % columns * pitch_x + row % 2 * lean, row * pitch_y, directions.Next(), random);
  }
  return view;
}

FingerView Clusters(Random* random) {
  FingerView view;
  Directions directions(random);
  const int clusters = random->Between(2, 64);
  const int side = Scaled(random, 1'000, 40'000);
  const int radius = Scaled(random, 10, 3'000);
  const int count = Count(random);
  std::vector<std::array<int, 2>> centres;
  for (int c = 0; c < clusters; ++c) centres.push_back({random->Below(side), random->Below(side)});
  for (int k = 0; k < count; ++k) {
    const auto& centre = centres[static_cast<size_t>(k % clusters)];
    Add(&view, centre[0] + random->Below(radius), centre[1] + random->Below(radius),
        directions.Next(), random);
  }
  return view;
}

// A few minutiae again and again, turned each time or not, so that everything supports everything.
FingerView Patches(Random* random) {
  FingerView view;
  const int own = random->Between(2, 40);
  const int side = Scaled(random, 200, 5'000);
  const int pitch = Scaled(random, 10, 8'000);
  const int turn = random->Below(2) == 0 ? 0 : random->Below(256) * kDirectionStep;
  Directions directions(random);
  FingerView patch;
  for (int k = 0; k < own; ++k) {
    Add(&patch, random->Below(side), random->Below(side), directions.Next(), random);
  }
  const int columns = random->Between(1, 8);
  const int count = Count(random);
  for (int k = 0; k < count; ++k) {
    const int place = k / own;
    const Minutia& m = patch.minutiae[static_cast<size_t>(k % own)];
    Add(&view, m.x_um + place % columns * pitch, m.y_um + place / columns * pitch,
        static_cast<uint16_t>(m.angle + place * turn), random);
  }
  return view;
}

FingerView Ring(Random* random) {
  FingerView view;
  const int radius = Scaled(random, 50, 20'000);
  const int rings = random->Between(1, 5);
  const bool radial = random->Below(2) == 0;
  Directions directions(random);
  const int count = Count(random);
  for (int k = 0; k < count; ++k) {
    const double turn = 6.283185307179586 * k / count * rings;
    const double r = radius * (1.0 + static_cast<double>(k * rings / count) / rings);
    const auto angle = static_cast<uint16_t>(int64_t{k} * rings * kFullCircle / count);
    Add(&view, static_cast<int>(r * std::cos(turn)), static_cast<int>(r * std::sin(turn)),
        radial ? angle : directions.Next(), random);
  }
  return view;
}

FingerView OnePlace(Random* random) {
  FingerView view;
  Directions directions(random);
  for (int k = Count(random); k > 0; --k) Add(&view, 0, 0, directions.Next(), random);
  return view;
}

}  // namespace

const std::vector<Family>& Families() {
  static const std::vector<Family> families = {
      {"scattered", Scattered}, {"grid", Grid}, {"clusters", Clusters},
      {"patches", Patches},     {"ring", Ring}, {"one place", OnePlace},
  };
  return families;
}

void MakeValid(FingerView* view) {
  if (view->minutiae.size() > kMinutiaeMax) view->minutiae.resize(kMinutiaeMax);
  if (view->minutiae.empty()) return;
  int64_t left = INT32_MAX;
  int64_t top = INT32_MAX;
  for (const Minutia& m : view->minutiae) {
    left = std::min<int64_t>(left, m.x_um);
    top = std::min<int64_t>(top, m.y_um);
  }
  for (Minutia& m : view->minutiae) {
    m.x_um = static_cast<int32_t>(std::min<int64_t>(m.x_um - left, kReachUm - kPixelUm)) /
             kPixelUm * kPixelUm;
    m.y_um = static_cast<int32_t>(std::min<int64_t>(m.y_um - top, kReachUm - kPixelUm)) / kPixelUm *
             kPixelUm;
    m.angle = static_cast<uint16_t>(m.angle / kDirectionStep * kDirectionStep);
  }
  view->width_um = view->height_um = kReachUm;
}

}  // namespace taanu::bench
