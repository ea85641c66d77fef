// Reads and writes CSV as RFC 4180 defines it, in bounded memory.
//
// Beyond the RFC: a line may end in LF alone, a byte order mark at the beginning is dropped, and
// empty lines are passed over. Text is UTF-8; other bytes are refused.
//
// Thread-safety: a CsvReader belongs to one thread; the writing function is pure.
#pragma once

#include <array>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "matcher/error.h"

namespace taanu {

struct CsvLimits {
  // Bytes of all fields of a row together, without quotes and commas. A line of any length costs
  // no more memory than this.
  size_t row_bytes_max = size_t{64} << 10;
  size_t fields_max = 64;
};

struct CsvRow {
  uint64_t line = 0;  // where the row begins, counted from 1
  std::vector<std::string> fields;
};

class CsvReader {
 public:
  // `in` must outlive the reader, and be read by nobody else.
  explicit CsvReader(std::istream* in, CsvLimits limits = {});

  // The next row, or nothing at the end.
  //
  // Errors: kBadInput concerns the one row that begins at row_line(): reading goes on at the line
  // after it, so that one bad row does not cost the rest. Reasons: CSV_STRAY_QUOTE,
  // CSV_UNCLOSED_QUOTE, CSV_STRAY_RETURN, CSV_NUL_BYTE, CSV_NOT_UTF8, CSV_ROW_TOO_LONG,
  // CSV_TOO_MANY_FIELDS. kUnavailable: the file cannot be read any further.
  Result<std::optional<CsvRow>> Next();

  // Where the row that Next() gave or refused begins, counted from 1.
  uint64_t row_line() const { return row_line_; }
  // Bytes taken from the stream so far, for a progress line.
  uint64_t bytes_read() const { return bytes_before_block_ + block_at_; }

 private:
  enum class State : uint8_t { kFieldStart, kPlain, kQuoted, kQuoteInQuoted, kReturn, kSkip };

  std::optional<char> Get();
  void SkipByteOrderMark();
  void StartRow();
  void Put(char c);
  void EndField();
  // Notes what is wrong with the row, and leaves out the rest of it.
  void Refuse(const char* reason, std::string message);
  // Takes one character; true where it ends the row.
  bool Take(char c);
  bool TakeFieldStart(char c);
  bool TakePlain(char c);
  bool TakeAfterQuote(char c);
  bool TakeAfterReturn(char c);
  bool EndLine();
  Result<std::optional<CsvRow>> Finish();
  Result<std::optional<CsvRow>> FinishAtEnd();

  std::istream* in_;
  CsvLimits limits_;
  std::vector<char> block_;
  size_t block_at_ = 0;
  size_t block_size_ = 0;
  uint64_t bytes_before_block_ = 0;

  uint64_t line_ = 1;
  uint64_t row_line_ = 1;
  State state_ = State::kFieldStart;
  bool row_begun_ = false;
  size_t row_bytes_ = 0;
  std::vector<std::string> fields_;
  std::string field_;
  std::optional<Error> problem_;
};

// The row as one line with its CRLF; a field is quoted where the RFC asks for it.
std::string CsvLine(const std::vector<std::string>& fields);

}  // namespace taanu
