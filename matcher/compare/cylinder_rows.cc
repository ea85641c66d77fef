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

int CountFours(uint64_t word) {
  return std::popcount((word | word >> 1 | word >> 2 | word >> 3) & kEveryFour);
}

uint64_t UnseenOf(const Cylinder& cylinder) { return kAllCells & ~cylinder.valid; }

}  // namespace

void CylinderRows::Put(int row, size_t minutia, int number) {
  bytes_[static_cast<size_t>(row / 2 * stride_) + minutia] |=
      static_cast<uint8_t>(number << row % 2 * 4);
}

CylinderRows::CylinderRows(std::span<const Cylinder> cylinders)
    : stride_(Padded(static_cast<int>(cylinders.size()))) {
  int step_count = 0;
  for (const Cylinder& cylinder : cylinders) {
    for (const uint64_t layer : cylinder.layers) step_count += CountFours(layer);
    step_count += std::popcount(UnseenOf(cylinder));
  }
  totals_ = static_cast<size_t>(kRows / 2 * stride_);
  starts_ = totals_ + sizeof(uint16_t) * static_cast<size_t>(stride_);
  steps_ = starts_ + sizeof(uint16_t) * (cylinders.size() + 1);
  // Vectors that begin within the totals end within the slack.
  bytes_.resize(steps_ + sizeof(Step) * static_cast<size_t>(step_count) +
                sizeof(uint16_t) * kSlack);

  auto* const totals = reinterpret_cast<uint16_t*>(&bytes_[totals_]);
  auto* const starts = reinterpret_cast<uint16_t*>(&bytes_[starts_]);
  auto* const steps = reinterpret_cast<Step*>(&bytes_[steps_]);
  uint16_t next = 0;
  for (size_t i = 0; i < cylinders.size(); ++i) {
    starts[i] = next;
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
        steps[next++] = {static_cast<uint8_t>(row), static_cast<uint8_t>(kUnseenRow + four), bits};
      });
    }
    totals[i] = static_cast<uint16_t>(total);
    for (; any != 0; any &= any - 1) {
      const int cell = std::countr_zero(any);
      int count = 0;
      for (size_t k = 0; k < cylinder.planes.size(); ++k) {
        count |= static_cast<int>(cylinder.planes[k] >> cell & 1) << k;
      }
      Put(kCountsRow + cell, i, count);
    }
    uint64_t left = UnseenOf(cylinder);
    ForFours(left, [&](int four, uint8_t bits) { Put(kUnseenRow + four, i, bits); });
    for (; left != 0; left &= left - 1) {
      const int row = kCountsRow + std::countr_zero(left);
      steps[next++] = {static_cast<uint8_t>(kEmptyRow), static_cast<uint8_t>(row), Step::kWhole};
    }
  }
  starts[cylinders.size()] = next;
}

}  // namespace taanu::compare
