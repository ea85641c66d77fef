// Tiles of smooth noise, from which impressions take their blotches and grain.
//
// Thread-safety: immutable once made; Grain() and Blotches() may be called from any thread.
#pragma once

#include <cstdint>
#include <vector>

namespace taanu::synth {

class NoiseTexture {
 public:
  static constexpr int kSide = 256;

  // White noise, smoothed `passes` times by a box of 2 * radius + 1, to mean 0 and deviation 1.
  // The tile repeats without a seam.
  NoiseTexture(uint64_t seed, int radius, int passes);

  // Bilinear, at any point within +-4,000.
  float At(float x, float y) const {
    const float fx = x + kOffset;
    const float fy = y + kOffset;
    const auto ix = static_cast<int>(fx);
    const auto iy = static_cast<int>(fy);
    const float u = fx - static_cast<float>(ix);
    const float v = fy - static_cast<float>(iy);
    const float* row = values_.data() + (iy & (kSide - 1)) * kSide;
    const float* below = values_.data() + ((iy + 1) & (kSide - 1)) * kSide;
    const int x0 = ix & (kSide - 1);
    const int x1 = (ix + 1) & (kSide - 1);
    const float top = row[x0] + u * (row[x1] - row[x0]);
    const float bottom = below[x0] + u * (below[x1] - below[x0]);
    return top + v * (bottom - top);
  }

  // Spots of about three pixels.
  static const NoiseTexture& Grain();
  // Blotches of about ten pixels; stretch them by scaling the coordinates.
  static const NoiseTexture& Blotches();

 private:
  // A multiple of kSide that makes coordinates positive, where truncation is floor. Small, since it
  // costs precision of the float.
  static constexpr float kOffset = 16 * kSide;

  std::vector<float> values_;
};

}  // namespace taanu::synth
