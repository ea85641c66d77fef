// The same figures as tables for a spreadsheet (RFC 4180, UTF-8, no cell begins a formula). What is
// not known or not told is empty.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "service/observers/figures.h"

namespace taanu::observers {

struct CsvTable {
  std::string_view name;  // "turnout"
  std::string text;
};

// Every table, in the order of the page.
std::vector<CsvTable> CsvTables(const Figures& figures);

}  // namespace taanu::observers
