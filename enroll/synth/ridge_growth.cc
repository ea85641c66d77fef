#include "enroll/synth/ridge_growth.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "enroll/synth/random.h"
#include "enroll/synth/ridge_filter.h"

namespace taanu::synth {
namespace {

constexpr uint64_t kSpotStream = 3;
// More spots make more places where ridges meet, and so more minutiae: fingers differ in it.
constexpr uint32_t kSpotsMin = 150;
constexpr uint32_t kSpotsMax = 1500;
constexpr int kCoarseIterations = 20;
constexpr int kFineIterations = 2;
// Ridges are grown to a little beyond the silhouette, so that none is deformed on it.
constexpr double kGrowthEdge = 1.06;
// Orientation and period are computed at nodes so far apart (pixels of 500 dpi), and interpolated.
constexpr int kNodeStep = 4;
constexpr int kNodeColumns = kMasterWidth / kNodeStep + 1;
constexpr int kNodeRows = kMasterHeight / kNodeStep + 1;
// Around the image, so that a filter never reads outside of it.
constexpr int kMargin = RidgeFilterBank::kStride;

// Where ridges grow, and by which filter.
struct Cell {
  uint32_t offset;
  uint32_t filter;
};

class RidgeImage {
 public:
  RidgeImage(int width, int height)
      : pitch_(width + 2 * kMargin),
        values_(static_cast<size_t>(pitch_) * (height + 2 * kMargin)),
        next_(values_.size()) {}

  int pitch() const { return pitch_; }
  uint32_t Offset(int x, int y) const {
    return static_cast<uint32_t>((y + kMargin) * pitch_ + x + kMargin);
  }
  int16_t& operator[](uint32_t offset) { return values_[offset]; }
  int16_t operator[](uint32_t offset) const { return values_[offset]; }

  void Filter(const RidgeFilterBank& bank, const std::vector<Cell>& cells) {
    for (const Cell& cell : cells) {
      const int32_t response = bank.Response(cell.filter, values_.data() + cell.offset, pitch_);
      next_[cell.offset] =
          static_cast<int16_t>(std::clamp(response >> RidgeFilterBank::kShift, -kRidge, kRidge));
    }
    values_.swap(next_);
  }

 private:
  int pitch_;
  std::vector<int16_t> values_;
  std::vector<int16_t> next_;
};

struct Node {
  uint16_t orientation;
  int16_t period;  // in units of 1/256 pixel
};

double NodeX(int column) { return column * kNodeStep - kMasterWidth / 2; }
double NodeY(int row) { return kMasterHeight / 2 - row * kNodeStep; }

std::vector<Node> ComputeNodes(const FingerShape& shape) {
  std::vector<Node> nodes(static_cast<size_t>(kNodeColumns) * kNodeRows);
  for (int row = 0; row < kNodeRows; ++row) {
    for (int column = 0; column < kNodeColumns; ++column) {
      const double x = NodeX(column);
      const double y = NodeY(row);
      Node& node = nodes[static_cast<size_t>(row) * kNodeColumns + column];
      if (shape.Edge(x, y) > kGrowthEdge + 0.1) {
        node = {.orientation = 0, .period = 9 * 256};
        continue;
      }
      node.orientation = shape.Orientation(x, y);
      node.period = static_cast<int16_t>(shape.Period(x, y) * 256);
    }
  }
  return nodes;
}

// The filter at a pixel of 500 dpi, by bilinear interpolation between nodes. Orientations are
// interpolated as differences from one corner, which 16 bits wrap to within a quarter turn.
uint32_t FilterAt(const std::vector<Node>& nodes, int x, int y) {
  const int fx = x % kNodeStep;
  const int fy = y % kNodeStep;
  const Node* n = &nodes[static_cast<size_t>(y / kNodeStep) * kNodeColumns + x / kNodeStep];
  const Node corners[4] = {n[0], n[1], n[kNodeColumns], n[kNodeColumns + 1]};
  const int weights[4] = {(kNodeStep - fx) * (kNodeStep - fy), fx * (kNodeStep - fy),
                          (kNodeStep - fx) * fy, fx * fy};
  int turn = 0;
  int period = 0;
  for (int k = 0; k < 4; ++k) {
    const auto difference =
        static_cast<int16_t>(static_cast<uint16_t>(corners[k].orientation - n->orientation));
    turn += weights[k] * difference;
    period += weights[k] * corners[k].period;
  }
  constexpr int kWhole = kNodeStep * kNodeStep;
  return RidgeFilterBank::Index(static_cast<uint16_t>(n->orientation + turn / kWhole),
                                period / (256.0 * kWhole));
}

std::vector<Cell> ChooseFilters(const FingerShape& shape, const std::vector<Node>& nodes, int scale,
                                const RidgeImage& image) {
  std::vector<Cell> cells;
  cells.reserve(static_cast<size_t>(kMasterWidth / scale) * (kMasterHeight / scale));
  for (int y = 0; y < kMasterHeight / scale; ++y) {
    for (int x = 0; x < kMasterWidth / scale; ++x) {
      const int full_x = x * scale + scale / 2;
      const int full_y = y * scale + scale / 2;
      if (shape.Edge(full_x - kMasterWidth / 2, kMasterHeight / 2 - full_y) > kGrowthEdge) continue;
      cells.push_back({.offset = image.Offset(x, y), .filter = FilterAt(nodes, full_x, full_y)});
    }
  }
  return cells;
}

void PlantSpots(uint64_t seed, RidgeImage* image) {
  Random random(seed, kSpotStream);
  const uint32_t spots = kSpotsMin + random.Below(kSpotsMax - kSpotsMin);
  for (uint32_t i = 0; i < spots; ++i) {
    const auto x = static_cast<int>(random.Below(kMasterWidth / 2 - 2)) + 1;
    const auto y = static_cast<int>(random.Below(kMasterHeight / 2 - 2)) + 1;
    for (int dy = -1; dy <= 1; ++dy) {
      for (int dx = -1; dx <= 1; ++dx) (*image)[image->Offset(x + dx, y + dy)] = kRidge;
    }
  }
}

// Doubles the resolution: each pixel becomes four, bilinear.
void Enlarge(const RidgeImage& coarse, RidgeImage* fine) {
  for (int y = 0; y < kMasterHeight; ++y) {
    for (int x = 0; x < kMasterWidth; ++x) {
      // The middle of a coarse pixel lies between two fine ones: weights of 3/4 and 1/4.
      const uint32_t near = coarse.Offset(x / 2, y / 2);
      const int beside = (x & 1) != 0 ? 1 : -1;
      const int above = (y & 1) != 0 ? coarse.pitch() : -coarse.pitch();
      const int sum = 9 * coarse[near] + 3 * coarse[near + beside] + 3 * coarse[near + above] +
                      coarse[near + above + beside];
      (*fine)[fine->Offset(x, y)] = static_cast<int16_t>(sum / 16);
    }
  }
}

}  // namespace

GrayImage GrowRidges(const FingerShape& shape, uint64_t seed) {
  static const RidgeFilterBank coarse_bank(2, 5, 2.0);
  static const RidgeFilterBank fine_bank(1, 7, 1.5);
  const std::vector<Node> nodes = ComputeNodes(shape);

  RidgeImage coarse(kMasterWidth / 2, kMasterHeight / 2);
  PlantSpots(seed, &coarse);
  const std::vector<Cell> coarse_cells = ChooseFilters(shape, nodes, 2, coarse);
  for (int i = 0; i < kCoarseIterations; ++i) coarse.Filter(coarse_bank, coarse_cells);

  RidgeImage fine(kMasterWidth, kMasterHeight);
  Enlarge(coarse, &fine);
  const std::vector<Cell> fine_cells = ChooseFilters(shape, nodes, 1, fine);
  for (int i = 0; i < kFineIterations; ++i) fine.Filter(fine_bank, fine_cells);

  GrayImage master{.width = kMasterWidth, .height = kMasterHeight, .dpi = 500, .pixels = {}};
  master.pixels.assign(static_cast<size_t>(kMasterWidth) * kMasterHeight, 255);
  for (int y = 0; y < kMasterHeight; ++y) {
    for (int x = 0; x < kMasterWidth; ++x) {
      if (shape.Edge(x - kMasterWidth / 2, kMasterHeight / 2 - y) > 1) continue;
      const int value = fine[fine.Offset(x, y)];
      master.pixels[static_cast<size_t>(y) * kMasterWidth + x] =
          static_cast<uint8_t>(128 - (value * 127) / kRidge);
    }
  }
  return master;
}

}  // namespace taanu::synth
