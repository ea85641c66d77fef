#include "enroll/synth/noise_texture.h"

#include <cmath>
#include <cstddef>

#include "enroll/synth/random.h"

namespace taanu::synth {
namespace {

constexpr uint64_t kNoiseStream = 10;

using Tile = std::vector<double>;

// One pass of the box along rows (step 1) or columns (step kSide) of a tile that repeats.
Tile Box(const Tile& in, int radius, bool along_rows) {
  constexpr int kSide = NoiseTexture::kSide;
  Tile out(in.size());
  for (int i = 0; i < kSide; ++i) {
    for (int j = 0; j < kSide; ++j) {
      double sum = 0;
      for (int k = -radius; k <= radius; ++k) {
        const int at = (j + k) & (kSide - 1);
        sum += along_rows ? in[static_cast<size_t>(i) * kSide + at]
                          : in[static_cast<size_t>(at) * kSide + i];
      }
      out[along_rows ? static_cast<size_t>(i) * kSide + j : static_cast<size_t>(j) * kSide + i] =
          sum;
    }
  }
  return out;
}

}  // namespace

NoiseTexture::NoiseTexture(uint64_t seed, int radius, int passes) {
  Random random(seed, kNoiseStream);
  Tile tile(static_cast<size_t>(kSide) * kSide);
  for (double& value : tile) value = random.Normal();
  for (int pass = 0; pass < passes; ++pass) tile = Box(Box(tile, radius, true), radius, false);
  double mean = 0;
  for (const double value : tile) mean += value;
  mean /= static_cast<double>(tile.size());
  double variance = 0;
  for (const double value : tile) variance += (value - mean) * (value - mean);
  const double scale = 1 / std::sqrt(variance / static_cast<double>(tile.size()));
  values_.reserve(tile.size());
  for (const double value : tile) values_.push_back(static_cast<float>((value - mean) * scale));
}

const NoiseTexture& NoiseTexture::Grain() {
  static const NoiseTexture texture(1, 1, 1);
  return texture;
}

const NoiseTexture& NoiseTexture::Blotches() {
  static const NoiseTexture texture(2, 4, 2);
  return texture;
}

}  // namespace taanu::synth
