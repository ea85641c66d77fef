// A minutia's neighbourhood as a short code, so made that similar neighbourhoods differ in few
// bits.
//
// Waves over the neighbourhood (waves.h) are projected on as many directions as there are bits, of
// which signs are taken: the Hamming distance of signs estimates an angle (Charikar, "Similarity
// Estimation Techniques from Rounding Algorithms", STOC 2002). The directions are the principal
// ones of real neighbourhoods, brought half-way to equal spread and turned at random, so that every
// bit says as much as any other (Gong, Lazebnik, "Iterative Quantization", CVPR 2011, of which this
// is the form without iterations). fit_descriptor in tests/accuracy makes them.
//
// A probe, of which there is only one, keeps how far each projection is from changing its sign: a
// bit that hardly was what it is says little where another print has it otherwise (Dong, Charikar,
// Li, "Asymmetric Distance Estimation with Sketches", SIGIR 2008).
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "matcher/compare/prepared.h"

namespace taanu::gallery {

// As many bits as memory allows: of 160 twice as many mates were not among the best 2 %.
inline constexpr int kDescriptorBytes = 25;
inline constexpr int kDescriptorBits = 8 * kDescriptorBytes;

using Descriptor = std::array<uint8_t, kDescriptorBytes>;

// A descriptor and how much each of its bits counts.
struct WeighedDescriptor {
  static constexpr uint8_t kUnit = 64;  // the weight of a bit that counts once

  WeighedDescriptor() { weights.fill(kUnit); }
  // All bits count once.
  explicit WeighedDescriptor(const Descriptor& plain) : WeighedDescriptor() { bits = plain; }

  Descriptor bits{};
  std::array<uint8_t, kDescriptorBits> weights;
};

// One for each minutia of `print`, in its order.
std::vector<WeighedDescriptor> DescribeProbe(const Prepared::Data& print);
// The same without the weights.
std::vector<Descriptor> Describe(const Prepared::Data& print);

// What a nibble counts of which differing bits have these weights together: units, rounded and at
// most 3. Five such counts fit in four bits, which saves the kernels of screen.h additions and
// loses nothing that was measured.
constexpr int NibbleCount(int weights) {
  return std::min(3, (weights + WeighedDescriptor::kUnit / 2) / WeighedDescriptor::kUnit);
}

// How far nibble n of `own`, the low one of byte n / 2 where n is even, is from `other`.
inline int NibbleDistance(const WeighedDescriptor& own, size_t n, unsigned other) {
  const unsigned differing = own.bits[n / 2] >> (n % 2 * 4) ^ other;
  int sum = 0;
  for (size_t k = 0; k < 4; ++k) sum += (differing >> k & 1) != 0 ? own.weights[4 * n + k] : 0;
  return NibbleCount(sum);
}

// The sum of that over all nibbles: 0 to kDistanceMax.
inline constexpr int kDistanceMax = 2 * kDescriptorBytes * 3;
inline int Distance(const WeighedDescriptor& own, const Descriptor& other) {
  int sum = 0;
  for (size_t n = 0; n < size_t{2} * kDescriptorBytes; ++n) {
    sum += NibbleDistance(own, n, other[n / 2] >> (n % 2 * 4));
  }
  return sum;
}

// For fitting the directions: how many waves there are, and for each minutia of `print` its waves,
// of which the mean square is kWaveUnit squared (or 0, where it has no neighbours).
inline constexpr size_t kWaves = 256;
inline constexpr int kWaveUnit = 512;
std::vector<int16_t> WavesOf(const Prepared::Data& print);

}  // namespace taanu::gallery
