// The inner loops of building cylinders, vectorised like the others (kernels.h), of whose promises
// all hold here.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "matcher/compare/angle_math.h"
#include "matcher/compare/cylinder.h"
#include "matcher/compare/hull.h"
#include "matcher/compare/kernels.h"

namespace taanu::compare {

// The places around a minutia, a square of kSide * kSide.
struct PlaceGrid {
  static constexpr int kSide = 48;

  float half_width = 0;
  float place_width = 0;
};

// A neighbour of a minutia.
struct Neighbour {
  static uint32_t Pack(int place, int direction) {
    return static_cast<uint32_t>(place << 8 | direction);
  }
  // By rows, where the minutia's direction is that of the rows.
  static uint32_t Place(uint32_t packed) { return packed >> 8; }
  // From the minutia's, in 256ths of the circle.
  static uint32_t Direction(uint32_t packed) { return packed & 255; }
};

// The other minutiae that lie in the grid around minutia `own`, at most kMinutiaeMax. Returns how
// many; writes up to a vector more.
int FindNeighbours(const Targets& minutiae, int count, int own, Rotation turn,
                   const PlaceGrid& grid, uint32_t* neighbours);

// The middles of the cells of a cylinder around (0, 0), and padding.
struct CellArrays {
  static constexpr int kPadded = Padded(kCylinderCells);
  std::array<float, kPadded> x{};
  std::array<float, kPadded> y{};
};

// Bit c for each cell that lies inside every half-plane moved outwards by `margin`, when the cells
// lie around `middle`, turned.
uint64_t CellsInside(std::span<const HalfPlane> edges, float margin, Point middle, Rotation turn,
                     const CellArrays& cells);

}  // namespace taanu::compare
