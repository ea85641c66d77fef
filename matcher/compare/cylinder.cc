#include "matcher/compare/cylinder.h"

#include <algorithm>
#include <cmath>

#include "matcher/compare/angle_math.h"
#include "matcher/compare/kernels.h"
#include "matcher/compare/parameters.h"

namespace taanu::compare {
namespace {

constexpr int kCells = 8;
// Neighbour positions are looked up on a finer grid that also reaches beyond
// the cylinder, from where a footprint can still touch its outer cells.
constexpr int kPlaces = 48;

struct Masks {
  float half_width = 0;  // half the width of the grid of places
  float place_width = 0;
  std::array<uint64_t, kPlaces * kPlaces> spatial{};
  std::array<Point, kCells * kCells> centre{};
  uint64_t disc = 0;  // cells inside the radius
  // All ones in each layer that is marked, by relative direction >> 8.
  std::array<std::array<uint64_t, kLayers>, 256> layers{};
};

Masks BuildMasks() {
  Masks m;
  const float cell = 2.0F * kCylinderRadius / kCells;
  for (int c = 0; c < kCells * kCells; ++c) {
    m.centre[c] = {(static_cast<float>(c % kCells) + 0.5F) * cell - kCylinderRadius,
                   (static_cast<float>(c / kCells) + 0.5F) * cell - kCylinderRadius};
    const Point p = m.centre[c];
    if (p.x * p.x + p.y * p.y <= kCylinderRadius * kCylinderRadius) m.disc |= uint64_t{1} << c;
  }
  m.half_width = kCylinderRadius * 1.25F;
  m.place_width = 2.0F * m.half_width / kPlaces;
  for (int v = 0; v < kPlaces; ++v) {
    for (int u = 0; u < kPlaces; ++u) {
      const float x = (static_cast<float>(u) + 0.5F) * m.place_width - m.half_width;
      const float y = (static_cast<float>(v) + 0.5F) * m.place_width - m.half_width;
      const float reach = kFootprint + kFootprintGrowth * std::sqrt(x * x + y * y);
      uint64_t mask = 0;
      for (int c = 0; c < kCells * kCells; ++c) {
        const float dx = m.centre[c].x - x;
        const float dy = m.centre[c].y - y;
        if (dx * dx + dy * dy <= reach * reach) mask |= uint64_t{1} << c;
      }
      m.spatial[v * kPlaces + u] = mask & m.disc;
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
void MarkNeighbours(std::span<const Point> points, std::span<const uint16_t> angles, size_t i,
                    Rotation turn, Cylinder* cylinder) {
  const Masks& m = TheMasks();
  for (size_t k = 0; k < points.size(); ++k) {
    if (k == i) continue;
    const float dx = points[k].x - points[i].x;
    const float dy = points[k].y - points[i].y;
    const float x = dx * turn.cosine + dy * turn.sine + m.half_width;
    const float y = dy * turn.cosine - dx * turn.sine + m.half_width;
    const float width = 2.0F * m.half_width;
    if (x < 0 || y < 0 || x >= width || y >= width) continue;
    const int u = std::min(static_cast<int>(x / m.place_width), kPlaces - 1);
    const int v = std::min(static_cast<int>(y / m.place_width), kPlaces - 1);
    const uint64_t mask = m.spatial[v * kPlaces + u];
    const std::array<uint64_t, kLayers>& chosen =
        m.layers[static_cast<uint16_t>(angles[k] - angles[i]) >> 8];
    for (int layer = 0; layer < kLayers; ++layer) cylinder->layers[layer] |= mask & chosen[layer];
  }
}

// Which cells around a minutia lie where the print was imaged.
uint64_t ValidCells(Point middle, Rotation turn, const Hull& hull) {
  const Masks& m = TheMasks();
  std::array<float, kCells * kCells> xs;
  std::array<float, kCells * kCells> ys;
  std::array<float, kCells * kCells> inside;
  for (int c = 0; c < kCells * kCells; ++c) {
    const Point p = m.centre[c];
    xs[c] = middle.x + p.x * turn.cosine - p.y * turn.sine;
    ys[c] = middle.y + p.x * turn.sine + p.y * turn.cosine;
  }
  MarkInside(hull.edges().data(), static_cast<int>(hull.edges().size()), kValidMargin,
             {xs.data(), ys.data()}, kCells * kCells, inside.data());
  uint64_t valid = 0;
  for (int c = 0; c < kCells * kCells; ++c) valid |= uint64_t{inside[c] != 0.0F} << c;
  return valid & m.disc;
}

}  // namespace

std::vector<Cylinder> BuildCylinders(std::span<const Point> points,
                                     std::span<const uint16_t> angles,
                                     std::span<const Rotation> rotations, const Hull& hull) {
  std::vector<Cylinder> cylinders(points.size());
  for (size_t i = 0; i < points.size(); ++i) {
    Cylinder& cylinder = cylinders[i];
    MarkNeighbours(points, angles, i, rotations[i], &cylinder);
    cylinder.valid = ValidCells(points[i], rotations[i], hull);
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
