#include "enroll/extract/filter_cell.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "enroll/extract/filter_cell.cc"
#include <hwy/foreach_target.h>
// foreach_target.h must come first.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace taanu::extract::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void FilterCellTarget(const float* HWY_RESTRICT cell, ptrdiff_t stride, const TapRow* rows,
                      size_t row_count, const float* HWY_RESTRICT taps, float* HWY_RESTRICT out) {
  const hn::CappedTag<float, 8> d;
  constexpr size_t kLanes = hn::MaxLanes(d);
  constexpr size_t kVectors = kFilterCell / kLanes;
  static_assert(kVectors <= 16, "a cell is a whole number of vectors");
  // Two sums for each vector, of the even and the odd taps, so that no addition waits for the last.
  // Arrays of Highway's vectors are fine: no target of x86, NEON or the emulation is sizeless.
  hn::Vec<decltype(d)> even[kVectors];
  hn::Vec<decltype(d)> odd[kVectors];
  for (size_t v = 0; v < kVectors; ++v) even[v] = odd[v] = hn::Zero(d);
  for (size_t r = 0; r < row_count; ++r) {
    const TapRow& row = rows[r];
    const float* in = cell + row.dy * stride + ptrdiff_t{row.dx} * kFilterRows;
    const float* tap = taps + row.first;
    for (int i = 0; i < row.count; i += 2) {
      const auto first = hn::Set(d, tap[i]);
      const auto second = hn::Set(d, tap[i + 1]);
      for (size_t v = 0; v < kVectors; ++v) {
        even[v] = hn::Add(even[v], hn::Mul(first, hn::LoadU(d, in + v * kLanes)));
        odd[v] = hn::Add(odd[v], hn::Mul(second, hn::LoadU(d, in + kFilterRows + v * kLanes)));
      }
      in += 2 * kFilterRows;
    }
  }
  for (size_t v = 0; v < kVectors; ++v) hn::StoreU(hn::Add(even[v], odd[v]), d, out + v * kLanes);
}

}  // namespace taanu::extract::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace taanu::extract {

HWY_EXPORT(FilterCellTarget);

void FilterCell(const float* cell, ptrdiff_t stride, const TapRow* rows, size_t row_count,
                const float* taps, float* out) {
  HWY_DYNAMIC_DISPATCH(FilterCellTarget)(cell, stride, rows, row_count, taps, out);
}

}  // namespace taanu::extract
#endif
