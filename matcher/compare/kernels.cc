#include "matcher/compare/kernels.h"

#include <bit>

#include "matcher/compare/cylinder.h"

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
using Shorts = hn::Rebind<uint16_t, Floats>;

// Truncates a * b / c, each below 1,100 but for a * b, which is below 2^24: exact, since the
// nearest float to a quotient that is no whole number lies on the same side of the next one.
template <class V>
HWY_INLINE V Quotient(V product, V divisor) {
  return hn::Trunc(hn::Div(product, divisor));
}

constexpr int kWords = kLayers + 3 + 1;
constexpr int kValid = kLayers + 3;

// The bits that the cylinder `own` has in common with each of those in `b`, and all bits of both
// where both are valid, in turns.
void CountBits(const uint64_t* own, const CylinderWords& b, uint32_t* HWY_RESTRICT counts) {
  const int stride = Padded(b.count);
#if HWY_TARGET == HWY_SCALAR
  for (int j = 0; j < stride; ++j) {
    int both = 0;
    int total = 0;
    const uint64_t valid = b.words[kValid * stride + j];
    for (int w = 0; w < kLayers; ++w) both += std::popcount(own[w] & b.words[w * stride + j]);
    for (int k = 0; k < 3; ++k) {
      total += (std::popcount(own[kLayers + k] & valid) +
                std::popcount(own[kValid] & b.words[(kLayers + k) * stride + j]))
               << k;
    }
    counts[2 * j] = static_cast<uint32_t>(both);
    counts[2 * j + 1] = static_cast<uint32_t>(total);
  }
#else
  const hn::CappedTag<uint64_t, 4> d64;
  const hn::Repartition<uint8_t, decltype(d64)> d8;
  const hn::Repartition<uint32_t, decltype(d64)> d32;
  const int lanes = static_cast<int>(hn::Lanes(d64));
  const auto own_valid = hn::Set(d64, own[kValid]);
  for (int j = 0; j < stride; j += lanes) {
    // Byte by byte: at most 6 * 8 in common and 2 * 7 * 8 in all.
    auto both = hn::Zero(d8);
    for (int w = 0; w < kLayers; ++w) {
      const auto common = hn::And(hn::Set(d64, own[w]), hn::LoadU(d64, b.words + w * stride + j));
      both = hn::Add(both, hn::PopulationCount(hn::BitCast(d8, common)));
    }
    const auto valid = hn::LoadU(d64, b.words + kValid * stride + j);
    auto total = hn::Zero(d8);
    for (int k = 2; k >= 0; --k) {
      const auto mine = hn::And(hn::Set(d64, own[kLayers + k]), valid);
      const auto other = hn::And(own_valid, hn::LoadU(d64, b.words + (kLayers + k) * stride + j));
      total = hn::Add(total, total);
      total = hn::Add(total, hn::Add(hn::PopulationCount(hn::BitCast(d8, mine)),
                                     hn::PopulationCount(hn::BitCast(d8, other))));
    }
    const auto packed = hn::Or(hn::SumsOf8(both), hn::ShiftLeft<32>(hn::SumsOf8(total)));
    hn::StoreU(hn::BitCast(d32, packed), d32, counts + 2 * j);
  }
#endif
}

void WeighSimilaritiesTarget(const CylinderWords& a, const CylinderWords& b, int prior,
                             int rival_prior, uint16_t* HWY_RESTRICT similarities,
                             float* HWY_RESTRICT best) {
  const Floats df;
  const Ints di;
  const Shorts ds;
  const hn::RebindToUnsigned<Floats> du;
  const int lanes = static_cast<int>(hn::Lanes(df));
  const int a_stride = Padded(a.count);
  const int stride = Padded(b.count);
  HWY_ALIGN uint32_t counts[2 * kMinutiaePadded];
  HWY_ALIGN float row_best[kMinutiaePadded];
  for (int j = 0; j < stride; ++j) best[j] = 0.0F;
  for (int i = 0; i < a.count; ++i) {
    uint64_t own[kWords];
    for (int w = 0; w < kWords; ++w) own[w] = a.words[w * a_stride + i];
    CountBits(own, b, counts);
    auto row_most = hn::Zero(df);
    for (int j = 0; j < stride; j += lanes) {
#if HWY_TARGET == HWY_SCALAR
      const auto both = hn::LoadU(du, counts + 2 * j);
      const auto total = hn::LoadU(du, counts + 2 * j + 1);
#else
      auto both = hn::Zero(du);
      auto total = hn::Zero(du);
      hn::LoadInterleaved2(du, counts + 2 * j, both, total);
#endif
      const auto product = hn::Mul(hn::ConvertTo(df, hn::BitCast(di, both)),
                                   hn::Set(df, 2.0F * static_cast<float>(kSimilarityMax)));
      const auto divisor = hn::Add(hn::ConvertTo(df, hn::BitCast(di, total)),
                                   hn::Set(df, static_cast<float>(prior)));
      const auto s = Quotient(product, divisor);
      row_most = hn::Max(row_most, s);
      hn::StoreU(hn::Max(hn::LoadU(df, best + j), s), df, best + j);
      hn::StoreU(hn::DemoteTo(ds, hn::ConvertTo(di, s)), ds, similarities + i * stride + j);
    }
    row_best[i] = hn::GetLane(hn::MaxOfLanes(df, row_most));
  }
  const auto priors = hn::Set(df, static_cast<float>(rival_prior));
  for (int i = 0; i < a.count; ++i) {
    const auto row = hn::Set(df, row_best[i]);
    for (int j = 0; j < stride; j += lanes) {
      const auto s =
          hn::ConvertTo(df, hn::PromoteTo(di, hn::LoadU(ds, similarities + i * stride + j)));
      const auto rival = hn::Add(hn::Max(row, hn::LoadU(df, best + j)), priors);
      const auto once = Quotient(hn::Mul(s, s), rival);
      const auto twice = Quotient(hn::Mul(once, s), rival);
      hn::StoreU(hn::DemoteTo(ds, hn::ConvertTo(di, twice)), ds, similarities + i * stride + j);
    }
  }
}

// The distance rounded to whole units.
template <class V>
HWY_INLINE hn::Vec<Ints> Rounded(V dx, V dy) {
  const Floats df;
  const auto length = hn::Sqrt(hn::Add(hn::Mul(dx, dx), hn::Mul(dy, dy)));
  return hn::ConvertTo(Ints(), hn::Add(length, hn::Set(df, 0.5F)));
}

int FindRelativesTarget(const TurnOrder& c, int u, int following, float tolerance, float growth,
                        uint32_t* HWY_RESTRICT out) {
  const Floats df;
  const Ints di;
  const int lanes = static_cast<int>(hn::Lanes(df));
  const auto px = hn::Set(df, c.probe_x[u]);
  const auto py = hn::Set(df, c.probe_y[u]);
  const auto rx = hn::Set(df, c.reference_x[u]);
  const auto ry = hn::Set(df, c.reference_y[u]);
  const auto own = hn::Set(di, c.minutiae[u]);
  const auto none = hn::Zero(di);
  int count = 0;
  for (int s = 1; s <= following; s += lanes) {
    const int v = u + s;
    const auto d1 = Rounded(hn::Sub(hn::LoadU(df, c.probe_x + v), px),
                            hn::Sub(hn::LoadU(df, c.probe_y + v), py));
    const auto d2 = Rounded(hn::Sub(hn::LoadU(df, c.reference_x + v), rx),
                            hn::Sub(hn::LoadU(df, c.reference_y + v), ry));
    const auto gap = hn::Abs(hn::Sub(d1, d2));
    const auto range = hn::ShiftRight<5>(hn::Add(d1, d2));
    const auto middle = hn::ConvertTo(df, hn::Add(hn::ShiftLeft<4>(range), hn::Set(di, 8)));
    const auto limit =
        hn::ConvertTo(di, hn::Add(hn::Set(df, tolerance), hn::Mul(hn::Set(df, growth), middle)));
    const auto step = hn::Iota(di, s);
    const auto differs = hn::Xor(hn::LoadU(di, c.minutiae + v), own);
    const auto near = hn::And(hn::Lt(gap, limit), hn::Gt(hn::Set(di, following + 1), step));
    const auto free = hn::And(hn::Ne(hn::And(differs, hn::Set(di, 0xFFFF)), none),
                              hn::Ne(hn::ShiftRight<16>(differs), none));
    const auto keep = hn::And(near, free);
    if (hn::AllFalse(di, keep)) continue;
    const auto packed = hn::Or(hn::ShiftLeft<24>(step), hn::Or(hn::ShiftLeft<12>(gap), range));
    count += static_cast<int>(
        hn::CompressStore(packed, keep, di, reinterpret_cast<int32_t*>(out) + count));
  }
  return count;
}

int FindOptionsTarget(const PointArrays& placed, const uint16_t* directions, int count,
                      const PointArrays& references, const int32_t* reference_angles,
                      int reference_count, const PairingLimits& limits,
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
    for (int j = 0; j < reference_count && seen < kSeenMax; j += lanes) {
      const auto dx = hn::Sub(hn::LoadU(df, references.x + j), x);
      const auto dy = hn::Sub(hn::LoadU(df, references.y + j), y);
      const auto square = hn::Add(hn::Mul(dx, dx), hn::Mul(dy, dy));
      const auto close = hn::Lt(square, radius_square);
      if (hn::AllFalse(df, close)) continue;
      // The difference as a signed number of 16 bits, then its size.
      const auto turned = hn::Sub(direction, hn::LoadU(di, reference_angles + j));
      const auto gap = hn::Abs(hn::ShiftRight<16>(hn::ShiftLeft<16>(turned)));
      const auto keep = hn::And(hn::RebindMask(di, close), hn::Lt(gap, angle));
      uint8_t bits[8] = {};
      hn::StoreMaskBits(di, keep, bits);
      uint32_t left = bits[0];
      if (left == 0) continue;
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

void MeasureFromTarget(Point from, const PointArrays& points, int count,
                       int32_t* HWY_RESTRICT distances, int32_t* HWY_RESTRICT directions) {
  const Floats df;
  const Ints di;
  const int lanes = static_cast<int>(hn::Lanes(df));
  const auto zero = hn::Zero(df);
  for (int i = 0; i < count; i += lanes) {
    const auto dx = hn::Sub(hn::LoadU(df, points.x + i), hn::Set(df, from.x));
    const auto dy = hn::Sub(hn::LoadU(df, points.y + i), hn::Set(df, from.y));
    hn::StoreU(Rounded(dx, dy), di, distances + i);
    // The arc tangent as in DirectionOf; of a point itself it is that of 0.
    const auto ax = hn::Abs(dx);
    const auto ay = hn::Abs(dy);
    const auto most = hn::Max(ax, ay);
    const auto t =
        hn::Div(hn::Min(ax, ay), hn::IfThenElse(hn::Eq(most, zero), hn::Set(df, 1.0F), most));
    const auto s = hn::Mul(t, t);
    auto arc = hn::Set(df, 0.0208351F);
    for (const float c : {-0.0851330F, 0.1801410F, -0.3302995F, 0.9998660F}) {
      arc = hn::Add(hn::Set(df, c), hn::Mul(s, arc));
    }
    const auto units = hn::Mul(hn::Mul(t, arc), hn::Set(df, 32768.0F / 3.14159265F));
    auto direction = hn::ConvertTo(di, hn::Add(units, hn::Set(df, 0.5F)));
    direction = hn::IfThenElse(hn::RebindMask(di, hn::Gt(ay, ax)),
                               hn::Sub(hn::Set(di, 16384), direction), direction);
    direction = hn::IfThenElse(hn::RebindMask(di, hn::Lt(dx, zero)),
                               hn::Sub(hn::Set(di, 32768), direction), direction);
    direction = hn::IfThenElse(hn::RebindMask(di, hn::Lt(dy, zero)), hn::Neg(direction), direction);
    hn::StoreU(hn::And(direction, hn::Set(di, 65535)), di, directions + i);
  }
}

}  // namespace taanu::compare::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace taanu::compare {

HWY_EXPORT(WeighSimilaritiesTarget);
HWY_EXPORT(FindRelativesTarget);
HWY_EXPORT(FindOptionsTarget);
HWY_EXPORT(DisplaceTarget);
HWY_EXPORT(MarkInsideTarget);
HWY_EXPORT(MeasureFromTarget);

void WeighSimilarities(const CylinderWords& a, const CylinderWords& b, int prior, int rival_prior,
                       uint16_t* similarities, float* best) {
  HWY_DYNAMIC_DISPATCH(WeighSimilaritiesTarget)(a, b, prior, rival_prior, similarities, best);
}

int FindRelatives(const TurnOrder& candidates, int u, int following, float tolerance, float growth,
                  uint32_t* out) {
  return HWY_DYNAMIC_DISPATCH(FindRelativesTarget)(candidates, u, following, tolerance, growth,
                                                   out);
}

int FindOptions(const PointArrays& placed, const uint16_t* directions, int count,
                const PointArrays& references, const int32_t* reference_angles, int reference_count,
                const PairingLimits& limits, uint32_t* options) {
  return HWY_DYNAMIC_DISPATCH(FindOptionsTarget)(
      placed, directions, count, references, reference_angles, reference_count, limits, options);
}

void Displace(const Knots& knots, const PointArrays& places, const int32_t* own, int count,
              float reach_square, float stiffness, const PointArrays& displacements) {
  HWY_DYNAMIC_DISPATCH(DisplaceTarget)
  (knots, places, own, count, reach_square, stiffness, displacements);
}

void MarkInside(const HalfPlane* edges, int edge_count, float margin, const PointArrays& points,
                int count, float* inside) {
  HWY_DYNAMIC_DISPATCH(MarkInsideTarget)(edges, edge_count, margin, points, count, inside);
}

void MeasureFrom(Point from, const PointArrays& points, int count, int32_t* distances,
                 int32_t* directions) {
  HWY_DYNAMIC_DISPATCH(MeasureFromTarget)(from, points, count, distances, directions);
}

}  // namespace taanu::compare
#endif
