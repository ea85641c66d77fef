// A print's cylinders as the similarity kernel reads them (table_kernels.h).
//
// A cylinder marks about a tenth of its bits. So for each minutia of the probe there is a list of
// what it marks, and only that is looked up among all minutiae of the reference, which lie side by
// side in rows: one for every four cells of a layer, one for where each four cells were not imaged,
// and one for how many layers mark each cell. A number in a row is below 16, and two rows share
// theirs, since what comparisons in turn read is seldom in a cache. Every print has both forms.
//
// Thread-safety: immutable once built.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "matcher/compare/cylinder.h"

namespace taanu::compare {

class CylinderRows {
 public:
  static constexpr int kFours = kCylinderCells / 4;
  // The cells that a layer marks of four ones, at layer * kFours + four.
  static constexpr int kMarksRow = 0;
  // Those of four cells that lie where the print was not imaged.
  static constexpr int kUnseenRow = kMarksRow + kLayers * kFours;
  // Nothing of any minutia.
  static constexpr int kEmptyRow = kUnseenRow + kFours;
  // How many layers mark a cell.
  static constexpr int kCountsRow = kEmptyRow + 1;
  static constexpr int kRows = kCountsRow + kCylinderCells;
  // Rows may be read so far beyond their end.
  static constexpr int kSlack = 32;

  // What is looked up of every minutia of the other print: for four cells of a layer of which a
  // minutia marks some, which of them the other one marks too, and for which the other print was
  // not imaged; for a cell where its own print was not imaged, how many layers the other one marks.
  // The first kind counts bits of both rows that are among `bits`, the second, of which `bits` is
  // kWhole, adds the number in the second row.
  struct Step {
    static constexpr uint8_t kWhole = 16;

    uint8_t common_row = 0;
    uint8_t lost_row = 0;
    uint8_t bits = 0;
  };
  static constexpr int kStepMost = 6;  // that a step adds

  CylinderRows() = default;
  explicit CylinderRows(std::span<const Cylinder> cylinders);

  // Row 2r in the low half of each byte and 2r + 1 in the high one, of Padded(count) minutiae; the
  // padding marks nothing.
  const uint8_t* TwoRows(int r) const { return bytes_.data() + r * stride_; }
  // How many bits each of Padded(count) minutiae marks.
  const uint16_t* totals() const { return reinterpret_cast<const uint16_t*>(&bytes_[totals_]); }

  // What minutia i asks for.
  std::span<const Step> Steps(int i) const {
    const uint16_t* const start = starts() + i;
    const auto* const steps = reinterpret_cast<const Step*>(&bytes_[steps_]);
    return {steps + start[0], steps + start[1]};
  }

  // Ask for what a comparison reads of the reference, and of the probe.
  void PrefetchRows() const { Prefetch(0, starts_); }
  void PrefetchSteps() const { Prefetch(totals_, bytes_.size()); }

 private:
  // Where the steps of each minutia begin, and the last ones end.
  const uint16_t* starts() const { return reinterpret_cast<const uint16_t*>(&bytes_[starts_]); }
  void Prefetch(size_t begin, size_t end) const {
    constexpr size_t kLine = 64;
    for (size_t k = begin; k < end; k += kLine) __builtin_prefetch(&bytes_[k]);
  }
  // Puts a number at a minutia of a row.
  void Put(int row, size_t minutia, int number);

  int stride_ = 0;
  // Rows, totals, starts and steps, in one place, so that few pages are touched.
  std::vector<uint8_t> bytes_;
  size_t totals_ = 0;
  size_t starts_ = 0;
  size_t steps_ = 0;
};
static_assert(kCylinderCells % 4 == 0 && CylinderRows::kRows % 2 == 0);
static_assert(CylinderRows::kStepMost >= kLayers && CylinderRows::kStepMost >= 4);

}  // namespace taanu::compare
