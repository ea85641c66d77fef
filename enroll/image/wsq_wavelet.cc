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

// One tap of the sum that makes an output sample: which coefficient, counted from the band's
// start, and what it is multiplied by.
struct Term {
  int index;
  float tap;
};

// The sum for output sample `n` of a line of `length`. Low-pass coefficients stand at the even
// positions of the line, high-pass ones at the odd.
void TermsOf(int n, int length, bool turned, const WsqFilters& filters, std::vector<Term>& terms) {
  terms.clear();
  const int lows = (length + 1) / 2;
  const int highs = length / 2;
  const bool odd = length % 2 != 0;
  const auto low_taps = static_cast<int>(filters.low.size());
  const auto high_taps = static_cast<int>(filters.high.size());
  const int low_start = turned ? highs : 0;
  const int high_start = turned ? 0 : lows;
  const int low_center = (low_taps - 1) / 2;
  for (int i = (n + low_center) % 2; i < low_taps; i += 2) {
    const int k = (n + i - low_center) / 2;
    terms.push_back({low_start + Reflect(k, lows, true, odd), filters.low[i]});
  }
  const int high_center = (high_taps + 1) / 2;
  for (int i = (n + high_center) % 2; i < high_taps; i += 2) {
    const int k = (n + i - high_center) / 2;
    terms.push_back({high_start + Reflect(k, highs, false, !odd), filters.high[i]});
  }
}

class Synthesis {
 public:
  Synthesis(std::span<float> plane, int width, const WsqFilters& filters)
      : plane_(plane), width_(width), filters_(filters), scratch_(plane.size()) {}

  // Joins the four quarters of a band: columns first, then rows.
  void Join(const Node& node) {
    const WsqBand& b = node.band;
    for (int n = 0; n < b.height; ++n) {
      TermsOf(n, b.height, node.turned_y, filters_, terms_);
      JoinRowOfColumns(b, n);
    }
    row_terms_.resize(static_cast<size_t>(b.width));
    for (int n = 0; n < b.width; ++n) {
      TermsOf(n, b.width, node.turned_x, filters_, row_terms_[static_cast<size_t>(n)]);
    }
    for (int y = 0; y < b.height; ++y) JoinRow(b, y);
  }

 private:
  size_t At(const WsqBand& b, int y) const {
    return static_cast<size_t>(b.y + y) * static_cast<size_t>(width_) + static_cast<size_t>(b.x);
  }

  // Row `n` of the joined columns, into the scratch plane.
  void JoinRowOfColumns(const WsqBand& b, int n) {
    float* out = &scratch_[At(b, n)];
    bool first = true;
    for (const Term& term : terms_) {
      const float* in = &plane_[At(b, term.index)];
      if (first) {
        for (int x = 0; x < b.width; ++x) out[x] = in[x] * term.tap;
        first = false;
      } else {
        for (int x = 0; x < b.width; ++x) out[x] += in[x] * term.tap;
      }
    }
  }

  void JoinRow(const WsqBand& b, int y) {
    const float* in = &scratch_[At(b, y)];
    float* out = &plane_[At(b, y)];
    for (int x = 0; x < b.width; ++x) {
      const std::vector<Term>& terms = row_terms_[static_cast<size_t>(x)];
      float sum = in[terms[0].index] * terms[0].tap;
      for (size_t i = 1; i < terms.size(); ++i) sum += in[terms[i].index] * terms[i].tap;
      out[x] = sum;
    }
  }

  std::span<float> plane_;
  int width_;
  const WsqFilters& filters_;
  std::vector<float> scratch_;
  std::vector<Term> terms_;
  std::vector<std::vector<Term>> row_terms_;
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
