#include <algorithm>
#include <array>
#include <cstdlib>

#include "enroll/extract/stages.h"

namespace taanu::extract {
namespace {

constexpr std::array<Point, 8> kAround = {
    {{0, -1}, {1, -1}, {1, 0}, {1, 1}, {0, 1}, {-1, 1}, {-1, 0}, {-1, -1}}};

// Builds the graph: pixels with other than two neighbours are nodes (those that touch make one
// node), and what runs between them are lines.
class Builder {
 public:
  explicit Builder(const Bitmap& skeleton)
      : skeleton_(skeleton), node_of_(skeleton.data.size(), kNone) {}

  RidgeGraph Build() {
    FindNodes();
    for (size_t node = 0; node < members_.size(); ++node) {
      for (const Point start : members_[node]) {
        for (const Point step : kAround) {
          const Point next = Plus(start, step);
          if (Set(next)) Trace(static_cast<int>(node), start, next);
        }
      }
    }
    return std::move(graph_);
  }

 private:
  static constexpr int32_t kNone = -1;
  static constexpr int32_t kTraced = -2;

  static Point Plus(Point a, Point b) {
    return {static_cast<int16_t>(a.x + b.x), static_cast<int16_t>(a.y + b.y)};
  }
  size_t Index(Point p) const { return skeleton_.index(p.x, p.y); }
  bool Set(Point p) const { return skeleton_.data[Index(p)] != 0; }
  int Neighbours(Point p) const {
    int count = 0;
    for (const Point step : kAround) count += Set(Plus(p, step)) ? 1 : 0;
    return count;
  }

  void FindNodes() {
    for (int16_t y = 0; y < skeleton_.height; ++y) {
      for (int16_t x = 0; x < skeleton_.width; ++x) {
        const Point p{x, y};
        if (!Set(p) || node_of_[Index(p)] != kNone) continue;
        const int count = Neighbours(p);
        if (count == 1 || count > 2) AddNode(p, count > 2);
      }
    }
  }

  void AddNode(Point first, bool junction) {
    const auto id = static_cast<int32_t>(graph_.nodes.size());
    std::vector<Point> members = {first};
    node_of_[Index(first)] = id;
    int sum_x = 0;
    int sum_y = 0;
    for (size_t i = 0; i < members.size(); ++i) {
      const Point member = members[i];
      sum_x += member.x;
      sum_y += member.y;
      for (const Point step : kAround) {
        const Point p = Plus(member, step);
        if (!junction || !Set(p) || node_of_[Index(p)] != kNone || Neighbours(p) <= 2) continue;
        node_of_[Index(p)] = id;
        members.push_back(p);
      }
    }
    const auto count = static_cast<int>(members.size());
    const Point centre{static_cast<int16_t>(sum_x / count), static_cast<int16_t>(sum_y / count)};
    graph_.nodes.push_back({centre, {}});
    members_.push_back(std::move(members));
  }

  // Follows the line that leaves a node at `start` through `next` to the node at its other end.
  void Trace(int node, Point start, Point next) {
    if (node_of_[Index(next)] == node || node_of_[Index(next)] == kTraced) return;
    RidgeGraph::Line line;
    line.from = node;
    line.points.push_back(graph_.nodes[static_cast<size_t>(node)].at);
    Point previous = start;
    Point here = next;
    while (node_of_[Index(here)] < 0) {
      line.points.push_back(here);
      node_of_[Index(here)] = kTraced;
      Point onward = here;
      for (const Point step : kAround) {
        const Point p = Plus(here, step);
        if (p == previous || !Set(p) || node_of_[Index(p)] == kTraced) continue;
        // A pixel of the node just left is a way on only where there is no other.
        if (line.points.size() == 2 && node_of_[Index(p)] == node && onward != here) continue;
        if (onward == here || node_of_[Index(onward)] == node) onward = p;
      }
      if (onward == here) return;  // cannot happen on a pixel of two neighbours
      previous = here;
      here = onward;
    }
    line.to = node_of_[Index(here)];
    // Two nodes that touch are seen from both sides.
    if (line.points.size() == 1 && line.to < node) return;
    // A loop of a pixel or two beside a node is no ridge.
    if (line.to == node && line.points.size() < 6) return;
    line.points.push_back(graph_.nodes[static_cast<size_t>(line.to)].at);
    graph_.AddLine(std::move(line));
  }

  const Bitmap& skeleton_;
  std::vector<int32_t> node_of_;
  std::vector<std::vector<Point>> members_;
  RidgeGraph graph_;
};

}  // namespace

int RidgeGraph::AddLine(Line line) {
  const auto id = static_cast<int>(lines.size());
  nodes[static_cast<size_t>(line.from)].lines.push_back(id);
  nodes[static_cast<size_t>(line.to)].lines.push_back(id);
  lines.push_back(std::move(line));
  return id;
}

void RidgeGraph::RemoveLine(int line) {
  Line& gone = lines[static_cast<size_t>(line)];
  for (const int node : {gone.from, gone.to}) {
    auto& at_node = nodes[static_cast<size_t>(node)].lines;
    at_node.erase(std::remove(at_node.begin(), at_node.end(), line), at_node.end());
  }
  gone.points.clear();
}

void RidgeGraph::MergeThrough(int node) {
  const std::vector<int>& at_node = nodes[static_cast<size_t>(node)].lines;
  if (at_node.size() != 2 || at_node[0] == at_node[1]) return;
  const int first_id = at_node[0];
  const int second_id = at_node[1];
  Line first = lines[static_cast<size_t>(first_id)];
  Line second = lines[static_cast<size_t>(second_id)];
  if (first.to != node) {
    std::swap(first.from, first.to);
    std::reverse(first.points.begin(), first.points.end());
  }
  if (second.from != node) {
    std::swap(second.from, second.to);
    std::reverse(second.points.begin(), second.points.end());
  }
  RemoveLine(first_id);
  RemoveLine(second_id);
  Line joined;
  joined.from = first.from;
  joined.to = second.to;
  joined.points = std::move(first.points);
  joined.points.insert(joined.points.end(), second.points.begin() + 1, second.points.end());
  AddLine(std::move(joined));
}

Point RidgeGraph::Along(int line, int node, int reach) const {
  const Line& l = lines[static_cast<size_t>(line)];
  const auto last = static_cast<int>(l.points.size()) - 1;
  const int i = std::min(reach, last);
  return l.points[static_cast<size_t>(l.from == node ? i : last - i)];
}

RidgeGraph BuildRidgeGraph(const Bitmap& skeleton) { return Builder(skeleton).Build(); }

}  // namespace taanu::extract
