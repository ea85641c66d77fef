#include "matcher/gallery/projection.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "matcher/gallery/projection.cc"
#include <hwy/foreach_target.h>
// foreach_target.h must come first.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace taanu::gallery::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR

void ProjectImpl(const int16_t* matrix, size_t rows, const int16_t* vector, size_t count,
                 int32_t* products) {
  ProjectScalar(matrix, rows, vector, count, products);
}

#else

void ProjectImpl(const int16_t* HWY_RESTRICT matrix, size_t rows,
                 const int16_t* HWY_RESTRICT vector, size_t count, int32_t* HWY_RESTRICT products) {
  const hn::CappedTag<int16_t, kProjectStep> d;
  const hn::Repartition<int32_t, decltype(d)> wide;
  using Sums = hn::Vec<decltype(wide)>[kProjectRows];
  for (size_t r = 0; r < rows; r += kProjectRows) {
    const int16_t* const row = matrix + r * count;
    Sums sums;
    Sums others;
    for (size_t own = 0; own < kProjectRows; ++own) sums[own] = others[own] = hn::Zero(wide);
    for (size_t k = 0; k < count; k += hn::Lanes(d)) {
      const auto factor = hn::LoadU(d, vector + k);
      for (size_t own = 0; own < kProjectRows; ++own) {
        sums[own] = hn::ReorderWidenMulAccumulate(wide, hn::LoadU(d, row + own * count + k), factor,
                                                  sums[own], others[own]);
      }
    }
    for (size_t own = 0; own < kProjectRows; ++own) {
      products[r + own] = hn::GetLane(hn::SumOfLanes(wide, hn::Add(sums[own], others[own])));
    }
  }
}

#endif

}  // namespace taanu::gallery::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace taanu::gallery {

HWY_EXPORT(ProjectImpl);

void Project(const int16_t* matrix, size_t rows, const int16_t* vector, size_t count,
             int32_t* products) {
  HWY_DYNAMIC_DISPATCH(ProjectImpl)(matrix, rows, vector, count, products);
}

void ProjectScalar(const int16_t* matrix, size_t rows, const int16_t* vector, size_t count,
                   int32_t* products) {
  for (size_t r = 0; r < rows; ++r) {
    int32_t sum = 0;
    for (size_t k = 0; k < count; ++k) sum += matrix[r * count + k] * int32_t{vector[k]};
    products[r] = sum;
  }
}

}  // namespace taanu::gallery
#endif
