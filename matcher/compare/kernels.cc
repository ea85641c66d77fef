#include "matcher/compare/kernels.h"

#include <algorithm>
#include <array>
#include <bit>

#include "matcher/compare/set_bits.h"

// AVX-512 with a population count of bytes (Ice Lake and later) is a target of its own.
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "matcher/compare/kernels.cc"
#include <hwy/foreach_target.h>
// foreach_target.h must come first.
#include <hwy/highway.h>

// What all targets share.
#ifndef TAANU_COMPARE_KERNELS_SHARED
#define TAANU_COMPARE_KERNELS_SHARED
namespace taanu::compare {

// Keys that are so few are ordered by counting for each how many are smaller.
inline constexpr int kRankedMax = 96;

}  // namespace taanu::compare
#endif

HWY_BEFORE_NAMESPACE();
namespace taanu::compare::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, kLaneStep>;
using Ints = hn::RebindToSigned<Floats>;

void SortKeysTarget(uint32_t* HWY_RESTRICT keys, int count) {
  const Ints d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  HWY_ALIGN int32_t unordered[kRankedMax + 2 * kLaneStep];
  HWY_ALIGN int32_t ranks[kRankedMax + 2 * kLaneStep];
  for (int k = 0; k < count; ++k) unordered[k] = static_cast<int32_t>(keys[k]);
  for (int k = count; k < count + 2 * kLaneStep; ++k) unordered[k] = 0;
  for (int k = 0; k < count; k += 2 * lanes) {
    const auto some = hn::LoadU(d, unordered + k);
    const auto more = hn::LoadU(d, unordered + k + lanes);
    auto some_ranks = hn::Zero(d);
    auto more_ranks = hn::Zero(d);
    for (int other = 0; other < count; ++other) {
      const auto key = hn::Set(d, unordered[other]);
      some_ranks = hn::Sub(some_ranks, hn::VecFromMask(d, hn::Gt(some, key)));
      more_ranks = hn::Sub(more_ranks, hn::VecFromMask(d, hn::Gt(more, key)));
    }
    hn::StoreU(some_ranks, d, ranks + k);
    hn::StoreU(more_ranks, d, ranks + k + lanes);
  }
  for (int k = 0; k < count; ++k) keys[ranks[k]] = static_cast<uint32_t>(unordered[k]);
}

// Finds the options of one minutia among as many references as a vector holds.
class OptionFinder {
 public:
  OptionFinder(const PointArrays& placed, const uint16_t* directions, const Targets& references,
               const PairingLimits& limits)
      : x_(placed.x),
        y_(placed.y),
        directions_(directions),
        reference_x_(references.x),
        reference_y_(references.y),
        reference_angles_(references.angles),
        radius_square_(limits.radius * limits.radius),
        limits_(limits) {}

  // Writes those of minutia i and the references from j on, and more up to a whole vector. Returns
  // how many there are.
  HWY_INLINE int Find(int i, int j, uint32_t* HWY_RESTRICT options) const {
    const Floats df;
    const Ints di;
    const auto dx = hn::Sub(hn::LoadU(df, reference_x_ + j), hn::Set(df, x_[i]));
    const auto dy = hn::Sub(hn::LoadU(df, reference_y_ + j), hn::Set(df, y_[i]));
    const auto square = hn::Add(hn::Mul(dx, dx), hn::Mul(dy, dy));
    const auto close = hn::Lt(square, hn::Set(df, radius_square_));
    // The difference as a signed number of 16 bits, then its size.
    const auto turned = hn::Sub(hn::Set(di, directions_[i]), hn::LoadU(di, reference_angles_ + j));
    const auto gap = hn::Abs(hn::ShiftRight<16>(hn::ShiftLeft<16>(turned)));
    const auto keep = hn::And(hn::RebindMask(di, close), hn::Lt(gap, hn::Set(di, limits_.angle)));
    uint8_t bits[8] = {};
    hn::StoreMaskBits(di, keep, bits);
    const auto cost = hn::Add(hn::Mul(square, hn::Set(df, limits_.per_square)),
                              hn::Mul(hn::ConvertTo(df, gap), hn::Set(df, limits_.per_turn)));
    // PairOption::Pack of each: the low bits of a whole number and 2^23 are the number.
    const auto whole = hn::Add(hn::Trunc(cost), hn::Set(df, 8388608.0F));
    const auto pair = hn::Add(hn::Set(di, i << 8 | j), hn::Iota(di, 0));
    const auto packed = hn::Add(hn::ShiftLeft<16>(hn::BitCast(di, whole)), pair);
    // Those that are kept first, whatever follows: no branch could foretell how many are.
    const auto order = hn::IndicesFromVec(di, hn::LoadU(di, kSetBits<int32_t>[bits[0]].data()));
    hn::StoreU(hn::TableLookupLanes(packed, order), di, reinterpret_cast<int32_t*>(options));
    return std::popcount(bits[0]);
  }

 private:
  const float* x_;
  const float* y_;
  const uint16_t* directions_;
  const float* reference_x_;
  const float* reference_y_;
  const int32_t* reference_angles_;
  float radius_square_;
  PairingLimits limits_;
};

// No real print is so crowded; a made-up one must not cost more.
constexpr int kSeenMax = 24;

// Keeps the best of the options of one minutia.
int KeepBest(uint32_t* options, int count) {
  if (count <= kOptionsEach) return count;
  std::partial_sort(options, options + kOptionsEach, options + std::min(count, kSeenMax));
  return kOptionsEach;
}

// Where to look: a minutia and the first of some references, as PairOption has them.
class Places {
 public:
  // At most so many, and fewer where minutiae are crowded.
  static constexpr int kMax = 192;

  // Returns whether there is room for all.
  bool Fill(const float* x, int count, const ColumnIndex& columns, float radius) {
    const hn::CappedTag<uint16_t, kLaneStep> d;
    const int lanes = static_cast<int>(hn::Lanes(Floats()));
    constexpr int kEachMax = kLaneStep;
    // One place after another, unless vectors are too short.
    if (static_cast<int>(hn::Lanes(d)) < kEachMax) return false;
    const auto numbers = hn::Mul(hn::Iota(d, 0), hn::Set(d, static_cast<uint16_t>(lanes)));
    count_ = 0;
    for (int i = 0; i < count; ++i) {
      const int first = columns.First(x[i], radius);
      // At least one of each, so that it is known where its options end.
      const int some = std::max((columns.End(x[i], radius) - first + lanes - 1) / lanes, 1);
      if (some > kEachMax || count_ > kMax - kEachMax) return false;
      const auto begin = hn::Set(d, static_cast<uint16_t>(i << 8 | first));
      hn::StoreU(hn::Add(begin, numbers), d, places_.data() + count_);
      count_ += some;
    }
    return true;
  }

  int count() const { return count_; }
  uint32_t place(int k) const { return places_[static_cast<size_t>(k)]; }

 private:
  int count_ = 0;
  std::array<uint16_t, kMax + kLaneStep> places_;
};

int FindOptionsTarget(const PointArrays& placed, const uint16_t* directions, int count,
                      const Targets& references, const PairingLimits& limits,
                      uint32_t* HWY_RESTRICT options) {
  const OptionFinder finder(placed, directions, references, limits);
  int total = 0;
  Places places;
  if (!places.Fill(placed.x, count, *references.columns, limits.radius)) {
    const int lanes = static_cast<int>(hn::Lanes(Floats()));
    for (int i = 0; i < count; ++i) {
      const int end = references.columns->End(placed.x[i], limits.radius);
      int own = 0;
      for (int j = references.columns->First(placed.x[i], limits.radius); j < end && own < kSeenMax;
           j += lanes) {
        own += finder.Find(i, j, options + total + own);
      }
      total += KeepBest(options + total, own);
    }
    return total;
  }
  // The same in one loop, whose end can be foretold.
  std::array<int, kMinutiaeMax> ends;
  for (int k = 0; k < places.count(); ++k) {
    const int i = PairOption::Probe(places.place(k));
    total += finder.Find(i, PairOption::Reference(places.place(k)), options + total);
    ends[static_cast<size_t>(i)] = total;
  }
  int most = 0;
  for (int i = 0; i < count; ++i) {
    most = std::max(most,
                    ends[static_cast<size_t>(i)] - (i == 0 ? 0 : ends[static_cast<size_t>(i - 1)]));
  }
  if (most <= kOptionsEach) return total;
  int begin = 0;
  total = 0;
  for (int i = 0; i < count; ++i) {
    const int end = ends[static_cast<size_t>(i)];
    const int kept = KeepBest(options + begin, end - begin);
    std::copy_n(options + begin, kept, options + total);
    total += kept;
    begin = end;
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

void MoveTarget(const Motion& motion, const PointArrays& points, int count,
                const PointArrays& moved) {
  const Floats d;
  const auto cosine = hn::Set(d, motion.rotation.cosine);
  const auto sine = hn::Set(d, motion.rotation.sine);
  for (int i = 0; i < count; i += static_cast<int>(hn::Lanes(d))) {
    const auto x = hn::LoadU(d, points.x + i);
    const auto y = hn::LoadU(d, points.y + i);
    const auto turned_x = hn::Sub(hn::Mul(cosine, x), hn::Mul(sine, y));
    const auto turned_y = hn::Add(hn::Mul(sine, x), hn::Mul(cosine, y));
    hn::StoreU(hn::Add(turned_x, hn::Set(d, motion.shift.x)), d, moved.x + i);
    hn::StoreU(hn::Add(turned_y, hn::Set(d, motion.shift.y)), d, moved.y + i);
  }
}

void MoveBackTarget(const Motion& motion, const PointArrays& points, int count,
                    const PointArrays& moved) {
  const Floats d;
  const auto cosine = hn::Set(d, motion.rotation.cosine);
  const auto sine = hn::Set(d, motion.rotation.sine);
  for (int i = 0; i < count; i += static_cast<int>(hn::Lanes(d))) {
    const auto x = hn::Sub(hn::LoadU(d, points.x + i), hn::Set(d, motion.shift.x));
    const auto y = hn::Sub(hn::LoadU(d, points.y + i), hn::Set(d, motion.shift.y));
    hn::StoreU(hn::Add(hn::Mul(cosine, x), hn::Mul(sine, y)), d, moved.x + i);
    hn::StoreU(hn::Sub(hn::Mul(cosine, y), hn::Mul(sine, x)), d, moved.y + i);
  }
}

void TakeLogarithmsTarget(const float* HWY_RESTRICT numbers, int count,
                          float* HWY_RESTRICT logarithms) {
  const hn::CappedTag<double, kLaneStep / 2> d;
  const hn::RebindToUnsigned<decltype(d)> du;
  const hn::RebindToSigned<decltype(d)> di;
  const hn::Rebind<float, decltype(d)> df;
  const auto one = hn::Set(d, 1.0);
  // The steps of LogOf.
  for (int k = 0; k < count; k += static_cast<int>(hn::Lanes(d))) {
    const auto bits = hn::BitCast(du, hn::PromoteTo(d, hn::LoadU(df, numbers + k)));
    const auto fraction = hn::BitCast(d, hn::Or(hn::And(bits, hn::Set(du, 0xFFFFFFFFFFFFFULL)),
                                                hn::Set(du, 0x3FE0000000000000ULL)));
    const auto exponent =
        hn::ConvertTo(d, hn::BitCast(di, hn::Sub(hn::ShiftRight<52>(bits), hn::Set(du, 1022))));
    const auto low = hn::Lt(fraction, hn::Set(d, 0.70710678118654752440));
    const auto m = hn::IfThenElse(low, hn::Mul(fraction, hn::Set(d, 2.0)), fraction);
    const auto e = hn::Sub(exponent, hn::IfThenElseZero(low, one));
    const auto t = hn::Div(hn::Sub(m, one), hn::Add(m, one));
    const auto s = hn::Mul(t, t);
    auto series = hn::Set(d, 1.0 / 9);
    for (const double term : {1.0 / 7, 1.0 / 5, 1.0 / 3, 1.0}) {
      series = hn::Add(hn::Set(d, term), hn::Mul(s, series));
    }
    const auto sum = hn::Add(hn::Mul(e, hn::Set(d, 0.69314718055994530942)),
                             hn::Mul(hn::Mul(hn::Set(d, 2.0), t), series));
    hn::StoreU(hn::DemoteTo(df, sum), df, logarithms + k);
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

HWY_EXPORT(SortKeysTarget);
HWY_EXPORT(FindOptionsTarget);
HWY_EXPORT(DisplaceTarget);
HWY_EXPORT(MarkInsideTarget);
HWY_EXPORT(MoveTarget);
HWY_EXPORT(MoveBackTarget);
HWY_EXPORT(TakeLogarithmsTarget);
HWY_EXPORT(NameOfTarget);
HWY_EXPORT(MeasureCrowdTarget);

void SortKeys(uint32_t* keys, int count) {
  if (count > kRankedMax) {
    std::sort(keys, keys + count);
  } else {
    HWY_DYNAMIC_DISPATCH(SortKeysTarget)(keys, count);
  }
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

void Move(const Motion& motion, const PointArrays& points, int count, const PointArrays& moved) {
  HWY_DYNAMIC_DISPATCH(MoveTarget)(motion, points, count, moved);
}

void MoveBack(const Motion& motion, const PointArrays& points, int count,
              const PointArrays& moved) {
  HWY_DYNAMIC_DISPATCH(MoveBackTarget)(motion, points, count, moved);
}

void TakeLogarithms(const float* numbers, int count, float* logarithms) {
  HWY_DYNAMIC_DISPATCH(TakeLogarithmsTarget)(numbers, count, logarithms);
}

std::vector<int64_t> KernelTargets() { return hwy::SupportedAndGeneratedTargets(); }

const char* KernelTarget() { return HWY_DYNAMIC_DISPATCH(NameOfTarget)(); }

}  // namespace taanu::compare
#endif
