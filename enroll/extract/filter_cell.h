// The inner loop of the enhancement: one cell of an image under one kernel, dispatched at run time
// to the widest vectors that the processor has. Every target gives the same bits: the additions
// are made in the same order, and never fused with the multiplications.
//
// Internal to enroll/extract. Thread-safety: pure function.
#pragma once

#include <cstddef>

namespace taanu::extract {

inline constexpr int kFilterRows = 4;
inline constexpr int kFilterColumns = 4;
inline constexpr int kFilterCell = kFilterRows * kFilterColumns;

// One row of a kernel: the taps that are not negligible. Their count is a multiple of 2.
struct TapRow {
  int dy = 0;
  int dx = 0;  // of the first tap
  int first = 0;
  int count = 0;
};

// `cell` points at the cell's first pixel in an image in which each element is followed by the
// three below it: element (x, y) of the image is at (y * stride + 4 * x), the one below it next.
// So a whole cell is 16 neighbouring floats, wherever it lies. `stride` is in floats. `out` takes
// the 16 sums, column by column.
void FilterCell(const float* cell, ptrdiff_t stride, const TapRow* rows, size_t row_count,
                const float* taps, float* out);

}  // namespace taanu::extract
