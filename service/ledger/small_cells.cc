#include "service/ledger/small_cells.h"

#include <algorithm>
#include <utility>

namespace taanu {

namespace {

template <typename Cell>
void Merge(uint64_t Cell::*count, std::vector<Cell>* cells) {
  Cell others;
  others.merged = true;
  const auto join = [&](const Cell& cell) { others.*count += cell.*count; };
  std::vector<Cell> kept;
  for (Cell& cell : *cells) {
    if (cell.*count < kCellMin) {
      join(cell);
    } else {
      kept.push_back(std::move(cell));
    }
  }
  while (others.*count > 0 && others.*count < kCellMin && !kept.empty()) {
    const auto smallest = std::ranges::min_element(kept, {}, count);
    join(*smallest);
    kept.erase(smallest);
  }
  if (others.*count > 0) kept.push_back(std::move(others));
  *cells = std::move(kept);
}

}  // namespace

void MergeSmallCells(std::vector<StatisticsCell>* cells) {
  Merge(&StatisticsCell::attempt_count, cells);
}

void MergeSmallCells(std::vector<CaseTally>* tallies) { Merge(&CaseTally::case_count, tallies); }

}  // namespace taanu
