// The convex hull of a print's minutiae: where the print is known to have been
// imaged.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace taanu::compare {

struct Point {
  float x = 0;
  float y = 0;
};

// An anticlockwise convex polygon as half-planes: a point is inside where
// normal_x * x + normal_y * y <= offset for every edge. The normals have length
// one, so that the excess is a distance. Of fewer than three points, or
// collinear ones, the polygon is thin.
struct HalfPlane {
  float normal_x = 0;
  float normal_y = 0;
  float offset = 0;
};

class Hull {
 public:
  Hull() = default;
  explicit Hull(std::span<const Point> points);

  // True where the point is inside the hull grown by `margin` (with mitred
  // corners). Nothing is inside the hull of no points.
  bool Contains(Point p, float margin) const {
    if (edges_.empty()) return false;
    for (const HalfPlane& e : edges_) {
      if (e.normal_x * p.x + e.normal_y * p.y > e.offset + margin) return false;
    }
    return true;
  }

  std::span<const HalfPlane> edges() const { return edges_; }

 private:
  std::vector<HalfPlane> edges_;
};

}  // namespace taanu::compare
