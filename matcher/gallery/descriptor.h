// A minutia's neighbourhood as a short code, so made that similar neighbourhoods differ in few
// bits.
//
// It is the signs of random waves (waves.h).
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "matcher/compare/prepared.h"

namespace taanu::gallery {

// Tuned with the waves' shape on FVC2000 and FVC2004 templates of two extractors, 320 mates among
// 1,600 mosaics of such prints (`gallery_rank` in tests/bench): the best 2 % of the screening
// missed 5.0 % of the mates with 192 bits, 6.2 % with 128, 9.7 % with 96, and 3.4 % with 512.
inline constexpr int kDescriptorBytes = 24;
inline constexpr int kDescriptorBits = 8 * kDescriptorBytes;

using Descriptor = std::array<uint8_t, kDescriptorBytes>;

// One descriptor for each minutia of `print`, in its order.
std::vector<Descriptor> Describe(const Prepared::Data& print);

// In how many bits they differ.
inline int Distance(const Descriptor& a, const Descriptor& b) {
  int bits = 0;
  for (int k = 0; k < kDescriptorBytes; ++k) {
    bits += std::popcount(static_cast<uint8_t>(a[k] ^ b[k]));
  }
  return bits;
}

}  // namespace taanu::gallery
