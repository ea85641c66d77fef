#include "matcher/gallery/waves.h"

#include <algorithm>
#include <cmath>

#include "matcher/compare/angle_math.h"
#include "matcher/compare/parameters.h"
#include "matcher/gallery/wave_kernel.h"

namespace taanu::gallery {
namespace {

constexpr double kPi = 3.14159265358979323846;
// Neighbours count less the farther they are, and not at all from here on. On the galleries that
// descriptor.h names a Gaussian weight of 120 pixels was better than one of 70, 100 or 160, and
// than none; this is a polynomial near to it, which needs no function of the C library.
constexpr float kReach = 270 * compare::kPixel;

// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
class Generator {
 public:
  explicit Generator(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  // Nearly normal with deviation `spread`, rounded: the sum of twelve uniform numbers less six
  // has a variance of one. No function of the C library takes part.
  uint16_t Normal(double spread) {
    int64_t sum = 0;
    for (int k = 0; k < 12; ++k) sum += static_cast<int64_t>(Next() >> 48);
    const double value = (static_cast<double>(sum) / 65536.0 - 6.0) * spread;
    return static_cast<uint16_t>(static_cast<int>(std::floor(value + 0.5)));
  }

 private:
  uint64_t state_;
};

// Halves upwards. Without std::floor, which is a call where the compiler knows of no later vectors.
uint16_t Rounded(float value) {
  const float raised = value + 0.5F;
  const auto whole = static_cast<int32_t>(raised);
  return static_cast<uint16_t>(whole - (raised < static_cast<float>(whole) ? 1 : 0));
}

}  // namespace

Waves::Waves(const WaveShape& shape, size_t count)
    : count_(count), squeeze_(shape.squeeze_px * compare::kPixel) {
  // The frequencies of a Gaussian kernel are spread as a Gaussian of the reciprocal width.
  const double place_spread =
      65536 / (2 * kPi * shape.place_px * static_cast<double>(compare::kPixel));
  Generator generator(shape.seed);
  for (size_t k = 0; k < count; ++k) {
    x_.push_back(generator.Normal(place_spread));
    y_.push_back(generator.Normal(place_spread));
    direction_.push_back(generator.Normal(1 / shape.direction));
    phase_.push_back(static_cast<uint16_t>(generator.Next() >> 48));
  }
}

std::vector<int32_t> Waves::SumsOf(const Prepared::Data& print) const {
  const auto n = static_cast<size_t>(print.count);
  const WaveTable table{x_.data(), y_.data(), direction_.data(), phase_.data(), count_};
  std::vector<int32_t> sums(n * count_, 0);
  for (size_t i = 0; i < n; ++i) {
    const compare::Rotation turn = compare::RotationOf(print.angles[i]);
    for (size_t k = 0; k < n; ++k) {
      const float dx = print.points[k].x - print.points[i].x;
      const float dy = print.points[k].y - print.points[i].y;
      const float squared = dx * dx + dy * dy;
      if (k == i || squared >= kReach * kReach) continue;
      const float rest = 1 - squared / (kReach * kReach);
      const float scale = 1 / (1 + std::sqrt(squared) / squeeze_);
      AddWaves(table,
               {Rounded((dx * turn.cosine + dy * turn.sine) * scale),
                Rounded((dy * turn.cosine - dx * turn.sine) * scale),
                static_cast<uint16_t>(print.angles[k] - print.angles[i]),
                static_cast<int16_t>(kWaveWeightMax * rest * rest + 0.5F)},
               &sums[i * count_]);
    }
  }
  return sums;
}

}  // namespace taanu::gallery
