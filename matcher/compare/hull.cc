#include "matcher/compare/hull.h"

#include <algorithm>
#include <cmath>

namespace taanu::compare {
namespace {

float Cross(Point o, Point a, Point b) {
  return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

HalfPlane Edge(Point a, Point b) {
  const float dx = b.x - a.x;
  const float dy = b.y - a.y;
  const float length = std::sqrt(dx * dx + dy * dy);
  const float nx = dy / length;
  const float ny = -dx / length;
  return {nx, ny, nx * a.x + ny * a.y};
}

}  // namespace

// Andrew's monotone chain.
Hull::Hull(std::span<const Point> points) {
  if (points.empty()) return;
  std::vector<Point> sorted(points.begin(), points.end());
  std::sort(sorted.begin(), sorted.end(),
            [](Point a, Point b) { return a.x != b.x ? a.x < b.x : a.y < b.y; });
  sorted.erase(std::unique(sorted.begin(), sorted.end(),
                           [](Point a, Point b) { return a.x == b.x && a.y == b.y; }),
               sorted.end());
  if (sorted.size() == 1) {
    const Point p = sorted[0];
    edges_ = {{1, 0, p.x}, {-1, 0, -p.x}, {0, 1, p.y}, {0, -1, -p.y}};
    return;
  }
  std::vector<Point> chain;
  auto extend = [&chain](Point p, size_t base) {
    while (chain.size() >= base + 2 &&
           Cross(chain[chain.size() - 2], chain[chain.size() - 1], p) <= 0) {
      chain.pop_back();
    }
    chain.push_back(p);
  };
  for (const Point p : sorted) extend(p, 0);
  const size_t upper = chain.size() - 1;
  for (size_t i = sorted.size() - 1; i-- > 0;) extend(sorted[i], upper);
  // The last point repeats the first one.
  for (size_t i = 0; i + 1 < chain.size(); ++i) edges_.push_back(Edge(chain[i], chain[i + 1]));
  if (edges_.size() == 2) {
    // A segment: its two ends bound it too.
    const Point a = chain[0];
    const Point b = chain[1];
    const HalfPlane side = edges_[0];
    const float ux = -side.normal_y;
    const float uy = side.normal_x;
    edges_.push_back({ux, uy, ux * b.x + uy * b.y});
    edges_.push_back({-ux, -uy, -(ux * a.x + uy * a.y)});
  }
}

}  // namespace taanu::compare
