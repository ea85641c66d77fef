// Sums of random waves over a minutia's neighbourhood: numbers that are alike where neighbourhoods
// are.
//
// Each is a sum over the neighbours within reach: a wave over (place, direction) relative to the
// minutia, of random frequency and phase. That is a random projection of the neighbours' density
// smoothed by a Gaussian kernel (Rahimi, Recht, "Random Features for Large-Scale Kernel Machines",
// NIPS 2007). The minutia and its coordinates turn together, so a print may lie at any angle. Whole
// numbers, and of the others only operations that IEEE 754 defines to the bit: the same sums on
// every machine.
//
// Thread-safety: immutable once built.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "matcher/compare/prepared.h"

namespace taanu::gallery {

struct WaveShape {
  uint64_t seed = 0;
  // Of the Gaussian kernel about a neighbour: pixels at 500 dpi, and radians.
  double place_px = 0;
  double direction = 0;
  // Distances r are squeezed to r / (1 + r / squeeze_px), so that what lies far off, and is
  // displaced more when a finger is pressed, is described more coarsely.
  float squeeze_px = 0;
};

class Waves {
 public:
  // `count` must be a multiple of kWavesAbreast (wave_kernel.h).
  Waves(const WaveShape& shape, size_t count);

  // For each minutia, in the print's order, a sum for each wave: below 2^23 each.
  std::vector<int32_t> SumsOf(const Prepared::Data& print) const;

 private:
  size_t count_;
  float squeeze_;
  // As the kernel reads them.
  std::vector<uint16_t> x_;
  std::vector<uint16_t> y_;
  std::vector<uint16_t> direction_;
  std::vector<uint16_t> phase_;
};

}  // namespace taanu::gallery
