#include "tests/accuracy/drawn_fingers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "enroll/synth/finger_shape.h"
#include "enroll/synth/random.h"

namespace taanu::accuracy {
namespace {

constexpr uint64_t kDrawStream = 101;
constexpr double kPi = 3.14159265358979323846;
constexpr double kPixelUm = 50.8;
constexpr int32_t kWidthUm = 19'710;
constexpr int32_t kHeightUm = 18'999;
// Two minutiae nearer than this, in pixels, are one in two times drawn anew, and nearer than a
// third of it always: half of the nearest neighbours of grown prints are within 1.15 mm, one in a
// hundred within 0.2 mm.
constexpr double kNear = 20;
// At equal steps of the share of grown minutiae that have no more.
constexpr std::array<uint8_t, 8> kQualities = {62, 80, 86, 90, 92, 93, 94, 96};

struct Spot {
  double x = 0;  // of the finger, pixels, y up
  double y = 0;
};

bool TooNear(const Spot& spot, const std::vector<Spot>& others, synth::Random* random) {
  double nearest = kNear;
  for (const Spot& other : others) {
    nearest = std::min(nearest, std::hypot(spot.x - other.x, spot.y - other.y));
  }
  return nearest < kNear / 3 || (nearest < kNear && random->Unit() < 0.5);
}

}  // namespace

FingerView DrawFinger(uint64_t seed) {
  const synth::FingerShape shape(seed);
  synth::Random random(seed, kDrawStream);
  // The placement of an impression of default options, and its area of contact.
  const double turn = 0.35 * random.Range(-30, 30) * kPi / 180;
  const double x_middle = 0.35 * random.Range(-70, 70);
  const double y_middle = 0.35 * random.Range(-70, 70);
  const double half_width = random.Range(100, 126);
  const double half_height = random.Range(130, 164);
  const auto wanted = static_cast<size_t>(std::clamp(39.6 + 7.3 * random.Normal(), 20.0, 64.0));

  FingerView view;
  view.width_um = kWidthUm;
  view.height_um = kHeightUm;
  view.quality = 100;
  std::vector<Spot> spots;
  while (spots.size() < wanted) {
    const Spot spot{half_width * random.Range(-1, 1), half_height * random.Range(-1, 1)};
    const double far = std::hypot(spot.x / half_width, spot.y / half_height);
    if (far > 1 || shape.Edge(spot.x, spot.y) > 1 || TooNear(spot, spots, &random)) continue;
    spots.push_back(spot);
    const double x = std::cos(turn) * spot.x - std::sin(turn) * spot.y + x_middle;
    const double y = std::sin(turn) * spot.x + std::cos(turn) * spot.y + y_middle;
    const double along = shape.Orientation(spot.x, spot.y) / 2.0 + 32768 * random.Below(2);
    const double angle = along + turn * 32768 / kPi + 900 * random.Normal();
    view.minutiae.push_back(
        {.x_um = kWidthUm / 2 + static_cast<int32_t>(std::lround(x * kPixelUm)),
         .y_um = kHeightUm / 2 - static_cast<int32_t>(std::lround(y * kPixelUm)),
         .angle = static_cast<uint16_t>(std::lround(angle)),
         .type = random.Below(2) == 0 ? MinutiaType::kRidgeEnding : MinutiaType::kBifurcation,
         .quality = kQualities.at(random.Below(kQualities.size()))});
  }
  return view;
}

}  // namespace taanu::accuracy
