// Which part of the image holds ridges that can be used.
#include <algorithm>
#include <cmath>

#include "enroll/extract/stages.h"

namespace taanu::extract {
namespace {

constexpr float kContrastMin = 3.0F;     // grey levels
constexpr float kContrastShare = 0.10F;  // of the typical contrast
constexpr int kReliabilityRadius = 2;    // cells
// Correlation of the image with its enhanced form. Filtered noise reaches about 0.4.
constexpr float kReliabilityMin = 0.48F;
constexpr int kSmoothRadius = 2;  // cells
constexpr int kHoleCells = 150;
constexpr int kIslandCells = 150;
// Islands below this share of the largest are smears and corners of the sensor: 0.1 and 0.2 left
// the error rates as they were or a little lower, and a print that a crease cuts in two has both of
// its parts.
constexpr float kIslandShare = 0.1F;

// Chamfer distance (3, 4) of each cell to the nearest cell outside, in pixels. What lies beyond
// the image counts as outside.
Plane DistanceToOutside(const Plane& mask) {
  constexpr float kStraight = kCell;
  constexpr float kDiagonal = kCell * 4.0F / 3.0F;
  Plane distance(mask.width, mask.height);
  const auto at = [&](int x, int y) {
    if (x < 0 || y < 0 || x >= mask.width || y >= mask.height) return 0.0F;
    return distance.at(x, y);
  };
  constexpr float kFar = 1e9F;
  for (size_t i = 0; i < mask.data.size(); ++i) distance.data[i] = mask.data[i] != 0 ? kFar : 0;
  for (int y = 0; y < mask.height; ++y) {
    for (int x = 0; x < mask.width; ++x) {
      float d = distance.at(x, y);
      d = std::min({d, at(x - 1, y) + kStraight, at(x, y - 1) + kStraight,
                    at(x - 1, y - 1) + kDiagonal, at(x + 1, y - 1) + kDiagonal});
      distance.at(x, y) = d;
    }
  }
  for (int y = mask.height - 1; y >= 0; --y) {
    for (int x = mask.width - 1; x >= 0; --x) {
      float d = distance.at(x, y);
      d = std::min({d, at(x + 1, y) + kStraight, at(x, y + 1) + kStraight,
                    at(x + 1, y + 1) + kDiagonal, at(x - 1, y + 1) + kDiagonal});
      distance.at(x, y) = d;
    }
  }
  return distance;
}

}  // namespace

Plane ActiveCells(const Normalised& normalised) {
  Plane active(normalised.contrast.width, normalised.contrast.height);
  const float floor = std::max(kContrastMin, kContrastShare * normalised.typical_contrast);
  for (size_t i = 0; i < active.data.size(); ++i) {
    active.data[i] = normalised.contrast.data[i] >= floor ? 1.0F : 0.0F;
  }
  return active;
}

Segmentation Segment(const Normalised& normalised, const Plane& enhanced,
                     const Orientation& orientation, const Plane& active) {
  const Plane& image = normalised.image;
  Plane cross(image.width, image.height);
  Plane own(image.width, image.height);
  Plane filtered(image.width, image.height);
  for (size_t i = 0; i < image.data.size(); ++i) {
    cross.data[i] = image.data[i] * enhanced.data[i];
    own.data[i] = image.data[i] * image.data[i];
    filtered.data[i] = enhanced.data[i] * enhanced.data[i];
  }
  Plane cross_cells = CellSums(cross, kCell);
  Plane own_cells = CellSums(own, kCell);
  Plane filtered_cells = CellSums(filtered, kCell);
  BoxBlur(&cross_cells, kReliabilityRadius, 2);
  BoxBlur(&own_cells, kReliabilityRadius, 2);
  BoxBlur(&filtered_cells, kReliabilityRadius, 2);

  Segmentation out;
  out.reliability = Plane(active.width, active.height);
  out.mask = Plane(active.width, active.height);
  for (size_t i = 0; i < active.data.size(); ++i) {
    const float norm = std::sqrt(own_cells.data[i] * filtered_cells.data[i]);
    const float correlation = norm > 1e-9F ? cross_cells.data[i] / norm : 0;
    out.reliability.data[i] = std::clamp(correlation, 0.0F, 1.0F) *
                              std::clamp(0.5F + 0.5F * orientation.coherence.data[i], 0.0F, 1.0F);
    out.mask.data[i] = active.data[i] != 0 && correlation >= kReliabilityMin ? 1.0F : 0.0F;
  }
  BoxBlur(&out.mask, kSmoothRadius, 2);
  for (size_t i = 0; i < out.mask.data.size(); ++i) {
    out.mask.data[i] = out.mask.data[i] >= 0.5F && active.data[i] != 0 ? 1.0F : 0.0F;
  }
  const int finger = AbsorbSmallRegions(&out.mask, 1, 0, kIslandCells, false);
  const int island = static_cast<int>(kIslandShare * static_cast<float>(finger));
  if (island > kIslandCells) AbsorbSmallRegions(&out.mask, 1, 0, island, false);
  AbsorbSmallRegions(&out.mask, 0, 1, kHoleCells, true);
  out.border = DistanceToOutside(out.mask);
  return out;
}

}  // namespace taanu::extract
