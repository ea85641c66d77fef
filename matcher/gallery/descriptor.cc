#include "matcher/gallery/descriptor.h"

#include <cmath>
#include <cstdlib>

#include "matcher/gallery/projection.h"
#include "matcher/gallery/waves.h"

namespace taanu::gallery {
namespace {

// A direction, and the projection on it of the middle of all neighbourhoods.
struct Direction {
  int32_t middle;
  std::array<int8_t, kWaves> waves;
};

constexpr std::array<Direction, kDescriptorBits> kDirections = {{
#include "matcher/gallery/descriptor_directions.inc"
}};

// The same as the kernel reads it.
const std::vector<int16_t>& Matrix() {
  static const std::vector<int16_t> matrix = [] {
    std::vector<int16_t> rows;
    for (const Direction& direction : kDirections) {
      rows.insert(rows.end(), direction.waves.begin(), direction.waves.end());
    }
    return rows;
  }();
  return matrix;
}

// By what numbers are to be multiplied to have this root mean square; 0 where all are 0. Exact but
// for roundings that IEEE 754 defines: the sum of squares is below 2^53.
double ScaleTo(double root_mean_square, std::span<const int32_t> numbers) {
  int64_t sum = 0;
  for (const int64_t number : numbers) sum += number * number;
  if (sum == 0) return 0;
  return root_mean_square /
         std::sqrt(static_cast<double>(sum) / static_cast<double>(numbers.size()));
}

// Halves away from 0.
int32_t Rounded(double value) { return static_cast<int32_t>(value + (value < 0 ? -0.5 : 0.5)); }

// Four minutiae in five are nowhere beyond four units.
constexpr int32_t kWaveMost = 16 * kWaveUnit - 1;

// Whether any are not 0.
bool Scale(std::span<const int32_t> sums, int16_t* waves) {
  const double scale = ScaleTo(kWaveUnit, sums);
  for (size_t k = 0; k < sums.size(); ++k) {
    waves[k] = static_cast<int16_t>(std::clamp(Rounded(sums[k] * scale), -kWaveMost, kWaveMost));
  }
  return scale > 0;
}

std::vector<int32_t> SumsOf(const Prepared::Data& print) {
  // The shape was measured on all six FVC sets; the seed is part of the descriptor's definition.
  static const Waves waves({2718, 10, 1 / 2.2, 150}, kWaves);
  return waves.SumsOf(print);
}

using Projections = std::array<int32_t, kDescriptorBits>;

// Calls `use` with the number of each minutia that has neighbours, and its projections.
template <typename Use>
void ForEach(const Prepared::Data& print, const Use& use) {
  const std::vector<int32_t> sums = SumsOf(print);
  std::array<int16_t, kWaves> waves;
  Projections projections;
  for (size_t i = 0; i < static_cast<size_t>(print.count); ++i) {
    if (!Scale(std::span(sums).subspan(i * kWaves, kWaves), waves.data())) continue;
    Project(Matrix().data(), kDescriptorBits, waves.data(), kWaves, projections.data());
    for (size_t k = 0; k < projections.size(); ++k) projections[k] -= kDirections[k].middle;
    use(i, projections);
  }
}

Descriptor SignsOf(const Projections& projections) {
  Descriptor signs;
  for (size_t b = 0; b < signs.size(); ++b) {
    unsigned byte = 0;
    for (size_t k = 0; k < 8; ++k) byte |= unsigned{projections[8 * b + k] > 0} << k;
    signs[b] = static_cast<uint8_t>(byte);
  }
  return signs;
}

}  // namespace

std::vector<int16_t> WavesOf(const Prepared::Data& print) {
  const std::vector<int32_t> sums = SumsOf(print);
  std::vector<int16_t> waves(sums.size());
  for (size_t at = 0; at < sums.size(); at += kWaves) {
    Scale(std::span(sums).subspan(at, kWaves), &waves[at]);
  }
  return waves;
}

std::vector<WeighedDescriptor> DescribeProbe(const Prepared::Data& print) {
  std::vector<WeighedDescriptor> descriptors(static_cast<size_t>(print.count));
  ForEach(print, [&descriptors](size_t i, const Projections& projections) {
    WeighedDescriptor& own = descriptors[i];
    own.bits = SignsOf(projections);
    const double scale = ScaleTo(WeighedDescriptor::kUnit, projections);
    for (size_t k = 0; k < projections.size(); ++k) {
      own.weights[k] =
          static_cast<uint8_t>(std::min(255, Rounded(std::abs(projections[k]) * scale)));
    }
  });
  return descriptors;
}

std::vector<Descriptor> Describe(const Prepared::Data& print) {
  std::vector<Descriptor> descriptors(static_cast<size_t>(print.count));
  ForEach(print, [&descriptors](size_t i, const Projections& projections) {
    descriptors[i] = SignsOf(projections);
  });
  return descriptors;
}

}  // namespace taanu::gallery
