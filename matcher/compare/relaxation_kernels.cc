#include "matcher/compare/relaxation_kernels.h"

#include <algorithm>
#include <array>
#include <bit>

#include "matcher/compare/set_bits.h"

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

// Some values of a table of supports: which kLaneStep columns of which row, as Supports::blocks.
using Blocks = std::array<uint16_t, kCandidatesMax * Supports::kBlocks + 8>;

// Adds the blocks of row u of which a bit is set. Returns how many.
HWY_INLINE int AddBlocks(int u, uint32_t bits, uint16_t* HWY_RESTRICT blocks) {
  const hn::CappedTag<uint16_t, 8> d;
  for (int k = 0; k < 8; k += static_cast<int>(hn::Lanes(d))) {
    const auto numbers = hn::LoadU(d, kSetBits<uint16_t>[bits].data() + k);
    const auto first = hn::Set(d, static_cast<uint16_t>(u * Supports::kBlocks));
    hn::StoreU(hn::Add(first, numbers), d, blocks + k);
  }
  return std::popcount(bits);
}

// The blocks, from that of the candidate itself on, in which turns may be less than the limit away.
// Without a branch on any turn, which nobody could foretell.
int FindNear(const CandidateArrays& c, int count, int limit, Blocks* blocks) {
  constexpr int kCircle = 65536;
  const Ints d;
  HWY_ALIGN int32_t least[Supports::kBlocks];
  HWY_ALIGN int32_t most[Supports::kBlocks];
  for (int block = 0; block < Supports::kBlocks; ++block) {
    const bool empty = block * kLaneStep >= count;
    least[block] = empty ? 2 * kCircle : c.turn[block * kLaneStep];
    most[block] = empty ? -kCircle : c.turn[std::min((block + 1) * kLaneStep, count) - 1];
  }
  int found = 0;
  for (int u = 0; u < count; ++u) {
    const auto above = hn::Set(d, c.turn[u] - limit);
    const auto below = hn::Set(d, c.turn[u] + limit);
    const auto around = hn::Set(d, c.turn[u] - limit + kCircle);
    uint32_t bits = 0;
    for (int k = 0; k < Supports::kBlocks; k += static_cast<int>(hn::Lanes(d))) {
      const auto last = hn::Load(d, most + k);
      const auto near = hn::Or(hn::And(hn::Gt(last, above), hn::Lt(hn::Load(d, least + k), below)),
                               hn::Gt(last, around));
      uint8_t some[8] = {};
      hn::StoreMaskBits(d, near, some);
      bits |= static_cast<uint32_t>(some[0]) << k;
    }
    bits &= 0xFFU << u / kLaneStep & 0xFFU;
    found += AddBlocks(u, bits, blocks->data() + found);
  }
  return found;
}

void RelateTarget(const CandidateArrays& c, int count, const SupportLimits& limits,
                  Supports* HWY_RESTRICT supports) {
  const Floats df;
  const Ints di;
  const int lanes = static_cast<int>(hn::Lanes(df));
  const auto zero = hn::Zero(df);
  const auto half = hn::Set(df, 0.5F);
  const auto turn_limit = hn::Set(df, static_cast<float>(limits.turn));
  supports->related.fill(0);
  Blocks near;
  const int near_count = FindNear(c, count, limits.turn, &near);
  // Those of them that are not 0 and not in the block of the row's own candidate.
  Blocks mirrored;
  int mirrored_count = 0;
  for (int k = 0; k < near_count; ++k) {
    const int u = near[static_cast<size_t>(k)] / Supports::kBlocks;
    const int block = near[static_cast<size_t>(k)] % Supports::kBlocks;
    const auto px = hn::Set(df, c.probe_x[u]);
    const auto py = hn::Set(df, c.probe_y[u]);
    const auto rx = hn::Set(df, c.reference_x[u]);
    const auto ry = hn::Set(df, c.reference_y[u]);
    const auto cosine = hn::Set(df, c.cosine[u]);
    const auto sine = hn::Set(df, c.sine[u]);
    const auto turn = hn::Set(di, c.turn[u]);
    float* const row = supports->values.data() + u * kCandidatesMax;
    uint64_t related = 0;
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
      const auto limit_left = hn::Sub(limit, hn::Abs(hn::Sub(probe_distance, reference_distance)));
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
      related |= uint64_t{bits[0]} << v;
    }
    supports->related[static_cast<size_t>(u)] |= related;
    mirrored[static_cast<size_t>(mirrored_count)] = near[static_cast<size_t>(k)];
    mirrored_count += static_cast<int>(related != 0) & static_cast<int>(block != u / kLaneStep);
  }
  // Supports are the same both ways.
  for (int k = 0; k < mirrored_count; ++k) {
    const int u = mirrored[static_cast<size_t>(k)] / Supports::kBlocks;
    const int block = mirrored[static_cast<size_t>(k)] % Supports::kBlocks;
    const int own_block = u / kLaneStep;
    const uint64_t here = uint64_t{255} << block * kLaneStep;
    uint64_t left = supports->related[static_cast<size_t>(u)] & here;
    for (; left != 0; left &= left - 1) {
      const int v = std::countr_zero(left);
      float* const values = supports->values.data() + v * kCandidatesMax;
      uint64_t& related = supports->related[static_cast<size_t>(v)];
      if ((related >> own_block * kLaneStep & 255) == 0) {
        std::fill_n(values + own_block * kLaneStep, kLaneStep, 0.0F);
      }
      values[u] = supports->values[static_cast<size_t>(u * kCandidatesMax + v)];
      related |= uint64_t{1} << u;
    }
  }
  supports->block_count = 0;
  for (int u = 0; u < count; ++u) {
    // A bit for each block in which any is set.
    uint64_t any = supports->related[static_cast<size_t>(u)];
    any |= any >> 4;
    any |= any >> 2;
    any |= any >> 1;
    any = (any & 0x0101010101010101) * 0x0102040810204080 >> 56;
    supports->block_count +=
        AddBlocks(u, static_cast<uint32_t>(any), supports->blocks.data() + supports->block_count);
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
    HWY_ALIGN float sums[kCandidatesMax] = {};
    // Each sum is built up in the order of rows, in its own lane.
    for (int k = 0; k < supports.block_count; ++k) {
      const int block = supports.blocks[static_cast<size_t>(k)];
      const auto strength = hn::Set(d, strengths[block / Supports::kBlocks]);
      const float* const values = supports.values.data() + block * kLaneStep;
      float* const own = sums + block % Supports::kBlocks * kLaneStep;
      for (int a = 0; a < kLaneStep; a += lanes) {
        const auto more = hn::Mul(strength, hn::LoadU(d, values + a));
        hn::Store(hn::Add(hn::Load(d, own + a), more), d, own + a);
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
