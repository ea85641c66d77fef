#include "matcher/compare/kernels.h"

#include <bit>

// AVX-512 with a population count of bytes (Ice Lake and later) is a target of its own.
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "matcher/compare/kernels.cc"
#include <hwy/foreach_target.h>
// foreach_target.h must come first.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace taanu::compare::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, kLaneStep>;
using Ints = hn::RebindToSigned<Floats>;

void RelateTarget(const CandidateArrays<kCandidatesMax>& c, int count, const SupportLimits& limits,
                  float* HWY_RESTRICT supports) {
  const Floats df;
  const Ints di;
  const int lanes = static_cast<int>(hn::Lanes(df));
  const auto zero = hn::Zero(df);
  const auto half = hn::Set(df, 0.5F);
  const auto turn_limit = hn::Set(df, static_cast<float>(limits.turn));
  for (int u = 0; u < count; ++u) {
    const auto px = hn::Set(df, c.probe_x[u]);
    const auto py = hn::Set(df, c.probe_y[u]);
    const auto rx = hn::Set(df, c.reference_x[u]);
    const auto ry = hn::Set(df, c.reference_y[u]);
    const auto cosine = hn::Set(df, c.cosine[u]);
    const auto sine = hn::Set(df, c.sine[u]);
    const auto turn = hn::Set(di, c.turn[u]);
    const auto own = hn::Set(di, c.minutiae[u]);
    float* const row = supports + u * kCandidatesMax;
    for (int v = 0; v < count; v += lanes) {
      const auto turned = hn::Sub(hn::LoadU(di, &c.turn[v]), turn);
      const auto gap = hn::ConvertTo(df, hn::Abs(hn::ShiftRight<16>(hn::ShiftLeft<16>(turned))));
      const auto turn_left = hn::Sub(turn_limit, gap);
      if (hn::AllFalse(df, hn::Gt(turn_left, zero))) {
        hn::StoreU(zero, df, row + v);
        continue;
      }
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
      const auto differs = hn::Xor(hn::LoadU(di, &c.minutiae[v]), own);
      const auto free = hn::And(hn::Ne(hn::And(differs, hn::Set(di, 0xFFFF)), hn::Zero(di)),
                                hn::Ne(hn::ShiftRight<16>(differs), hn::Zero(di)));
      const auto within = hn::And(hn::And(hn::Gt(hn::Min(turn_left, limit_left), zero),
                                          hn::Gt(hn::Min(swing_left, ahead), zero)),
                                  hn::RebindMask(df, free));
      const auto left = hn::Mul(hn::Mul(turn_left, limit_left), swing_left);
      const auto all = hn::Mul(hn::Mul(turn_limit, limit), swing_limit);
      hn::StoreU(hn::IfThenElseZero(within, hn::Div(left, all)), df, row + v);
    }
  }
}

void SumSupportsTarget(const float* HWY_RESTRICT supports, int stride, int count,
                       float* HWY_RESTRICT strengths) {
  const Floats df;
  const int lanes = static_cast<int>(hn::Lanes(df));
  HWY_ALIGN float sums[kCandidatesMax];
  const int padded = Padded(count);
  for (int a = 0; a < padded; ++a) sums[a] = 0.0F;
  // Supports are the same both ways, so each sum is built up in the same order in its own lane.
  for (int b = 0; b < count; ++b) {
    if (strengths[b] == 0.0F) continue;
    const auto strength = hn::Set(df, strengths[b]);
    for (int a = 0; a < padded; a += lanes) {
      const auto more = hn::Mul(strength, hn::LoadU(df, supports + b * stride + a));
      hn::Store(hn::Add(hn::Load(df, sums + a), more), df, sums + a);
    }
  }
  for (int a = 0; a < count; ++a) strengths[a] = sums[a];
}

int FindOptionsTarget(const PointArrays& placed, const uint16_t* directions, int count,
                      const Targets& references, const PairingLimits& limits,
                      uint32_t* HWY_RESTRICT options) {
  // No real print is so crowded; a made-up one must not cost more.
  constexpr int kSeenMax = 24;
  const Floats df;
  const Ints di;
  const int lanes = static_cast<int>(hn::Lanes(df));
  const auto radius_square = hn::Set(df, limits.radius * limits.radius);
  const auto angle = hn::Set(di, limits.angle);
  const auto per_square = hn::Set(df, limits.per_square);
  const auto per_turn = hn::Set(df, limits.per_turn);
  HWY_ALIGN int32_t costs[kLaneStep];
  int total = 0;
  for (int i = 0; i < count; ++i) {
    const auto x = hn::Set(df, placed.x[i]);
    const auto y = hn::Set(df, placed.y[i]);
    const auto direction = hn::Set(di, directions[i]);
    uint32_t* mine = options + total;
    int own = 0;
    int seen = 0;
    const int end = references.columns->End(placed.x[i], limits.radius);
    for (int j = references.columns->First(placed.x[i], limits.radius); j < end && seen < kSeenMax;
         j += lanes) {
      const auto dx = hn::Sub(hn::LoadU(df, references.x + j), x);
      const auto dy = hn::Sub(hn::LoadU(df, references.y + j), y);
      const auto square = hn::Add(hn::Mul(dx, dx), hn::Mul(dy, dy));
      const auto close = hn::Lt(square, radius_square);
      // The difference as a signed number of 16 bits, then its size.
      const auto turned = hn::Sub(direction, hn::LoadU(di, references.angles + j));
      const auto gap = hn::Abs(hn::ShiftRight<16>(hn::ShiftLeft<16>(turned)));
      const auto keep = hn::And(hn::RebindMask(di, close), hn::Lt(gap, angle));
      if (hn::AllFalse(di, keep)) continue;
      uint8_t bits[8] = {};
      hn::StoreMaskBits(di, keep, bits);
      uint32_t left = bits[0];
      const auto cost =
          hn::Add(hn::Mul(square, per_square), hn::Mul(hn::ConvertTo(df, gap), per_turn));
      hn::StoreU(hn::ConvertTo(di, cost), di, costs);
      for (; left != 0 && seen < kSeenMax; left &= left - 1, ++seen) {
        const int lane = std::countr_zero(left);
        const uint32_t option = PairOption::Pack(costs[lane], i, j + lane);
        // The best few of each, in order of cost, bound the work where many coincide.
        int at = own < kOptionsEach ? own++ : kOptionsEach;
        if (at == kOptionsEach) {
          if (mine[kOptionsEach - 1] <= option) continue;
          at = kOptionsEach - 1;
        }
        for (; at > 0 && mine[at - 1] > option; --at) mine[at] = mine[at - 1];
        mine[at] = option;
      }
    }
    total += own;
  }
  return total;
}

void DisplaceTarget(const Knots& knots, const PointArrays& places, const int32_t* own, int count,
                    float reach_square, float stiffness, const PointArrays& displacements) {
  const Floats df;
  const Ints di;
  const int lanes = static_cast<int>(hn::Lanes(df));
  const auto reach = hn::Set(df, reach_square);
  for (int i = 0; i < count; i += lanes) {
    const auto px = hn::LoadU(df, places.x + i);
    const auto py = hn::LoadU(df, places.y + i);
    const auto except = own == nullptr ? hn::Set(di, -1) : hn::LoadU(di, own + i);
    auto weight = hn::Set(df, stiffness);
    auto x = hn::Zero(df);
    auto y = hn::Zero(df);
    for (int k = 0; k < knots.count; ++k) {
      const Knot& knot = knots.knots[k];
      const auto dx = hn::Sub(hn::Set(df, knot.place.x), px);
      const auto dy = hn::Sub(hn::Set(df, knot.place.y), py);
      const auto square = hn::Add(hn::Add(reach, hn::Mul(dx, dx)), hn::Mul(dy, dy));
      const auto fall = hn::Div(reach, square);
      const auto counted = hn::RebindMask(df, hn::Ne(except, hn::Set(di, k)));
      const auto w =
          hn::IfThenElseZero(counted, hn::Mul(hn::Mul(fall, fall), hn::Set(df, knot.weight)));
      weight = hn::Add(weight, w);
      x = hn::Add(x, hn::Mul(w, hn::Set(df, knot.residual.x)));
      y = hn::Add(y, hn::Mul(w, hn::Set(df, knot.residual.y)));
    }
    hn::StoreU(hn::Div(x, weight), df, displacements.x + i);
    hn::StoreU(hn::Div(y, weight), df, displacements.y + i);
  }
}

void MeasureCrowdTarget(const PointArrays& crowd, const int32_t* crowd_angles, int crowd_count,
                        const PointArrays& at, const int32_t* at_angles, int count,
                        const CrowdShape& shape, float* density) {
  const Floats df;
  const Ints di;
  const int lanes = static_cast<int>(hn::Lanes(df));
  const auto one = hn::Set(df, 1.0F);
  const auto zero = hn::Zero(df);
  for (int j = 0; j < count; j += lanes) {
    const auto x = hn::LoadU(df, at.x + j);
    const auto y = hn::LoadU(df, at.y + j);
    const auto angle = hn::LoadU(di, at_angles + j);
    auto sum = zero;
    for (int i = 0; i < crowd_count; ++i) {
      const auto dx = hn::Sub(x, hn::Set(df, crowd.x[i]));
      const auto dy = hn::Sub(y, hn::Set(df, crowd.y[i]));
      const auto square = hn::Add(hn::Mul(dx, dx), hn::Mul(dy, dy));
      const auto near = hn::Sub(one, hn::Mul(square, hn::Set(df, shape.per_square)));
      const auto turn = hn::ConvertTo(
          df, hn::ShiftRight<16>(hn::ShiftLeft<16>(hn::Sub(angle, hn::Set(di, crowd_angles[i])))));
      const auto alike =
          hn::Sub(one, hn::Mul(hn::Mul(turn, turn), hn::Set(df, shape.per_turn_square)));
      const auto height =
          hn::Add(hn::Set(df, shape.any_direction),
                  hn::Mul(hn::Set(df, shape.alike_direction), hn::Max(alike, zero)));
      sum = hn::Add(sum, hn::Mul(hn::Max(near, zero), height));
    }
    hn::StoreU(sum, df, density + j);
  }
}

void MarkInsideTarget(const HalfPlane* edges, int edge_count, float margin,
                      const PointArrays& points, int count, float* inside) {
  const Floats df;
  const int lanes = static_cast<int>(hn::Lanes(df));
  for (int i = 0; i < count; i += lanes) {
    const auto px = hn::LoadU(df, points.x + i);
    const auto py = hn::LoadU(df, points.y + i);
    auto mark = hn::Set(df, edge_count == 0 ? 0.0F : 1.0F);
    for (int e = 0; e < edge_count; ++e) {
      const auto reach = hn::Add(hn::Mul(hn::Set(df, edges[e].normal_x), px),
                                 hn::Mul(hn::Set(df, edges[e].normal_y), py));
      const auto beyond = hn::Gt(reach, hn::Set(df, edges[e].offset + margin));
      mark = hn::IfThenZeroElse(beyond, mark);
    }
    hn::StoreU(mark, df, inside + i);
  }
}

const char* NameOfTarget() { return hwy::TargetName(HWY_TARGET); }

}  // namespace taanu::compare::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace taanu::compare {

ColumnIndex::ColumnIndex(const float* x, int count) {
  if (count == 0) return;
  left_ = x[0];
  const float width = x[count - 1] - left_;
  scale_ = width > 0 ? kColumns / width : 0;
  for (int k = 0; k < count; ++k) ++starts_[static_cast<size_t>(Column(x[k])) + 1];
  for (size_t c = 0; c < kColumns; ++c)
    starts_[c + 1] = static_cast<uint16_t>(starts_[c + 1] + starts_[c]);
}

HWY_EXPORT(RelateTarget);
HWY_EXPORT(SumSupportsTarget);
HWY_EXPORT(FindOptionsTarget);
HWY_EXPORT(DisplaceTarget);
HWY_EXPORT(MarkInsideTarget);
HWY_EXPORT(NameOfTarget);
HWY_EXPORT(MeasureCrowdTarget);

void Relate(const CandidateArrays<kCandidatesMax>& candidates, int count,
            const SupportLimits& limits, float* supports) {
  HWY_DYNAMIC_DISPATCH(RelateTarget)(candidates, count, limits, supports);
}

void SumSupports(const float* supports, int stride, int count, float* strengths) {
  HWY_DYNAMIC_DISPATCH(SumSupportsTarget)(supports, stride, count, strengths);
}

int FindOptions(const PointArrays& placed, const uint16_t* directions, int count,
                const Targets& references, const PairingLimits& limits, uint32_t* options) {
  return HWY_DYNAMIC_DISPATCH(FindOptionsTarget)(placed, directions, count, references, limits,
                                                 options);
}

void Displace(const Knots& knots, const PointArrays& places, const int32_t* own, int count,
              float reach_square, float stiffness, const PointArrays& displacements) {
  HWY_DYNAMIC_DISPATCH(DisplaceTarget)
  (knots, places, own, count, reach_square, stiffness, displacements);
}

void MeasureCrowd(const PointArrays& crowd, const int32_t* crowd_angles, int crowd_count,
                  const PointArrays& at, const int32_t* at_angles, int count,
                  const CrowdShape& shape, float* density) {
  HWY_DYNAMIC_DISPATCH(MeasureCrowdTarget)
  (crowd, crowd_angles, crowd_count, at, at_angles, count, shape, density);
}

void MarkInside(const HalfPlane* edges, int edge_count, float margin, const PointArrays& points,
                int count, float* inside) {
  HWY_DYNAMIC_DISPATCH(MarkInsideTarget)(edges, edge_count, margin, points, count, inside);
}

std::vector<int64_t> KernelTargets() { return hwy::SupportedAndGeneratedTargets(); }

const char* KernelTarget() { return HWY_DYNAMIC_DISPATCH(NameOfTarget)(); }

}  // namespace taanu::compare
#endif
