#include "service/ledger/small_cells.h"

#include <algorithm>
#include <utility>

namespace taanu {

void MergeSmallCells(std::vector<StatisticsCell>* cells) {
  StatisticsCell others;
  others.merged = true;
  const auto join = [&](const StatisticsCell& cell) { others.attempt_count += cell.attempt_count; };
  std::vector<StatisticsCell> kept;
  for (StatisticsCell& cell : *cells) {
    if (cell.attempt_count < kCellMin) {
      join(cell);
    } else {
      kept.push_back(std::move(cell));
    }
  }
  while (others.attempt_count > 0 && others.attempt_count < kCellMin && !kept.empty()) {
    const auto smallest = std::ranges::min_element(kept, {}, &StatisticsCell::attempt_count);
    join(*smallest);
    kept.erase(smallest);
  }
  if (others.attempt_count > 0) kept.push_back(std::move(others));
  *cells = std::move(kept);
}

}  // namespace taanu
