#include "matcher/compare/cylinder_rows.h"

#include <bit>
#include <cstring>

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

uint64_t UnseenOf(const Cylinder& cylinder) { return kAllCells & ~cylinder.valid; }

}  // namespace

void CylinderRows::Put(int row, size_t minutia, int number) {
  bytes_[static_cast<size_t>(row / 2 * stride_) + minutia] |=
      static_cast<uint8_t>(number << row % 2 * 4);
}

CylinderRows::CylinderRows(std::span<const Cylinder> cylinders)
    : stride_(Padded(static_cast<int>(cylinders.size()))) {
  totals_ = static_cast<size_t>(kRows / 2 * stride_);
  starts_ = totals_ + sizeof(uint16_t) * static_cast<size_t>(stride_);
  steps_ = starts_ + sizeof(uint16_t) * (cylinders.size() + 1);
  // Room for the steps that prints have on average, and more. Vectors that begin within the rows or
  // the totals end within the slack.
  constexpr size_t kSlackBytes = sizeof(uint16_t) * kSlack;
  bytes_.reserve(steps_ + sizeof(Step) * 32 * cylinders.size() + kSlackBytes);
  bytes_.resize(steps_);

  const auto set = [this](size_t array, size_t place, size_t number) {
    const auto narrow = static_cast<uint16_t>(number);
    std::memcpy(&bytes_[array + sizeof(uint16_t) * place], &narrow, sizeof(narrow));
  };
  const auto add = [this](int common_row, int lost_row, uint8_t bits) {
    bytes_.insert(bytes_.end(),
                  {static_cast<uint8_t>(common_row), static_cast<uint8_t>(lost_row), bits});
  };
  const auto step_count = [this] { return (bytes_.size() - steps_) / sizeof(Step); };
  for (size_t i = 0; i < cylinders.size(); ++i) {
    set(starts_, i, step_count());
    const Cylinder& cylinder = cylinders[i];
    uint64_t any = 0;
    int total = 0;
    for (int layer = 0; layer < kLayers; ++layer) {
      const uint64_t word = cylinder.layers[static_cast<size_t>(layer)];
      any |= word;
      ForFours(word, [&](int four, uint8_t bits) {
        const int row = kMarksRow + layer * kFours + four;
        Put(row, i, bits);
        add(row, kUnseenRow + four, bits);
      });
    }
    for (; any != 0; any &= any - 1) {
      const int cell = std::countr_zero(any);
      int count = 0;
      for (size_t k = 0; k < cylinder.planes.size(); ++k) {
        count |= static_cast<int>(cylinder.planes[k] >> cell & 1) << k;
      }
      Put(kCountsRow + cell, i, count);
      total += count;
    }
    set(totals_, i, static_cast<size_t>(total));
    uint64_t left = UnseenOf(cylinder);
    ForFours(left, [&](int four, uint8_t bits) { Put(kUnseenRow + four, i, bits); });
    for (; left != 0; left &= left - 1) {
      add(kEmptyRow, kCountsRow + std::countr_zero(left), Step::kWhole);
    }
  }
  set(starts_, cylinders.size(), step_count());
  bytes_.resize(bytes_.size() + kSlackBytes);
}

}  // namespace taanu::compare
