// Reads files of protocols: CSV (RFC 4180, UTF-8), a header row, one row for each precinct and
// source. README.md describes the columns.
//
// Strict: a file is taken as a whole or not at all, so that no row is lost without anybody
// noticing. Every byte is hostile; memory is bounded by the limits below. Thread-safety: pure
// functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/error.h"
#include "service/reconcile/protocol.h"

namespace taanu::reconcile {

inline constexpr size_t kProtocolFileBytesMax = size_t{16} << 20;
inline constexpr size_t kProtocolsMax = 50'000;
inline constexpr size_t kProtocolColumnsMax = 1'000;
// Problems of one file that are told; there may be more.
inline constexpr size_t kProtocolProblemsMax = 20;

// What is wrong, and where.
struct ProtocolProblem {
  uint64_t line = 0;  // counted from 1; 0: the file as a whole
  std::string field;  // the column's name; empty: the row as a whole
  // CSV_... of enroll/load/csv.h, FILE_TOO_LARGE, FILE_EMPTY, TOO_MANY_ROWS, COLUMN_MISSING,
  // COLUMN_TWICE, COLUMN_UNKNOWN, FIELD_COUNT, PRECINCT_BAD, PRECINCT_TWICE, SOURCE_UNKNOWN,
  // NUMBER_BAD, COUNT_MISSING, COUNT_OF_THE_OTHER_SOURCE, CONTEST_INCOMPLETE.
  std::string reason;
  std::string message;

  // "line 7, spoiled: NUMBER_BAD: must be ...".
  std::string Text() const;
};

struct ProtocolRow {
  Protocol protocol;
  uint64_t line = 0;
};

struct ProtocolFile {
  std::vector<ProtocolRow> rows;          // in the order of the file
  std::vector<ProtocolProblem> problems;  // empty where the file may be used

  // The first problem as an error, kBadInput, with how many more there are.
  Status Check() const;
};

ProtocolFile ReadProtocols(std::string_view file);

}  // namespace taanu::reconcile
