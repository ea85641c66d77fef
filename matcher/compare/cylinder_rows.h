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
  // How many layers mark a cell. A row before them is left empty.
  static constexpr int kCountsRow = kUnseenRow + kFours + 1;
  static constexpr int kRows = kCountsRow + kCylinderCells;
  // Rows may be read so far beyond their end.
  static constexpr int kSlack = 32;

  // Four cells of a layer of which some are marked.
  struct Step {
    uint8_t row = 0;
    uint8_t bits = 0;
  };

  CylinderRows() = default;
  explicit CylinderRows(std::span<const Cylinder> cylinders);

  // Row 2r in the low half of each byte and 2r + 1 in the high one, of Padded(count) minutiae; the
  // padding marks nothing.
  const uint8_t* TwoRows(int r) const { return bytes_.data() + r * stride_; }
  // How many bits each of Padded(count) minutiae marks.
  const uint16_t* totals() const { return reinterpret_cast<const uint16_t*>(&bytes_[totals_]); }

  // What minutia i marks.
  std::span<const Step> Steps(int i) const {
    const Start* const start = starts() + i;
    const auto* const steps = reinterpret_cast<const Step*>(&bytes_[steps_]);
    return {steps + start[0].step, steps + start[1].step};
  }
  // The cells of minutia i that lie where the print was not imaged.
  std::span<const uint8_t> Unseen(int i) const {
    const Start* const start = starts() + i;
    return {bytes_.data() + unseen_ + start[0].unseen, bytes_.data() + unseen_ + start[1].unseen};
  }

  // Ask for what a comparison reads of the reference, and of the probe.
  void PrefetchRows() const { Prefetch(0, starts_); }
  void PrefetchSteps() const { Prefetch(totals_, bytes_.size()); }

 private:
  // Where what belongs to a minutia begins.
  struct Start {
    uint16_t step;
    uint16_t unseen;
  };

  const Start* starts() const { return reinterpret_cast<const Start*>(&bytes_[starts_]); }
  void Prefetch(size_t begin, size_t end) const {
    constexpr size_t kLine = 64;
    for (size_t k = begin; k < end; k += kLine) __builtin_prefetch(&bytes_[k]);
  }
  // Puts a number at a minutia of a row.
  void Put(int row, size_t minutia, int number);

  int stride_ = 0;
  // Rows, totals, starts, steps and unseen cells, in one place, so that few pages are touched.
  std::vector<uint8_t> bytes_;
  size_t totals_ = 0;
  size_t starts_ = 0;
  size_t steps_ = 0;
  size_t unseen_ = 0;
};
static_assert(kCylinderCells % 4 == 0 && CylinderRows::kRows % 2 == 0);

}  // namespace taanu::compare
