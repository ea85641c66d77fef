// A minutia's local descriptor: which relative places and directions hold
// neighbours, as bits.
//
// After Cappelli, Ferrara, Maltoni, "Minutia Cylinder-Code", IEEE PAMI 32(12),
// 2010, in its bit form: a grid of 8x8 cells around the minutia, turned to its
// direction, in kLayers layers of relative direction. Here a neighbour marks
// every cell within a reach that grows with its distance from the centre, since
// an error of the centre's direction displaces far neighbours more; so a
// cylinder is an OR of precomputed masks, and one layer is one 64-bit word.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "matcher/compare/hull.h"

namespace taanu::compare {

inline constexpr int kLayers = 6;

struct Cylinder {
  std::array<uint64_t, kLayers> layers{};
  // Cells that lie where the print was imaged, in every layer alike.
  uint64_t valid = 0;
};

// The cylinders of minutiae at `points` (y up) with these directions.
std::vector<Cylinder> BuildCylinders(std::span<const Point> points,
                                     std::span<const uint16_t> angles, const Hull& hull);

// Similarities go from 0 to this.
inline constexpr int kSimilarityMax = 1023;

// How alike two cylinders are over the cells that are valid in both, 0 to
// kSimilarityMax. It tends to 0 where there is little to compare.
int Similarity(const Cylinder& a, const Cylinder& b);

}  // namespace taanu::compare
