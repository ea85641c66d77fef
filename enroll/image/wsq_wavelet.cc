#include "enroll/image/wsq_wavelet.h"

#include <algorithm>

namespace taanu::image_internal {
namespace {

// A band before it is split. High-pass filtering and decimation turn a band's spectrum round, so
// that the halves of a band that came from the high-pass side lie in the opposite order.
struct Node {
  WsqBand band;
  bool turned_x = false;
  bool turned_y = false;
};

// The first half's length: the low-pass half has the odd coefficient, and comes second in a
// turned band.
int FirstLength(int length, bool turned) { return turned ? length / 2 : (length + 1) / 2; }

std::array<Node, 4> Split(const Node& node) {
  const WsqBand& b = node.band;
  const int left = FirstLength(b.width, node.turned_x);
  const int top = FirstLength(b.height, node.turned_y);
  return {{{{b.x, b.y, left, top}, false, false},
           {{b.x + left, b.y, b.width - left, top}, true, false},
           {{b.x, b.y + top, left, b.height - top}, false, true},
           {{b.x + left, b.y + top, b.width - left, b.height - top}, true, true}}};
}

// Subband 51, and 60 to 63 as one, are reached by fewer splits than the rest.
struct Tree {
  Node image;
  std::array<Node, 4> level1;
  std::array<Node, 4> level2;
  std::array<Node, 4> level3;  // of the lowest band of level 2

  explicit Tree(int width, int height)
      : image{{0, 0, width, height}},
        level1(Split(image)),
        level2(Split(level1[0])),
        level3(Split(level2[0])) {}
};

// Index of the coefficient that stands at `k` in a half of `length`, continued symmetrically. The
// symmetry is about the last sample (whole) or about the point half a sample beyond it.
int Reflect(int k, int length, bool whole_left, bool whole_right) {
  while (k < 0 || k >= length) {
    if (k < 0) {
      k = whole_left ? -k : -1 - k;
    } else {
      k = 2 * length - (whole_right ? 2 : 1) - k;
    }
  }
  return k;
}

// A tap, and where the coefficient that it multiplies stands from that of the output sample's pair.
struct Tap {
  int shift;
  float value;
};

// The sums that make the samples 2m (phase 0) and 2m + 1 (phase 1) of a line. Low-pass
// coefficients stand at the even positions of the line, high-pass ones at the odd.
struct Phase {
  std::vector<Tap> low;
  std::vector<Tap> high;
};

// The taps of `filter` that fall on coefficients for samples of phase `phase`, where the filter's
// position `center` stands over the sample; by ascending position.
std::vector<Tap> TapsOf(const std::vector<float>& filter, int center, int phase) {
  std::vector<Tap> taps;
  const auto count = static_cast<int>(filter.size());
  for (int i = (phase + center) % 2; i < count; i += 2) {
    taps.push_back({(phase + i - center) / 2, filter[static_cast<size_t>(i)]});
  }
  return taps;
}

std::array<Phase, 2> PhasesOf(const WsqFilters& filters) {
  const int low_center = (static_cast<int>(filters.low.size()) - 1) / 2;
  const int high_center = (static_cast<int>(filters.high.size()) + 1) / 2;
  std::array<Phase, 2> phases;
  for (int p = 0; p < 2; ++p) {
    phases[static_cast<size_t>(p)] = {TapsOf(filters.low, low_center, p),
                                      TapsOf(filters.high, high_center, p)};
  }
  return phases;
}

// How a line of two halves is laid out and continued beyond its ends.
struct Line {
  int lows;
  int highs;
  int low_start;
  int high_start;
  bool odd;

  Line(int length, bool turned)
      : lows((length + 1) / 2),
        highs(length / 2),
        low_start(turned ? highs : 0),
        high_start(turned ? 0 : lows),
        odd(length % 2 != 0) {}

  int Low(int k) const { return low_start + Reflect(k, lows, true, odd); }
  int High(int k) const { return high_start + Reflect(k, highs, false, !odd); }
};

// Adds `in * tap` to `out`, or stores it where it is the first term of the sum.
void Accumulate(float* out, const float* in, int count, float tap, bool first) {
  if (first) {
    for (int i = 0; i < count; ++i) out[i] = in[i] * tap;
  } else {
    for (int i = 0; i < count; ++i) out[i] += in[i] * tap;
  }
}

class Synthesis {
 public:
  Synthesis(std::span<float> plane, int width, const WsqFilters& filters)
      : plane_(plane),
        width_(width),
        phases_(PhasesOf(filters)),
        reach_(static_cast<int>(std::max(filters.low.size(), filters.high.size()))),
        scratch_(plane.size()) {
    const size_t half = static_cast<size_t>(width) / 2 + 1;
    for (auto* extended : {&low_, &high_}) extended->resize(half + 2 * static_cast<size_t>(reach_));
    sums_.resize(half);
  }

  // Joins the four quarters of a band: columns first, then rows.
  void Join(const Node& node) {
    const WsqBand& b = node.band;
    const Line column(b.height, node.turned_y);
    for (int y = 0; y < b.height; ++y) JoinColumns(b, column, y);
    const Line row(b.width, node.turned_x);
    for (int y = 0; y < b.height; ++y) JoinRow(b, row, y);
  }

 private:
  size_t At(const WsqBand& b, int y) const {
    return static_cast<size_t>(b.y + y) * static_cast<size_t>(width_) + static_cast<size_t>(b.x);
  }

  // Sample `y` of every column, into the scratch plane.
  void JoinColumns(const WsqBand& b, const Line& line, int y) {
    float* out = &scratch_[At(b, y)];
    const Phase& phase = phases_[static_cast<size_t>(y % 2)];
    bool first = true;
    for (const Tap& tap : phase.low) {
      Accumulate(out, &plane_[At(b, line.Low(y / 2 + tap.shift))], b.width, tap.value, first);
      first = false;
    }
    for (const Tap& tap : phase.high) {
      Accumulate(out, &plane_[At(b, line.High(y / 2 + tap.shift))], b.width, tap.value, first);
      first = false;
    }
  }

  // A row of the scratch plane, back into the plane. Its halves are continued beyond their ends
  // first, so that every tap is one plain loop over the row.
  void JoinRow(const WsqBand& b, const Line& line, int y) {
    const float* in = &scratch_[At(b, y)];
    float* low = &low_[static_cast<size_t>(reach_)];
    float* high = &high_[static_cast<size_t>(reach_)];
    std::copy_n(in + line.low_start, line.lows, low);
    std::copy_n(in + line.high_start, line.highs, high);
    for (int i = 1; i <= reach_; ++i) {
      low[-i] = in[line.Low(-i)];
      high[-i] = in[line.High(-i)];
    }
    for (int i = 0; i < reach_; ++i) {
      low[line.lows + i] = in[line.Low(line.lows + i)];
      high[line.highs + i] = in[line.High(line.highs + i)];
    }
    float* out = &plane_[At(b, y)];
    for (int p = 0; p < 2; ++p) {
      const Phase& phase = phases_[static_cast<size_t>(p)];
      const int count = p == 0 ? line.lows : line.highs;
      bool first = true;
      for (const Tap& tap : phase.low) {
        Accumulate(sums_.data(), low + tap.shift, count, tap.value, first);
        first = false;
      }
      for (const Tap& tap : phase.high) {
        Accumulate(sums_.data(), high + tap.shift, count, tap.value, first);
        first = false;
      }
      for (int m = 0; m < count; ++m) out[2 * m + p] = sums_[static_cast<size_t>(m)];
    }
  }

  std::span<float> plane_;
  int width_;
  std::array<Phase, 2> phases_;
  int reach_;  // no tap's shift is farther
  std::vector<float> scratch_;
  std::vector<float> low_;
  std::vector<float> high_;
  std::vector<float> sums_;
};

}  // namespace

std::array<WsqBand, kWsqSubbands> WsqSubbandsOf(int width, int height) {
  const Tree tree(width, height);
  std::array<WsqBand, kWsqSubbands> bands;
  size_t next = 0;
  const auto leaves = [&](const Node& node) {
    for (const Node& leaf : Split(node)) bands[next++] = leaf.band;
  };
  leaves(Split(tree.level3[0])[0]);  // 0-3: the only five-fold split
  for (size_t i = 1; i < 4; ++i) bands[next++] = Split(tree.level3[0])[i].band;  // 4-6
  for (size_t i = 1; i < 4; ++i) leaves(tree.level3[i]);                         // 7-18
  for (size_t i = 1; i < 3; ++i) {
    for (const Node& node : Split(tree.level2[i])) leaves(node);  // 19-34, 35-50
  }
  bands[next++] = tree.level2[3].band;                    // 51
  for (size_t i = 1; i < 4; ++i) leaves(tree.level1[i]);  // 52-63
  return bands;
}

void WsqSynthesize(std::span<float> plane, int width, int height, const WsqFilters& filters,
                   bool with_diagonal) {
  const Tree tree(width, height);
  Synthesis synthesis(plane, width, filters);
  synthesis.Join(Split(tree.level3[0])[0]);
  for (const Node& node : tree.level3) synthesis.Join(node);
  synthesis.Join(tree.level2[0]);
  for (size_t i = 1; i < 3; ++i) {
    for (const Node& node : Split(tree.level2[i])) synthesis.Join(node);
    synthesis.Join(tree.level2[i]);
  }
  for (const Node& node : {tree.level1[0], tree.level1[1], tree.level1[2]}) synthesis.Join(node);
  if (with_diagonal) synthesis.Join(tree.level1[3]);
  synthesis.Join(tree.image);
}

}  // namespace taanu::image_internal
