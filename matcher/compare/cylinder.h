// A minutia's local descriptor: which relative places and directions hold
// neighbours, as bits.
//
// After Cappelli, Ferrara, Maltoni, "Minutia Cylinder-Code", IEEE PAMI 32(12),
// 2010, in its bit form: those cells of a grid of 8x8 around the minutia, turned
// to its direction, that lie within its radius, in kLayers layers of relative
// direction. Here a neighbour marks every cell within a reach that grows with
// its distance from the centre, since an error of the centre's direction
// displaces far neighbours more; so a cylinder is an OR of precomputed masks,
// and one layer is one 64-bit word. Four cells that follow each other make a
// square but for the last four, so that what is marked lies in few fours.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "matcher/compare/angle_math.h"
#include "matcher/compare/hull.h"
#include "matcher/compare/kernels.h"

namespace taanu::compare {

inline constexpr int kLayers = 6;
// Within the radius.
inline constexpr int kCylinderCells = 52;

struct Cylinder {
  std::array<uint64_t, kLayers> layers{};
  // How many layers have each cell set, as a binary number: bit k of it in
  // plane k. So the bits of all layers under a mask are counted with three
  // words and not six.
  std::array<uint64_t, 3> planes{};
  // Cells that lie where the print was imaged, in every layer alike.
  uint64_t valid = 0;
};
static_assert(kLayers < 8, "the planes count up to 7");

// The cylinders of minutiae (y up), of which the rotations are the directions as cosine and sine.
std::vector<Cylinder> BuildCylinders(const Targets& minutiae, std::span<const Rotation> rotations,
                                     const Hull& hull);

// Similarities go from 0 to this.
inline constexpr int kSimilarityMax = 1023;

// How alike two cylinders are over the cells that are valid in both, 0 to
// kSimilarityMax: twice the common bits by all bits, which tends to 0 where
// there is little to compare.
inline int Similarity(const Cylinder& a, const Cylinder& b, int prior) {
  int both = 0;
  for (int k = 0; k < kLayers; ++k) both += std::popcount(a.layers[k] & b.layers[k]);
  int total = prior;
  for (int k = 0; k < 3; ++k) {
    total += (std::popcount(a.planes[k] & b.valid) + std::popcount(b.planes[k] & a.valid)) << k;
  }
  return 2 * kSimilarityMax * both / total;
}

}  // namespace taanu::compare
