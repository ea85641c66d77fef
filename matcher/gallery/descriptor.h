// A minutia's neighbourhood as a short code, so made that similar neighbourhoods differ in few
// bits.
//
// It is the signs of random waves (waves.h).
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "matcher/compare/prepared.h"

namespace taanu::gallery {

// As many bits as memory allows; of 128 and 160 more mates were lost by most measures. All six FVC
// sets were in view.
inline constexpr int kDescriptorBytes = 25;
inline constexpr int kDescriptorBits = 8 * kDescriptorBytes;

using Descriptor = std::array<uint8_t, kDescriptorBytes>;

// One descriptor for each minutia of `print`, in its order.
std::vector<Descriptor> Describe(const Prepared::Data& print);

// In how many bits four bits differ from another four, where all four count as three: five such
// counts then fit in four bits, which saves the kernels of screen.h additions and loses nothing
// that was measured.
constexpr int NibbleDistance(unsigned a, unsigned b) {
  return std::min(3, std::popcount((a ^ b) & 15U));
}

// The sum of that over two descriptors: 0 to kDistanceMax, and some 95 where they are unrelated.
inline constexpr int kDistanceMax = 2 * kDescriptorBytes * 3;
inline int Distance(const Descriptor& a, const Descriptor& b) {
  int bits = 0;
  for (int k = 0; k < kDescriptorBytes; ++k) {
    bits += NibbleDistance(a[k], b[k]) + NibbleDistance(a[k] >> 4, b[k] >> 4);
  }
  return bits;
}

}  // namespace taanu::gallery
