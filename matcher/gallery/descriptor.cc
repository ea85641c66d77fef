#include "matcher/gallery/descriptor.h"

#include <cmath>
#include <cstdlib>

#include "matcher/compare/angle_math.h"
#include "matcher/compare/parameters.h"

namespace taanu::gallery {
namespace {

// Measured as kDescriptorBytes was: neighbours farther than this do not help, and the waves'
// frequencies are spread as those of a Gaussian kernel of 17 pixels and about 36 degrees.
constexpr float kReach = 508.5F;  // 100 pixels at 500 dpi
constexpr double kPlaceSpread = 65536 / (2 * 3.14159265358979323846 * 17 * 5.08);
constexpr double kDirectionSpread = 1.6;

// Phases are taken modulo the circle of 65,536, so each factor is reduced to 16 bits.
struct Waves {
  std::array<uint16_t, kDescriptorBits> x;
  std::array<uint16_t, kDescriptorBits> y;
  std::array<uint16_t, kDescriptorBits> direction;
  std::array<uint16_t, kDescriptorBits> phase;
};

// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). The seed is part of the descriptor's definition.
class Generator {
 public:
  uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  // Nearly normal with deviation `spread`, rounded: the sum of twelve uniform numbers less six
  // has a variance of one. No function of the C library takes part.
  int Normal(double spread) {
    int64_t sum = 0;
    for (int k = 0; k < 12; ++k) sum += static_cast<int64_t>(Next() >> 48);
    const double value = (static_cast<double>(sum) / 65536.0 - 6.0) * spread;
    return static_cast<int>(std::floor(value + 0.5));
  }

 private:
  uint64_t state_ = 2718;
};

Waves MakeWaves() {
  Waves waves;
  Generator generator;
  for (int k = 0; k < kDescriptorBits; ++k) {
    waves.x[k] = static_cast<uint16_t>(generator.Normal(kPlaceSpread));
    waves.y[k] = static_cast<uint16_t>(generator.Normal(kPlaceSpread));
    waves.direction[k] = static_cast<uint16_t>(generator.Normal(kDirectionSpread));
    waves.phase[k] = static_cast<uint16_t>(generator.Next() >> 48);
  }
  return waves;
}

const Waves& TheWaves() {
  static const Waves waves = MakeWaves();
  return waves;
}

// Adds a neighbour's waves. A triangle stands for the cosine: its sign and zeros are the same. The
// loop is written so that compilers turn it into vectors.
void Add(const Waves& waves, uint16_t x, uint16_t y, uint16_t direction,
         std::array<int32_t, kDescriptorBits>* sums) {
  for (int k = 0; k < kDescriptorBits; ++k) {
    const auto phase = static_cast<uint16_t>(
        static_cast<uint16_t>(uint32_t{waves.x[k]} * x) +
        static_cast<uint16_t>(uint32_t{waves.y[k]} * y) +
        static_cast<uint16_t>(uint32_t{waves.direction[k]} * direction) + waves.phase[k]);
    (*sums)[k] += 16384 - std::abs(static_cast<int32_t>(static_cast<int16_t>(phase)));
  }
}

uint16_t Rounded(float value) {
  return static_cast<uint16_t>(static_cast<int32_t>(std::floor(value + 0.5F)));
}

}  // namespace

std::vector<Descriptor> Describe(const Prepared::Data& print) {
  const Waves& waves = TheWaves();
  const auto n = static_cast<size_t>(print.count);
  std::vector<Descriptor> descriptors(n);
  for (size_t i = 0; i < n; ++i) {
    const compare::Rotation turn = compare::RotationOf(print.angles[i]);
    std::array<int32_t, kDescriptorBits> sums{};
    for (size_t k = 0; k < n; ++k) {
      const float dx = print.points[k].x - print.points[i].x;
      const float dy = print.points[k].y - print.points[i].y;
      if (k == i || dx * dx + dy * dy >= kReach * kReach) continue;
      Add(waves, Rounded(dx * turn.cosine + dy * turn.sine),
          Rounded(dy * turn.cosine - dx * turn.sine),
          static_cast<uint16_t>(print.angles[k] - print.angles[i]), &sums);
    }
    descriptors[i].fill(0);
    for (size_t k = 0; k < kDescriptorBits; ++k) {
      if (sums[k] > 0) {
        uint8_t& byte = descriptors[i][k / 8];
        byte = static_cast<uint8_t>(byte | (1U << (k % 8)));
      }
    }
  }
  return descriptors;
}

}  // namespace taanu::gallery
