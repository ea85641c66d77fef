// A table of text for a terminal: columns aligned by two spaces.
//
// Thread-safety: plain values.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace taanu::cli {

class Table {
 public:
  // The columns from `numbers_from` on hold numbers, and are aligned to the right.
  Table(std::vector<std::string> header, size_t numbers_from);

  // `row` has as many cells as the header.
  void Add(std::vector<std::string> row);

  // Every line, each with its line feed. Widths count characters, not bytes, of UTF-8.
  std::string Text() const;
  // The same as CSV (RFC 4180).
  std::string Csv() const;

 private:
  std::vector<std::vector<std::string>> rows_;  // the header first
  size_t numbers_from_;
};

}  // namespace taanu::cli
