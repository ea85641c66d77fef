// False minutiae have telling structures (Handbook of Fingerprint Recognition, 2nd edition,
// section 3.7.2): spurs, bridges, lakes, islands and breaks. Each is removed from the graph as a
// whole, so that both of its minutiae go together.
#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "enroll/extract/stages.h"

namespace taanu::extract {
namespace {

// Lengths in periods of the ridges.
constexpr float kLakeLength = 1.6F;
constexpr float kBreakLength = 1.1F;
constexpr float kSpurLength = 0.9F;
constexpr float kBridgeLength = 1.3F;
constexpr float kIslandLength = 1.8F;
// How far directions are traced along a line, in pixels.
constexpr int kTrace = 10;
constexpr float kFacing = 0.80F;  // cosine
constexpr float kBridgeSine = 0.70F;

class Cleaner {
 public:
  Cleaner(const Orientation& orientation, float period, RidgeGraph* graph)
      : orientation_(orientation), period_(period), graph_(*graph) {}

  void Run() {
    MergeAll();
    RemoveLakes();
    RemoveBridges();
    RemoveSpurs();
    JoinBreaks();
    RemoveSpurs();
    RemoveIslands();
  }

 private:
  static float Length(const RidgeGraph::Line& line) {
    float length = 0;
    for (size_t i = 1; i < line.points.size(); ++i) {
      length += std::hypot(static_cast<float>(line.points[i].x - line.points[i - 1].x),
                           static_cast<float>(line.points[i].y - line.points[i - 1].y));
    }
    return length;
  }
  size_t Degree(int node) const { return graph_.nodes[static_cast<size_t>(node)].lines.size(); }
  const RidgeGraph::Line& line(int id) const { return graph_.lines[static_cast<size_t>(id)]; }
  int LineCount() const { return static_cast<int>(graph_.lines.size()); }
  int NodeCount() const { return static_cast<int>(graph_.nodes.size()); }

  void MergeAll() {
    for (int node = 0; node < NodeCount(); ++node) graph_.MergeThrough(node);
  }
  void Remove(int id) {
    const int from = line(id).from;
    const int to = line(id).to;
    graph_.RemoveLine(id);
    graph_.MergeThrough(from);
    if (to != from) graph_.MergeThrough(to);
  }

  // Two short lines between the same two nodes: a pore or a hole. The longer one goes.
  void RemoveLakes() {
    for (int node = 0; node < NodeCount(); ++node) {
      bool changed = true;
      while (changed) {
        changed = false;
        const std::vector<int> at_node = graph_.nodes[static_cast<size_t>(node)].lines;
        for (size_t i = 0; i < at_node.size() && !changed; ++i) {
          for (size_t j = i + 1; j < at_node.size() && !changed; ++j) {
            const auto& a = line(at_node[i]);
            const auto& b = line(at_node[j]);
            const int other_a = a.from == node ? a.to : a.from;
            const int other_b = b.from == node ? b.to : b.from;
            if (at_node[i] == at_node[j] || other_a != other_b) continue;
            const float length_a = Length(a);
            const float length_b = Length(b);
            if (std::max(length_a, length_b) > kLakeLength * period_) continue;
            Remove(length_a > length_b ? at_node[i] : at_node[j]);
            changed = true;
          }
        }
      }
    }
  }

  // A short line between two ridges, across their direction.
  void RemoveBridges() {
    for (int id = 0; id < LineCount(); ++id) {
      const auto& l = line(id);
      if (l.points.size() < 2 || Degree(l.from) < 3 || Degree(l.to) < 3 || l.from == l.to) continue;
      if (Length(l) > kBridgeLength * period_) continue;
      const Point a = l.points.front();
      const Point b = l.points.back();
      const auto dx = static_cast<float>(b.x - a.x);
      const auto dy = static_cast<float>(b.y - a.y);
      const float length = std::hypot(dx, dy);
      if (length < 1) continue;
      const float angle = orientation_.AngleAt(0.5F * static_cast<float>(a.x + b.x),
                                               0.5F * static_cast<float>(a.y + b.y));
      const float sine = std::abs(dx * std::sin(angle) + dy * std::cos(angle)) / length;
      if (sine > kBridgeSine) Remove(id);
    }
  }

  // A short line from a bifurcation to an ending.
  void RemoveSpurs() {
    for (int id = 0; id < LineCount(); ++id) {
      const auto& l = line(id);
      if (l.points.size() < 2) continue;
      const size_t from = Degree(l.from);
      const size_t to = Degree(l.to);
      const bool spur = (from == 1 && to > 2) || (to == 1 && from > 2);
      if (spur && Length(l) < kSpurLength * period_) Remove(id);
    }
  }

  void RemoveIslands() {
    for (int id = 0; id < LineCount(); ++id) {
      const auto& l = line(id);
      if (l.points.size() < 2 || Degree(l.from) != 1 || Degree(l.to) != 1) continue;
      if (Length(l) < kIslandLength * period_) Remove(id);
    }
  }

  struct Ending {
    int node = 0;
    Point at;
    float out_x = 0;  // unit vector out of the ridge
    float out_y = 0;
  };

  std::vector<Ending> Endings() const {
    std::vector<Ending> endings;
    for (int node = 0; node < NodeCount(); ++node) {
      const auto& n = graph_.nodes[static_cast<size_t>(node)];
      if (n.lines.size() != 1) continue;
      const Point inner = graph_.Along(n.lines[0], node, kTrace);
      const auto dx = static_cast<float>(n.at.x - inner.x);
      const auto dy = static_cast<float>(n.at.y - inner.y);
      const float length = std::hypot(dx, dy);
      if (length < 1) continue;
      endings.push_back({node, n.at, dx / length, dy / length});
    }
    return endings;
  }

  // Two endings that face each other over a short distance are one ridge with a break. The
  // nearest pairs are joined first.
  void JoinBreaks() {
    const std::vector<Ending> endings = Endings();
    const float reach = kBreakLength * period_;
    const int bucket = std::max(4, static_cast<int>(std::ceil(reach)));
    std::unordered_map<int, std::vector<size_t>> buckets;
    const auto key = [bucket](int x, int y, int dx, int dy) {
      return (y / bucket + 1 + dy) * 4096 + x / bucket + 1 + dx;
    };
    for (size_t i = 0; i < endings.size(); ++i) {
      buckets[key(endings[i].at.x, endings[i].at.y, 0, 0)].push_back(i);
    }
    struct Candidate {
      float distance;
      size_t a;
      size_t b;
    };
    std::vector<Candidate> candidates;
    for (size_t i = 0; i < endings.size(); ++i) {
      for (int dy = -1; dy <= 1; ++dy) {
        for (int dx = -1; dx <= 1; ++dx) {
          const auto found = buckets.find(key(endings[i].at.x, endings[i].at.y, dx, dy));
          if (found == buckets.end()) continue;
          for (const size_t j : found->second) {
            float distance = 0;
            if (j > i && Face(endings[i], endings[j], reach, &distance)) {
              candidates.push_back({distance, i, j});
            }
          }
        }
      }
    }
    std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
      if (a.distance != b.distance) return a.distance < b.distance;
      return a.a != b.a ? a.a < b.a : a.b < b.b;
    });
    for (const Candidate& candidate : candidates) {
      const int a = endings[candidate.a].node;
      const int b = endings[candidate.b].node;
      if (Degree(a) == 1 && Degree(b) == 1) Join(a, b);
    }
  }

  static bool Face(const Ending& a, const Ending& b, float reach, float* distance) {
    const auto dx = static_cast<float>(b.at.x - a.at.x);
    const auto dy = static_cast<float>(b.at.y - a.at.y);
    *distance = std::hypot(dx, dy);
    if (*distance > reach || *distance < 0.5F) return false;
    const float opposed = -(a.out_x * b.out_x + a.out_y * b.out_y);
    const float a_ahead = (a.out_x * dx + a.out_y * dy) / *distance;
    const float b_ahead = -(b.out_x * dx + b.out_y * dy) / *distance;
    return opposed > kFacing && a_ahead > kFacing && b_ahead > kFacing;
  }

  void Join(int a, int b) {
    RidgeGraph::Line bridge;
    bridge.from = a;
    bridge.to = b;
    const Point from = graph_.nodes[static_cast<size_t>(a)].at;
    const Point to = graph_.nodes[static_cast<size_t>(b)].at;
    const int steps = std::max(std::abs(to.x - from.x), std::abs(to.y - from.y));
    for (int i = 0; i <= steps; ++i) {
      const float share = steps == 0 ? 0 : static_cast<float>(i) / static_cast<float>(steps);
      bridge.points.push_back(
          {static_cast<int16_t>(
               std::lround(static_cast<float>(from.x) + share * static_cast<float>(to.x - from.x))),
           static_cast<int16_t>(std::lround(static_cast<float>(from.y) +
                                            share * static_cast<float>(to.y - from.y)))});
    }
    graph_.AddLine(std::move(bridge));
    graph_.MergeThrough(a);
    graph_.MergeThrough(b);
  }

  const Orientation& orientation_;
  const float period_;
  RidgeGraph& graph_;
};

}  // namespace

void CleanRidges(const Orientation& orientation, float period, RidgeGraph* graph) {
  Cleaner(orientation, period, graph).Run();
}

}  // namespace taanu::extract
