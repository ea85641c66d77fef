#include "matcher/compare/cylinder_rows.h"

#include <bit>

#include "matcher/compare/kernels.h"

namespace taanu::compare {
namespace {

constexpr uint64_t kEveryFour = 0x1111111111111111;
constexpr uint64_t kAllCells = (uint64_t{1} << kCylinderCells) - 1;

// Calls `visit(f, bits)` for every fth four cells of which some are set.
template <typename Visit>
void ForFours(uint64_t word, Visit visit) {
  uint64_t left = (word | word >> 1 | word >> 2 | word >> 3) & kEveryFour;
  for (; left != 0; left &= left - 1) {
    const int first = std::countr_zero(left);
    visit(first / 4, static_cast<uint8_t>(word >> first & 15));
  }
}

}  // namespace

void CylinderRows::Put(int row, size_t minutia, int number) {
  rows_[static_cast<size_t>(row / 2 * stride_) + minutia] |=
      static_cast<uint8_t>(number << row % 2 * 4);
}

CylinderRows::CylinderRows(std::span<const Cylinder> cylinders)
    : stride_(Padded(static_cast<int>(cylinders.size()))),
      rows_(static_cast<size_t>(kRows / 2 * stride_ + kSlack)),
      totals_(static_cast<size_t>(stride_ + kSlack)) {
  // Room for what prints have on average, and more.
  steps_.reserve(cylinders.size() * 24);
  unseen_.reserve(cylinders.size() * 8);
  step_starts_.reserve(cylinders.size() + 1);
  unseen_starts_.reserve(cylinders.size() + 1);
  step_starts_.push_back(0);
  unseen_starts_.push_back(0);
  for (size_t i = 0; i < cylinders.size(); ++i) {
    const Cylinder& cylinder = cylinders[i];
    uint64_t any = 0;
    int total = 0;
    for (int layer = 0; layer < kLayers; ++layer) {
      const uint64_t word = cylinder.layers[static_cast<size_t>(layer)];
      any |= word;
      total += std::popcount(word);
      ForFours(word, [&](int four, uint8_t bits) {
        const int row = kMarksRow + layer * kFours + four;
        Put(row, i, bits);
        steps_.push_back({static_cast<uint8_t>(row), bits});
      });
    }
    totals_[i] = static_cast<uint16_t>(total);
    for (; any != 0; any &= any - 1) {
      const int cell = std::countr_zero(any);
      int count = 0;
      for (size_t k = 0; k < cylinder.planes.size(); ++k) {
        count |= static_cast<int>(cylinder.planes[k] >> cell & 1) << k;
      }
      Put(kCountsRow + cell, i, count);
    }
    const uint64_t unseen = kAllCells & ~cylinder.valid;
    ForFours(unseen, [&](int four, uint8_t bits) { Put(kUnseenRow + four, i, bits); });
    for (uint64_t left = unseen; left != 0; left &= left - 1) {
      unseen_.push_back(static_cast<uint8_t>(std::countr_zero(left)));
    }
    step_starts_.push_back(static_cast<uint16_t>(steps_.size()));
    unseen_starts_.push_back(static_cast<uint16_t>(unseen_.size()));
  }
}

}  // namespace taanu::compare
