#include "matcher/compare/cylinder.h"

#include <cmath>
#include <cstdlib>

#include "matcher/compare/angle_math.h"
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
  uint64_t disc = 0;                  // cells inside the radius
  std::array<uint8_t, 256> layers{};  // by relative direction >> 8
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
        m.layers[d] = static_cast<uint8_t>(m.layers[d] | (1U << layer));
      }
    }
  }
  return m;
}

const Masks& TheMasks() {
  static const Masks masks = BuildMasks();
  return masks;
}

}  // namespace

std::vector<Cylinder> BuildCylinders(std::span<const Point> points,
                                     std::span<const uint16_t> angles, const Hull& hull) {
  const Masks& m = TheMasks();
  std::vector<Cylinder> cylinders(points.size());
  for (size_t i = 0; i < points.size(); ++i) {
    Cylinder& cylinder = cylinders[i];
    const Rotation turn = RotationOf(angles[i]);
    for (size_t k = 0; k < points.size(); ++k) {
      if (k == i) continue;
      const float dx = points[k].x - points[i].x;
      const float dy = points[k].y - points[i].y;
      if (std::abs(dx) >= m.half_width * 1.5F || std::abs(dy) >= m.half_width * 1.5F) continue;
      const float x = dx * turn.cosine + dy * turn.sine + m.half_width;
      const float y = dy * turn.cosine - dx * turn.sine + m.half_width;
      const auto u = static_cast<int>(std::floor(x / m.place_width));
      const auto v = static_cast<int>(std::floor(y / m.place_width));
      if (u < 0 || v < 0 || u >= kPlaces || v >= kPlaces) continue;
      const uint64_t mask = m.spatial[v * kPlaces + u];
      const uint8_t layers = m.layers[static_cast<uint16_t>(angles[k] - angles[i]) >> 8];
      for (int layer = 0; layer < kLayers; ++layer) {
        if (layers >> layer & 1) cylinder.layers[layer] |= mask;
      }
    }
    for (int c = 0; c < kCells * kCells; ++c) {
      if ((m.disc >> c & 1) == 0) continue;
      const Point p = m.centre[c];
      const Point place = {points[i].x + p.x * turn.cosine - p.y * turn.sine,
                           points[i].y + p.x * turn.sine + p.y * turn.cosine};
      if (hull.Contains(place, kValidMargin)) cylinder.valid |= uint64_t{1} << c;
    }
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
