#include "matcher/compare/relaxation_kernels.h"

#include <algorithm>
#include <array>
#include <bit>

// AVX-512 with a population count of bytes (Ice Lake and later) is a target of its own.
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "matcher/compare/relaxation_kernels.cc"
#include <hwy/foreach_target.h>
// foreach_target.h must come first.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace taanu::compare::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, kLaneStep>;
using Ints = hn::RebindToSigned<Floats>;

// The candidates from one on whose turns are less than the limit away from a given one, in the
// order of turns, as that one grows.
class Window {
 public:
  Window(const int32_t* turns, int count) : turns_(turns), count_(count) {}

  // A bit for each block of columns that holds turns between these, which never fall from call to
  // call.
  uint32_t Blocks(int above, int below) {
    while (first_ < count_ && turns_[first_] <= above) ++first_;
    while (end_ < count_ && turns_[end_] < below) ++end_;
    if (first_ >= end_) return 0;
    const int first = first_ / kLaneStep;
    const int last = (end_ - 1) / kLaneStep;
    return (uint32_t{2} << last) - (uint32_t{1} << first);
  }

 private:
  const int32_t* turns_;
  int count_;
  int first_ = 0;
  int end_ = 0;
};

void RelateTarget(const CandidateArrays& c, int count, const SupportLimits& limits,
                  Supports* HWY_RESTRICT supports) {
  constexpr int kCircle = 65536;
  const Floats df;
  const Ints di;
  const int lanes = static_cast<int>(hn::Lanes(df));
  const auto zero = hn::Zero(df);
  const auto half = hn::Set(df, 0.5F);
  const auto turn_limit = hn::Set(df, static_cast<float>(limits.turn));
  supports->row_counts.fill(0);
  Window near(c.turn.data(), count);
  Window before(c.turn.data(), count);
  Window after(c.turn.data(), count);
  for (int u = 0; u < count; ++u) {
    const int turn_u = c.turn[u];
    uint32_t blocks = near.Blocks(turn_u - limits.turn, turn_u + limits.turn) |
                      before.Blocks(-1, turn_u + limits.turn - kCircle) |
                      after.Blocks(turn_u - limits.turn + kCircle, kCircle);
    const auto px = hn::Set(df, c.probe_x[u]);
    const auto py = hn::Set(df, c.probe_y[u]);
    const auto rx = hn::Set(df, c.reference_x[u]);
    const auto ry = hn::Set(df, c.reference_y[u]);
    const auto cosine = hn::Set(df, c.cosine[u]);
    const auto sine = hn::Set(df, c.sine[u]);
    const auto turn = hn::Set(di, turn_u);
    float* const row = supports->values.data() + u * kCandidatesMax;
    uint64_t related = 0;
    for (; blocks != 0; blocks &= blocks - 1) {
      const int block = std::countr_zero(blocks);
      uint64_t related_here = 0;
      for (int v = block * kLaneStep; v < (block + 1) * kLaneStep; v += lanes) {
        const auto turned = hn::Sub(hn::LoadU(di, &c.turn[v]), turn);
        const auto gap = hn::ConvertTo(df, hn::Abs(hn::ShiftRight<16>(hn::ShiftLeft<16>(turned))));
        const auto turn_left = hn::Sub(turn_limit, gap);
        const auto px_v = hn::Sub(hn::LoadU(df, &c.probe_x[v]), px);
        const auto py_v = hn::Sub(hn::LoadU(df, &c.probe_y[v]), py);
        const auto rx_v = hn::Sub(hn::LoadU(df, &c.reference_x[v]), rx);
        const auto ry_v = hn::Sub(hn::LoadU(df, &c.reference_y[v]), ry);
        const auto probe_square = hn::Add(hn::Mul(px_v, px_v), hn::Mul(py_v, py_v));
        const auto reference_square = hn::Add(hn::Mul(rx_v, rx_v), hn::Mul(ry_v, ry_v));
        const auto probe_distance = hn::Sqrt(probe_square);
        const auto reference_distance = hn::Sqrt(reference_square);
        const auto range = hn::Mul(hn::Add(probe_distance, reference_distance), half);
        const auto limit = hn::Add(hn::Set(df, limits.distance),
                                   hn::Mul(hn::Set(df, limits.distance_growth), range));
        const auto limit_left =
            hn::Sub(limit, hn::Abs(hn::Sub(probe_distance, reference_distance)));
        // The turn of the line between the two, and how far it differs from the turn of each.
        const auto line_cosine = hn::Add(hn::Mul(px_v, rx_v), hn::Mul(py_v, ry_v));
        const auto line_sine = hn::Sub(hn::Mul(px_v, ry_v), hn::Mul(py_v, rx_v));
        const auto cosine_v = hn::LoadU(df, &c.cosine[v]);
        const auto sine_v = hn::LoadU(df, &c.sine[v]);
        // Exactly 0 where the two share a minutia.
        const auto ahead =
            hn::Min(hn::Add(hn::Mul(line_cosine, cosine), hn::Mul(line_sine, sine)),
                    hn::Add(hn::Mul(line_cosine, cosine_v), hn::Mul(line_sine, sine_v)));
        const auto aside =
            hn::Max(hn::Abs(hn::Sub(hn::Mul(line_sine, cosine), hn::Mul(line_cosine, sine))),
                    hn::Abs(hn::Sub(hn::Mul(line_sine, cosine_v), hn::Mul(line_cosine, sine_v))));
        // Both are in units of the product of the distances; times the range here.
        const auto swing = hn::Mul(aside, range);
        const auto swing_limit =
            hn::Mul(hn::Mul(probe_distance, reference_distance),
                    hn::Min(range, hn::Add(hn::Mul(hn::Set(df, limits.bearing), range),
                                           hn::Set(df, limits.bearing_length))));
        const auto swing_left = hn::Sub(swing_limit, swing);
        const auto least = hn::Min(hn::Min(turn_left, limit_left), hn::Min(swing_left, ahead));
        const auto left = hn::Mul(hn::Mul(turn_left, limit_left), swing_left);
        const auto all = hn::Mul(hn::Mul(turn_limit, limit), swing_limit);
        const auto support = hn::IfThenElseZero(hn::Gt(least, zero), hn::Div(left, all));
        hn::StoreU(support, df, row + v);
        uint8_t bits[8] = {};
        hn::StoreMaskBits(df, hn::Gt(support, zero), bits);
        related_here |= uint64_t{bits[0]} << v;
      }
      // Without a branch, which nobody could foretell.
      supports->rows[static_cast<size_t>(block)]
                    [static_cast<size_t>(supports->row_counts[static_cast<size_t>(block)])] =
          static_cast<uint8_t>(u);
      supports->row_counts[static_cast<size_t>(block)] += related_here != 0 ? 1 : 0;
      related |= related_here;
    }
    supports->related[static_cast<size_t>(u)] = related;
  }
}

// The largest of kCandidatesMax numbers.
float LargestOf(const float* HWY_RESTRICT numbers) {
  const Floats d;
  auto most = hn::LoadU(d, numbers);
  for (int k = static_cast<int>(hn::Lanes(d)); k < kCandidatesMax;
       k += static_cast<int>(hn::Lanes(d))) {
    most = hn::Max(most, hn::LoadU(d, numbers + k));
  }
  return hn::GetLane(hn::MaxOfLanes(d, most));
}

void DivideAll(float* HWY_RESTRICT numbers, float divisor) {
  const Floats d;
  for (int k = 0; k < kCandidatesMax; k += static_cast<int>(hn::Lanes(d))) {
    hn::StoreU(hn::Div(hn::LoadU(d, numbers + k), hn::Set(d, divisor)), d, numbers + k);
  }
}

float PropagateTarget(const Supports& supports, int rounds, float* HWY_RESTRICT strengths) {
  const Floats d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  float largest = LargestOf(strengths);
  for (int round = 0; round < rounds && largest > 0; ++round) {
    DivideAll(strengths, largest);
    HWY_ALIGN float sums[kCandidatesMax];
    for (int block = 0; block < Supports::kBlocks; ++block) {
      const auto& rows = supports.rows[static_cast<size_t>(block)];
      const int count = supports.row_counts[static_cast<size_t>(block)];
      // Supports are the same both ways, so each sum is built up in the same order in its own lane.
      for (int a = block * kLaneStep; a < (block + 1) * kLaneStep; a += lanes) {
        auto sum = hn::Zero(d);
        for (int k = 0; k < count; ++k) {
          const int b = rows[static_cast<size_t>(k)];
          const auto support = hn::LoadU(d, supports.values.data() + b * kCandidatesMax + a);
          sum = hn::Add(sum, hn::Mul(hn::Set(d, strengths[b]), support));
        }
        hn::Store(sum, d, sums + a);
      }
    }
    std::copy_n(sums, kCandidatesMax, strengths);
    largest = LargestOf(strengths);
  }
  if (largest > 0) DivideAll(strengths, largest);
  return largest;
}

int FirstLargestTarget(const float* HWY_RESTRICT numbers) {
  const Floats d;
  const auto most = hn::Set(d, LargestOf(numbers));
  for (int k = 0; k < kCandidatesMax; k += static_cast<int>(hn::Lanes(d))) {
    const auto first = hn::FindFirstTrue(d, hn::Eq(hn::LoadU(d, numbers + k), most));
    if (first >= 0) return k + static_cast<int>(first);
  }
  return 0;
}

}  // namespace taanu::compare::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace taanu::compare {

HWY_EXPORT(RelateTarget);
HWY_EXPORT(PropagateTarget);
HWY_EXPORT(FirstLargestTarget);

void Relate(const CandidateArrays& candidates, int count, const SupportLimits& limits,
            Supports* supports) {
  HWY_DYNAMIC_DISPATCH(RelateTarget)(candidates, count, limits, supports);
}

float Propagate(const Supports& supports, int rounds, float* strengths) {
  return HWY_DYNAMIC_DISPATCH(PropagateTarget)(supports, rounds, strengths);
}

int FirstLargest(const float* numbers) { return HWY_DYNAMIC_DISPATCH(FirstLargestTarget)(numbers); }

}  // namespace taanu::compare
#endif
