// Minutiae from the cleaned ridges, with the directions of ISO/IEC 19794-2:2005 clause 6.4.3: at an
// ending along the ridge that ends, at a bifurcation along the valley between its two branches.
//
// A minutia is placed where its ridge, or at a bifurcation its valley, begins in the enhanced
// image, not where the skeleton has its node: a skeleton ends half a ridge's width within its
// ridge, and forks as far before the valley. Only so do the two types mirror each other: what one
// impression shows as an ending, and the next, pressed harder, as a bifurcation, stays in its
// place.
#include <algorithm>
#include <cmath>

#include "enroll/extract/stages.h"

namespace taanu::extract {
namespace {

constexpr int kTrace = 14;          // pixels along a ridge that give its direction
constexpr float kBorderMin = 16;    // pixels to the edge of the mask
constexpr float kBorderFull = 28;   // pixels from which the edge no longer matters
constexpr float kCrowdRadius = 14;  // pixels
constexpr size_t kMinutiaeKept = 255;

struct Direction {
  float x = 0;
  float y = 0;
};

Direction Unit(float x, float y) {
  const float length = std::hypot(x, y);
  return length > 0 ? Direction{x / length, y / length} : Direction{};
}

Direction Leaving(const RidgeGraph& graph, int line, int node) {
  const Point from = graph.nodes[static_cast<size_t>(node)].at;
  const Point to = graph.Along(line, node, kTrace);
  return Unit(static_cast<float>(to.x - from.x), static_cast<float>(to.y - from.y));
}

float Dot(Direction a, Direction b) { return a.x * b.x + a.y * b.y; }

// The direction of a bifurcation: between the two branches that are closest to each other.
Direction BetweenBranches(const RidgeGraph& graph, int node) {
  const std::vector<int>& lines = graph.nodes[static_cast<size_t>(node)].lines;
  const Direction d[3] = {Leaving(graph, lines[0], node), Leaving(graph, lines[1], node),
                          Leaving(graph, lines[2], node)};
  int stem = 0;
  float best = -2;
  for (int i = 0; i < 3; ++i) {
    const float close = Dot(d[(i + 1) % 3], d[(i + 2) % 3]);
    if (close > best) {
      best = close;
      stem = i;
    }
  }
  return Unit(d[(stem + 1) % 3].x + d[(stem + 2) % 3].x, d[(stem + 1) % 3].y + d[(stem + 2) % 3].y);
}

// The direction along the orientation field that is nearest to the one traced: the field is smooth
// where a traced line of a few pixels is not.
float Refine(Direction traced, const Orientation& orientation, float x, float y) {
  float angle = orientation.AngleAt(x, y);
  const float along = traced.x * std::cos(angle) - traced.y * std::sin(angle);
  if (along < 0) angle += kPi;
  const float traced_angle = std::atan2(-traced.y, traced.x);
  // Near a core or delta the field may be far off; what was traced is then the better witness.
  constexpr float kBelieved = 0.80F;  // cosine of the angle between the two
  if (std::abs(along) < kBelieved) angle = traced_angle;
  return angle < 0 ? angle + 2 * kPi : angle;
}

// Pixels from a node of the skeleton to the first valley in a direction (y down).
float DistanceToValley(const Plane& enhanced, float x, float y, float dx, float dy, float period) {
  constexpr float kStep = 0.5F;
  constexpr float kReach = 0.6F;   // periods
  constexpr float kUsual = 0.25F;  // periods: half a ridge
  float before = Bilinear(enhanced, x, y);
  for (float d = kStep; d <= kReach * period; d += kStep) {
    const float here = Bilinear(enhanced, x + d * dx, y + d * dy);
    if (here > 0) return before < 0 ? d - kStep * here / (here - before) : d;
    before = here;
  }
  return kUsual * period;
}

float CellValue(const Plane& plane, Point p) {
  return plane.at(std::clamp(p.x / kCell, 0, plane.width - 1),
                  std::clamp(p.y / kCell, 0, plane.height - 1));
}

}  // namespace

std::vector<RawMinutia> FindMinutiae(const RidgeGraph& graph, const Orientation& orientation,
                                     const Segmentation& segmentation, const Plane& enhanced,
                                     float period) {
  std::vector<RawMinutia> found;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const RidgeGraph::Node& node = graph.nodes[i];
    if (node.lines.size() != 1 && node.lines.size() != 3) continue;
    const float border = CellValue(segmentation.border, node.at);
    if (border < kBorderMin) continue;
    RawMinutia minutia;
    minutia.bifurcation = node.lines.size() == 3;
    minutia.x = node.at.x;
    minutia.y = node.at.y;
    const Direction traced = minutia.bifurcation
                                 ? BetweenBranches(graph, static_cast<int>(i))
                                 : Leaving(graph, node.lines[0], static_cast<int>(i));
    if (traced.x == 0 && traced.y == 0) continue;
    if (!minutia.bifurcation) {
      // An ending where the ridge only leaves the usable area is none.
      const float ahead = 2 * kBorderMin;
      const Point beyond{static_cast<int16_t>(minutia.x - ahead * traced.x),
                         static_cast<int16_t>(minutia.y - ahead * traced.y)};
      if (beyond.x < 0 || beyond.y < 0 || beyond.x / kCell >= segmentation.mask.width ||
          beyond.y / kCell >= segmentation.mask.height ||
          CellValue(segmentation.mask, beyond) == 0) {
        continue;
      }
    }
    minutia.angle = Refine(traced, orientation, minutia.x, minutia.y);
    const float margin = std::clamp(border / kBorderFull, 0.0F, 1.0F);
    minutia.quality = CellValue(segmentation.reliability, node.at) * (0.5F + 0.5F * margin);
    // The valley lies behind an ending and ahead of a bifurcation.
    const float sign = minutia.bifurcation ? 1.0F : -1.0F;
    const float dx = sign * std::cos(minutia.angle);
    const float dy = -sign * std::sin(minutia.angle);
    const float shift = DistanceToValley(enhanced, minutia.x, minutia.y, dx, dy, period);
    minutia.x = std::clamp(minutia.x + shift * dx, 0.0F, static_cast<float>(enhanced.width - 1));
    minutia.y = std::clamp(minutia.y + shift * dy, 0.0F, static_cast<float>(enhanced.height - 1));
    found.push_back(minutia);
  }
  // Minutiae that crowd are more often a scar or a smudge than a finger.
  std::vector<float> crowding(found.size(), 1);
  const float radius = kCrowdRadius * period / 9;
  for (size_t i = 0; i < found.size(); ++i) {
    int near = 0;
    for (size_t j = 0; j < found.size() && near < 8; ++j) {
      if (std::abs(found[j].x - found[i].x) < radius && std::abs(found[j].y - found[i].y) < radius)
        ++near;
    }
    if (near > 2) crowding[i] = 2.0F / static_cast<float>(near);
  }
  for (size_t i = 0; i < found.size(); ++i) found[i].quality *= crowding[i];
  std::stable_sort(found.begin(), found.end(),
                   [](const RawMinutia& a, const RawMinutia& b) { return a.quality > b.quality; });
  if (found.size() > kMinutiaeKept) found.resize(kMinutiaeKept);
  return found;
}

}  // namespace taanu::extract
