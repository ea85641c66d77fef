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

#include "enroll/load/block_reader.h"
#include "matcher/error.h"

namespace taanu {

struct CsvLimits {
  // Bytes of all fields of a row together, without quotes and commas. A line of any length costs
  // no more memory than this.
  size_t row_bytes_max = size_t{64} << 10;
  size_t fields_max = 64;
  // Lines that a row may go on over by line feeds within quotes. Where a closing quote is missing,
  // that is how many lines it costs.
  size_t lines_max = 1000;
};

struct CsvRow {
  uint64_t line = 0;  // where the row begins, counted from 1
  std::vector<std::string> fields;
};

// Bytes of a row's text that are kept for whoever mends it.
inline constexpr size_t kRowTextBytesMax = 1024;

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
  // The beginning of that row as it stands in the file, at most kRowTextBytesMax bytes of any kind.
  const std::string& row_text() const { return row_text_; }
  // Bytes taken from the stream so far, for a progress line.
  uint64_t bytes_read() const { return in_.bytes_taken(); }

 private:
  enum class State : uint8_t { kFieldStart, kPlain, kQuoted, kQuoteInQuoted, kReturn, kSkip };

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

  BlockReader in_;
  CsvLimits limits_;

  uint64_t line_ = 1;
  uint64_t row_line_ = 1;
  State state_ = State::kFieldStart;
  bool row_begun_ = false;
  size_t row_bytes_ = 0;
  std::string row_text_;
  std::vector<std::string> fields_;
  std::string field_;
  std::optional<Error> problem_;
};

// The row as one line with its CRLF; a field is quoted where the RFC asks for it.
std::string CsvLine(const std::vector<std::string>& fields);

}  // namespace taanu
