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

constexpr int kTrace = 14;        // pixels along a ridge that give its direction
constexpr float kBorderMin = 16;  // pixels to the edge of the mask
constexpr size_t kMinutiaeKept = 255;

// The quality of a minutia is how likely another impression shows it again, by a logistic
// regression on the sightings of tests/accuracy/repeatability.h of FVC2000 and FVC2004. It knows,
// with distances in pixels, up to those from which they no longer matter:
struct Traits {
  float border = 0;    // to the edge of the mask
  float strength = 0;  // mean amplitude of the enhanced ridges around it
  float straight = 0;  // cosine between the line traced and the orientation field
  float nearest = 0;   // to the next minutia: those that crowd are often a scar or a smudge
  float opposed = 0;   // to the next that points the other way: the two ends of a break
};
constexpr float kBorderFar = 40;
constexpr float kNearestFar = 30;
constexpr float kOpposedFar = 40;
static_assert(kNearestFar <= kOpposedFar);
constexpr float kOpposedCosine = -0.7F;
constexpr int kStrengthReach = 12;  // pixels to each side
constexpr int kStrengthStep = 2;

float Likelihood(const Traits& t) {
  const float odds = -7.91F + 7.30F * t.strength + 3.84F * t.straight + 0.0346F * t.border +
                     0.0211F * t.nearest + 0.0265F * t.opposed;
  return 1 / (1 + std::exp(-odds));
}

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

// The mean amplitude of the enhanced ridges around a minutia.
float Strength(const Plane& enhanced, const RawMinutia& minutia) {
  float sum = 0;
  int count = 0;
  for (int dy = -kStrengthReach; dy <= kStrengthReach; dy += kStrengthStep) {
    const float* row =
        enhanced.row(std::clamp(static_cast<int>(minutia.y) + dy, 0, enhanced.height - 1));
    for (int dx = -kStrengthReach; dx <= kStrengthReach; dx += kStrengthStep) {
      sum += std::abs(row[std::clamp(static_cast<int>(minutia.x) + dx, 0, enhanced.width - 1)]);
      ++count;
    }
  }
  return sum / static_cast<float>(count);
}

void SeeNeighbours(const std::vector<RawMinutia>& found, size_t i, Traits* traits) {
  traits->nearest = kNearestFar;
  traits->opposed = kOpposedFar;
  for (size_t j = 0; j < found.size(); ++j) {
    const float dx = found[j].x - found[i].x;
    const float dy = found[j].y - found[i].y;
    // Most are far: a hostile image has thousands.
    if (j == i || std::abs(dx) > kOpposedFar || std::abs(dy) > kOpposedFar) continue;
    const float distance = std::hypot(dx, dy);
    traits->nearest = std::min(traits->nearest, distance);
    if (distance < traits->opposed && std::cos(found[j].angle - found[i].angle) < kOpposedCosine) {
      traits->opposed = distance;
    }
  }
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
  std::vector<Traits> traits;
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
    const float field = orientation.AngleAt(minutia.x, minutia.y);
    Traits& of_this = traits.emplace_back();
    of_this.border = std::min(border, kBorderFar);
    of_this.straight = std::abs(traced.x * std::cos(field) - traced.y * std::sin(field));
    // The valley lies behind an ending and ahead of a bifurcation.
    const float sign = minutia.bifurcation ? 1.0F : -1.0F;
    const float dx = sign * std::cos(minutia.angle);
    const float dy = -sign * std::sin(minutia.angle);
    const float shift = DistanceToValley(enhanced, minutia.x, minutia.y, dx, dy, period);
    minutia.x = std::clamp(minutia.x + shift * dx, 0.0F, static_cast<float>(enhanced.width - 1));
    minutia.y = std::clamp(minutia.y + shift * dy, 0.0F, static_cast<float>(enhanced.height - 1));
    found.push_back(minutia);
  }
  for (size_t i = 0; i < found.size(); ++i) {
    traits[i].strength = Strength(enhanced, found[i]);
    SeeNeighbours(found, i, &traits[i]);
    found[i].quality = Likelihood(traits[i]);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const RawMinutia& a, const RawMinutia& b) { return a.quality > b.quality; });
  if (found.size() > kMinutiaeKept) found.resize(kMinutiaeKept);
  return found;
}

}  // namespace taanu::extract
