#include "matcher/compare/relaxation.h"

#include <algorithm>
#include <cstdlib>

#include "matcher/compare/angle_math.h"
#include "matcher/compare/parameters.h"

namespace taanu::compare {
namespace {

constexpr int kStrengthMax = 16383;

// Tolerances by distance, in steps of 16 units.
struct Tolerances {
  static constexpr int kSteps = 4096;
  std::array<int32_t, kSteps> distance{};
  std::array<int32_t, kSteps> bearing{};
};

Tolerances BuildTolerances() {
  Tolerances t;
  for (int s = 0; s < Tolerances::kSteps; ++s) {
    const float d = static_cast<float>(s) * 16.0F + 8.0F;
    t.distance[s] = static_cast<int32_t>(kDistanceTolerance + kDistanceGrowth * d);
    const float swing = kBearingLength / d * (32768.0F / 3.14159265F);
    t.bearing[s] = static_cast<int32_t>(std::min(kBearingTolerance + swing, 32767.0F));
  }
  return t;
}

const Tolerances& TheTolerances() {
  static const Tolerances tolerances = BuildTolerances();
  return tolerances;
}

// 255 where the gap is 0, falling to 0 at the tolerance.
int Agreement(int gap, int tolerance) { return 255 - 255 * gap / tolerance; }

}  // namespace

void Relaxation::Run(const Prepared::Data& probe, const Prepared::Data& reference) {
  Compare(probe, reference);
  Select(probe, reference);
  Relate(probe, reference);
  Iterate();
}

void Relaxation::Compare(const Prepared::Data& probe, const Prepared::Data& reference) {
  row_stride_ = Padded(reference.count);
  column_stride_ = Padded(probe.count);
  WeighSimilarities(probe.words(), reference.words(), static_cast<int>(kSimilarityPrior),
                    static_cast<int>(kRivalPrior), similarities_.data(), best_.data());
  histogram_.fill(0);
  for (int i = 0; i < probe.count; ++i) {
    const uint16_t* row = &similarities_[i * row_stride_];
    for (int j = 0; j < reference.count; ++j) {
      transposed_[j * column_stride_ + i] = row[j];
      ++histogram_[row[j]];
    }
  }
  for (int j = 0; j < reference.count; ++j) {
    for (int i = probe.count; i < column_stride_; ++i) transposed_[j * column_stride_ + i] = 0;
  }
}

int Relaxation::Rivals(int i, int j) const {
  const uint16_t* row = &similarities_[i * row_stride_];
  const uint16_t* column = &transposed_[j * column_stride_];
  // All below 1,024; signed, since that is what vectors compare.
  const auto own = static_cast<int16_t>(row[j]);
  uint16_t rivals = 0;
  for (int k = 0; k < row_stride_; ++k) {
    rivals = static_cast<uint16_t>(rivals + (static_cast<int16_t>(row[k]) > own));
  }
  for (int k = 0; k < column_stride_; ++k) {
    rivals = static_cast<uint16_t>(rivals + (static_cast<int16_t>(column[k]) > own));
  }
  return rivals;
}

void Relaxation::Select(const Prepared::Data& probe, const Prepared::Data& reference) {
  // Everything above `level` is taken, and of what is at `level` the first
  // ones.
  const auto wanted = static_cast<int>(kCandidates);
  int level = kSimilarityMax;
  int above = 0;
  while (level > 0 && above + histogram_[level] <= wanted) above += histogram_[level--];
  int at_level = wanted - above;
  count_ = 0;
  for (int i = 0; i < probe.count; ++i) {
    for (int j = 0; j < reference.count; ++j) {
      const uint16_t s = similarities_[i * row_stride_ + j];
      if (s < level || (s == level && at_level-- <= 0)) continue;
      candidates_[count_++] = {static_cast<uint8_t>(i), static_cast<uint8_t>(j), s};
    }
  }
}

void Relaxation::Order(const Prepared::Data& probe, const Prepared::Data& reference) {
  // By the upper byte of the turn in one pass, then, of the few that share it, exactly.
  std::array<uint16_t, 257> starts{};
  std::array<uint32_t, kCandidatesMax> keys;
  for (int a = 0; a < count_; ++a) {
    const Candidate& c = candidates_[a];
    const auto turn = static_cast<uint16_t>(reference.angles[c.reference] - probe.angles[c.probe]);
    keys[a] = static_cast<uint32_t>(turn) << 8 | static_cast<uint32_t>(a);
    ++starts[(turn >> 8) + 1];
  }
  for (int b = 0; b < 256; ++b) starts[b + 1] = static_cast<uint16_t>(starts[b + 1] + starts[b]);
  for (int a = 0; a < count_; ++a) by_turn_[starts[keys[a] >> 16]++] = keys[a];
  int first = 0;
  for (int b = 0; b < 256; ++b) {
    if (starts[b] - first > 1) std::sort(&by_turn_[first], &by_turn_[0] + starts[b]);
    first = starts[b];
  }
  for (int u = 0; u < count_; ++u) {
    const Candidate& c = candidates_[by_turn_[u] & 255];
    for (const int at : {u, u + count_}) {
      probe_x_[at] = probe.xs[c.probe];
      probe_y_[at] = probe.ys[c.probe];
      reference_x_[at] = reference.xs[c.reference];
      reference_y_[at] = reference.ys[c.reference];
      minutiae_[at] = c.probe << 16 | c.reference;
    }
  }
}

void Relaxation::Relate(const Prepared::Data& probe, const Prepared::Data& reference) {
  std::fill_n(neighbour_counts_.begin(), count_, 0);
  // Only candidates that imply nearly the same turn can be compatible: in the order of turns they
  // follow each other, the last ones being followed by the first ones. Two of them never meet from
  // both sides, since the tolerance is far below half a circle.
  static_assert(kTurnTolerance < 32768.0F);
  Order(probe, reference);
  const TurnOrder order = {probe_x_.data(), probe_y_.data(), reference_x_.data(),
                           reference_y_.data(), minutiae_.data()};
  const auto turn_tolerance = static_cast<uint32_t>(kTurnTolerance);
  int end = 1;
  for (int u = 0; u < count_; ++u) {
    end = std::max(end, u + 1);
    for (; end < u + count_; ++end) {
      const uint32_t next = by_turn_[end < count_ ? end : end - count_] >> 8;
      if (((next - (by_turn_[u] >> 8)) & 65535U) >= turn_tolerance) break;
    }
    const int found = FindRelatives(order, u, end - u - 1, kDistanceTolerance, kDistanceGrowth,
                                    relatives_.data());
    for (int k = 0; k < found; ++k) RelateTwo(probe, reference, u, relatives_[k]);
  }
}

void Relaxation::RelateTwo(const Prepared::Data& probe, const Prepared::Data& reference, int u,
                           uint32_t relative) {
  const Tolerances& tolerances = TheTolerances();
  const int after = u + Relative::Step(relative);
  const int v = after < count_ ? after : after - count_;
  const int a = static_cast<int>(by_turn_[u] & 255);
  const int b = static_cast<int>(by_turn_[v] & 255);
  const Candidate& p = candidates_[a];
  const Candidate& q = candidates_[b];
  const int ik = p.probe * probe.count + q.probe;
  const int jl = p.reference * reference.count + q.reference;
  const int ki = q.probe * probe.count + p.probe;
  const int lj = q.reference * reference.count + p.reference;
  const int swing = std::max(AngleGap(probe.bearings[ik], reference.bearings[jl]),
                             AngleGap(probe.bearings[ki], reference.bearings[lj]));
  const int range = Relative::Range(relative);
  if (swing >= tolerances.bearing[range]) return;
  const int turn = static_cast<uint16_t>((by_turn_[v] >> 8) - (by_turn_[u] >> 8));
  const int value = Agreement(turn, static_cast<int>(kTurnTolerance)) *
                        Agreement(Relative::Gap(relative), tolerances.distance[range]) *
                        Agreement(swing, tolerances.bearing[range]) >>
                    16;
  if (value == 0) return;
  const int at_a = a * kCandidatesMax + neighbour_counts_[a]++;
  const int at_b = b * kCandidatesMax + neighbour_counts_[b]++;
  neighbours_[at_a] = static_cast<uint8_t>(b);
  neighbours_[at_b] = static_cast<uint8_t>(a);
  supports_[at_a] = supports_[at_b] = static_cast<uint8_t>(value);
}

void Relaxation::Iterate() {
  for (int a = 0; a < count_; ++a) {
    strengths_[a] = kStrengthMax * candidates_[a].similarity / kSimilarityMax;
  }
  for (int round = 0; round < static_cast<int>(kIterations); ++round) {
    // Below 256 * 255 * 16,384, which is less than 2^31.
    int32_t largest = 1;
    for (int a = 0; a < count_; ++a) {
      int32_t sum = 0;
      for (int k = 0; k < neighbour_counts_[a]; ++k) {
        sum += support(a, k) * strengths_[neighbour(a, k)];
      }
      sums_[a] = sum;
      largest = std::max(largest, sum);
    }
    // Exact: the product is below 2^46, and a quotient below 2^14 of numbers below 2^31 is either
    // whole or further from the next whole number than a double's rounding reaches.
    for (int a = 0; a < count_; ++a) {
      strengths_[a] = static_cast<int32_t>(static_cast<double>(sums_[a]) * kStrengthMax / largest);
    }
  }
}

}  // namespace taanu::compare
