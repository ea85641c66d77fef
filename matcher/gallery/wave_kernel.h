// The kernel of waves.h: adds the waves of one neighbour to the sums.
//
// Whole numbers: every target gives the same sums as AddWavesScalar. Nothing is allocated.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>

namespace taanu::gallery {

// How many waves there must be a multiple of.
inline constexpr size_t kWavesAbreast = 32;
inline constexpr int kWaveWeightMax = 64;

// Frequencies and phases, `count` of each, modulo the circle of 65,536.
struct WaveTable {
  const uint16_t* x = nullptr;
  const uint16_t* y = nullptr;
  const uint16_t* direction = nullptr;
  const uint16_t* phase = nullptr;
  size_t count = 0;
};

// A neighbour as seen from the minutia that is described.
struct Neighbour {
  uint16_t x = 0;
  uint16_t y = 0;
  uint16_t direction = 0;
  int16_t weight = 0;  // 0 to kWaveWeightMax
};

// Adds to each of `sums` the weight times the height of the wave, from -256 to 256. A triangle
// stands for the cosine: its sign and zeros are the same. Runs on the best target of this
// processor.
void AddWaves(const WaveTable& waves, const Neighbour& neighbour, int32_t* sums);

// The reference: the same, written plainly.
void AddWavesScalar(const WaveTable& waves, const Neighbour& neighbour, int32_t* sums);

}  // namespace taanu::gallery
