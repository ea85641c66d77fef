// What is shown to those who may see totals and nobody in particular: cells of few are told
// together.
//
// Thread-safety: pure functions.
#pragma once

#include <vector>

#include "service/ledger/sqlite_ledger.h"

namespace taanu {

// A cell of fewer could be of somebody in particular.
inline constexpr uint64_t kCellMin = 5;

// Joins cells under kCellMin into one, the last, which is marked and tells no dimension; where that
// is still under kCellMin, the smallest cell that is left joins them. The total stays what it was.
// Less than kCellMin in all stays one marked cell.
void MergeSmallCells(std::vector<StatisticsCell>* cells);
// The same rule for cases.
void MergeSmallCells(std::vector<CaseTally>* tallies);

}  // namespace taanu
