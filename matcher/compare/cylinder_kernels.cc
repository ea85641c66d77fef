#include "matcher/compare/cylinder_kernels.h"

#include <bit>

#include "matcher/compare/set_bits.h"

// AVX-512 with a population count of bytes (Ice Lake and later) is a target of its own.
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "matcher/compare/cylinder_kernels.cc"
#include <hwy/foreach_target.h>
// foreach_target.h must come first.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace taanu::compare::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, kLaneStep>;
using Ints = hn::RebindToSigned<Floats>;

int FindNeighboursTarget(const Targets& minutiae, int count, int own, Rotation turn,
                         const PlaceGrid& grid, uint32_t* HWY_RESTRICT neighbours) {
  const Floats d;
  const Ints di;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const auto cosine = hn::Set(d, turn.cosine);
  const auto sine = hn::Set(d, turn.sine);
  const auto half = hn::Set(d, grid.half_width);
  const auto width = hn::Set(d, 2.0F * grid.half_width);
  const auto last = hn::Set(d, PlaceGrid::kSide - 1);
  const auto zero = hn::Zero(d);
  int found = 0;
  for (int k = 0; k < count; k += lanes) {
    const auto dx = hn::Sub(hn::LoadU(d, minutiae.x + k), hn::Set(d, minutiae.x[own]));
    const auto dy = hn::Sub(hn::LoadU(d, minutiae.y + k), hn::Set(d, minutiae.y[own]));
    const auto x = hn::Add(hn::Add(hn::Mul(dx, cosine), hn::Mul(dy, sine)), half);
    const auto y = hn::Add(hn::Sub(hn::Mul(dy, cosine), hn::Mul(dx, sine)), half);
    const auto within = hn::And(hn::And(hn::Ge(x, zero), hn::Ge(y, zero)),
                                hn::And(hn::Lt(x, width), hn::Lt(y, width)));
    const auto other = hn::Ne(hn::Add(hn::Iota(di, 0), hn::Set(di, k)), hn::Set(di, own));
    uint8_t bits[8] = {};
    hn::StoreMaskBits(di, hn::And(hn::RebindMask(di, within), other), bits);
    // What lies elsewhere is not kept.
    const auto clamp = [&](auto row) HWY_ATTR { return hn::Min(hn::Max(row, zero), last); };
    const auto place_width = hn::Set(d, grid.place_width);
    const auto u = clamp(hn::Trunc(hn::Div(x, place_width)));
    const auto v = clamp(hn::Trunc(hn::Div(y, place_width)));
    const auto place = hn::Add(hn::Mul(v, hn::Set(d, PlaceGrid::kSide)), u);
    const auto turned =
        hn::Sub(hn::LoadU(di, minutiae.angles + k), hn::Set(di, minutiae.angles[own]));
    const auto direction = hn::And(hn::ShiftRight<8>(turned), hn::Set(di, 255));
    const auto packed = hn::Or(hn::ShiftLeft<8>(hn::ConvertTo(di, place)), direction);
    const auto order = hn::IndicesFromVec(di, hn::LoadU(di, kSetBits<int32_t>[bits[0]].data()));
    hn::StoreU(hn::TableLookupLanes(packed, order), di,
               reinterpret_cast<int32_t*>(neighbours) + found);
    found += std::popcount(bits[0]);
  }
  return found;
}

uint64_t CellsInsideTarget(std::span<const HalfPlane> edges, float margin, Point middle,
                           Rotation turn, const CellArrays& cells) {
  const Floats d;
  const auto cosine = hn::Set(d, turn.cosine);
  const auto sine = hn::Set(d, turn.sine);
  uint64_t inside = 0;
  for (int c = 0; c < CellArrays::kPadded; c += static_cast<int>(hn::Lanes(d))) {
    const auto cell_x = hn::LoadU(d, cells.x.data() + c);
    const auto cell_y = hn::LoadU(d, cells.y.data() + c);
    const auto x =
        hn::Sub(hn::Add(hn::Set(d, middle.x), hn::Mul(cell_x, cosine)), hn::Mul(cell_y, sine));
    const auto y =
        hn::Add(hn::Add(hn::Set(d, middle.y), hn::Mul(cell_x, sine)), hn::Mul(cell_y, cosine));
    auto beyond = hn::MaskFromVec(hn::Zero(d));
    for (const HalfPlane& edge : edges) {
      const auto reach =
          hn::Add(hn::Mul(hn::Set(d, edge.normal_x), x), hn::Mul(hn::Set(d, edge.normal_y), y));
      beyond = hn::Or(beyond, hn::Gt(reach, hn::Set(d, edge.offset + margin)));
    }
    uint8_t bits[8] = {};
    hn::StoreMaskBits(d, hn::Not(beyond), bits);
    inside |= uint64_t{bits[0]} << c;
  }
  constexpr uint64_t kAllCells = (uint64_t{1} << kCylinderCells) - 1;
  return edges.empty() ? 0 : inside & kAllCells;
}

}  // namespace taanu::compare::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace taanu::compare {

HWY_EXPORT(FindNeighboursTarget);
HWY_EXPORT(CellsInsideTarget);

int FindNeighbours(const Targets& minutiae, int count, int own, Rotation turn,
                   const PlaceGrid& grid, uint32_t* neighbours) {
  return HWY_DYNAMIC_DISPATCH(FindNeighboursTarget)(minutiae, count, own, turn, grid, neighbours);
}

uint64_t CellsInside(std::span<const HalfPlane> edges, float margin, Point middle, Rotation turn,
                     const CellArrays& cells) {
  return HWY_DYNAMIC_DISPATCH(CellsInsideTarget)(edges, margin, middle, turn, cells);
}

}  // namespace taanu::compare
#endif
