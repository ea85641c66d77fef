#include "matcher/compare/cylinder.h"

#include <algorithm>
#include <cmath>

#include "matcher/compare/angle_math.h"
#include "matcher/compare/cylinder_kernels.h"
#include "matcher/compare/parameters.h"

namespace taanu::compare {
namespace {

constexpr int kSide = 8;
// Neighbour positions are looked up on a finer grid that also reaches beyond
// the cylinder, from where a footprint can still touch its outer cells.
constexpr int kPlaces = PlaceGrid::kSide;

struct Masks {
  PlaceGrid grid;
  std::array<uint64_t, kPlaces * kPlaces> spatial{};
  CellArrays cells;
  // All ones in each layer that is marked, by relative direction >> 8.
  std::array<std::array<uint64_t, kLayers>, 256> layers{};
};

// Whether the centre of a cell lies within the radius, in halves of a cell from the middle.
constexpr bool InDisc(int column, int row) {
  const int x = 2 * column + 1 - kSide;
  const int y = 2 * row + 1 - kSide;
  return x * x + y * y <= kSide * kSide;
}

struct Cell {
  int column = 0;
  int row = 0;
};

// Square by square: first those that lie within the radius as a whole, then what is left.
constexpr std::array<Cell, kCylinderCells> OrderCells() {
  std::array<Cell, kCylinderCells> cells{};
  size_t count = 0;
  for (const bool whole : {true, false}) {
    for (int square = 0; square < kSide * kSide / 4; ++square) {
      const int column = square % (kSide / 2) * 2;
      const int row = square / (kSide / 2) * 2;
      const bool is_whole = InDisc(column, row) && InDisc(column + 1, row) &&
                            InDisc(column, row + 1) && InDisc(column + 1, row + 1);
      if (is_whole != whole) continue;
      for (int k = 0; k < 4; ++k) {
        // Beyond the end where there are more than kCylinderCells, which does not compile.
        if (InDisc(column + k % 2, row + k / 2)) cells[count++] = {column + k % 2, row + k / 2};
      }
    }
  }
  return count == cells.size() ? cells : throw "kCylinderCells is too large";
}
constexpr std::array<Cell, kCylinderCells> kCells = OrderCells();

Masks BuildMasks() {
  Masks m;
  const float width = 2.0F * kCylinderRadius / kSide;
  for (int c = 0; c < kCylinderCells; ++c) {
    m.cells.x[c] = (static_cast<float>(kCells[c].column) + 0.5F) * width - kCylinderRadius;
    m.cells.y[c] = (static_cast<float>(kCells[c].row) + 0.5F) * width - kCylinderRadius;
  }
  m.grid.half_width = kCylinderRadius * 1.25F;
  m.grid.place_width = 2.0F * m.grid.half_width / kPlaces;
  for (int v = 0; v < kPlaces; ++v) {
    for (int u = 0; u < kPlaces; ++u) {
      const float x = (static_cast<float>(u) + 0.5F) * m.grid.place_width - m.grid.half_width;
      const float y = (static_cast<float>(v) + 0.5F) * m.grid.place_width - m.grid.half_width;
      const float reach = kFootprint + kFootprintGrowth * std::sqrt(x * x + y * y);
      uint64_t mask = 0;
      for (int c = 0; c < kCylinderCells; ++c) {
        const float dx = m.cells.x[c] - x;
        const float dy = m.cells.y[c] - y;
        if (dx * dx + dy * dy <= reach * reach) mask |= uint64_t{1} << c;
      }
      m.spatial[v * kPlaces + u] = mask;
    }
  }
  for (int d = 0; d < 256; ++d) {
    for (int layer = 0; layer < kLayers; ++layer) {
      const auto middle = static_cast<uint16_t>((2 * layer + 1) * 65536 / (2 * kLayers));
      if (static_cast<float>(AngleGap(static_cast<uint16_t>(d * 256 + 128), middle)) <=
          kDirectionWindow) {
        m.layers[d][layer] = ~uint64_t{0};
      }
    }
  }
  return m;
}

const Masks& TheMasks() {
  static const Masks masks = BuildMasks();
  return masks;
}

// Marks the neighbours of minutia i, wherever the print was imaged.
void MarkNeighbours(const Targets& minutiae, int count, int i, Rotation turn, Cylinder* cylinder) {
  const Masks& m = TheMasks();
  std::array<uint32_t, kMinutiaePadded + kLaneStep> neighbours;
  const int found = FindNeighbours(minutiae, count, i, turn, m.grid, neighbours.data());
  for (int k = 0; k < found; ++k) {
    const uint64_t mask = m.spatial[Neighbour::Place(neighbours[k])];
    const std::array<uint64_t, kLayers>& chosen = m.layers[Neighbour::Direction(neighbours[k])];
    for (int layer = 0; layer < kLayers; ++layer) cylinder->layers[layer] |= mask & chosen[layer];
  }
}

}  // namespace

std::vector<Cylinder> BuildCylinders(const Targets& minutiae, std::span<const Rotation> rotations,
                                     const Hull& hull) {
  const Masks& m = TheMasks();
  std::vector<Cylinder> cylinders(rotations.size());
  for (size_t i = 0; i < cylinders.size(); ++i) {
    Cylinder& cylinder = cylinders[i];
    MarkNeighbours(minutiae, static_cast<int>(cylinders.size()), static_cast<int>(i), rotations[i],
                   &cylinder);
    cylinder.valid = CellsInside(hull.edges(), kValidMargin, {minutiae.x[i], minutiae.y[i]},
                                 rotations[i], m.cells);
    for (uint64_t& layer : cylinder.layers) {
      layer &= cylinder.valid;
      // A ripple-carry addition in every cell at once.
      uint64_t carry = layer;
      for (uint64_t& plane : cylinder.planes) {
        const uint64_t next = plane & carry;
        plane ^= carry;
        carry = next;
      }
    }
  }
  return cylinders;
}

}  // namespace taanu::compare
