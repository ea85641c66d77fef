#include "enroll/load/csv.h"

#include <string_view>
#include <utility>

#include "enroll/text/utf8.h"

namespace taanu {

CsvReader::CsvReader(std::istream* in, CsvLimits limits) : in_(in), limits_(limits) {}

void CsvReader::StartRow() {
  row_line_ = line_;
  state_ = State::kFieldStart;
  row_begun_ = false;
  row_bytes_ = 0;
  row_text_.clear();
  fields_.clear();
  field_.clear();
  problem_.reset();
}

void CsvReader::Refuse(const char* reason, std::string message) {
  problem_ = Error{ErrorCode::kBadInput, reason, std::move(message)};
  state_ = State::kSkip;
  fields_.clear();
  field_.clear();
}

void CsvReader::Put(char c) {
  if (c == '\0') {
    Refuse("CSV_NUL_BYTE", "a zero byte in the text; is this a CSV file, in UTF-8?");
    return;
  }
  if (++row_bytes_ > limits_.row_bytes_max) {
    Refuse("CSV_ROW_TOO_LONG",
           "the row is longer than " + std::to_string(limits_.row_bytes_max) +
               " bytes; is a closing quote missing? It was left out up to the end of line " +
               std::to_string(line_));
    return;
  }
  if (c == '\n' && line_ - row_line_ + 1 >= limits_.lines_max) {
    Refuse("CSV_UNCLOSED_QUOTE", "a quoted field goes on over more than " +
                                     std::to_string(limits_.lines_max) +
                                     " lines; a closing quote is missing. Everything up to line " +
                                     std::to_string(line_) + " was left out");
    return;
  }
  field_ += c;
}

void CsvReader::EndField() {
  if (problem_) return;
  if (fields_.size() == limits_.fields_max) {
    Refuse("CSV_TOO_MANY_FIELDS",
           "the row has more than " + std::to_string(limits_.fields_max) + " fields");
    return;
  }
  if (!IsUtf8(field_)) {
    Refuse("CSV_NOT_UTF8", "field " + std::to_string(fields_.size() + 1) +
                               " is not UTF-8; convert the file to UTF-8");
    return;
  }
  fields_.push_back(std::move(field_));
  field_.clear();
  state_ = State::kFieldStart;
}

bool CsvReader::EndLine() {
  if (!row_begun_ && !problem_) {  // an empty line is no row
    ++row_line_;
    row_text_.clear();
    state_ = State::kFieldStart;
    return false;
  }
  EndField();
  return true;
}

bool CsvReader::TakeFieldStart(char c) {
  if (c == '"') {
    row_begun_ = true;
    state_ = State::kQuoted;
    return false;
  }
  return TakePlain(c);
}

bool CsvReader::TakePlain(char c) {
  switch (c) {
    case '\n':
      return EndLine();
    case '\r':
      state_ = State::kReturn;
      return false;
    case ',':
      row_begun_ = true;
      EndField();
      return false;
    case '"':
      Refuse("CSV_STRAY_QUOTE",
             "a quote inside a field that does not begin with one; put the field in quotes and "
             "double the quotes inside it");
      return false;
    default:
      row_begun_ = true;
      state_ = State::kPlain;
      Put(c);
      return false;
  }
}

bool CsvReader::TakeAfterQuote(char c) {
  switch (c) {
    case '"':  // a doubled quote is one quote
      state_ = State::kQuoted;
      Put(c);
      return false;
    case ',':
    case '\r':
    case '\n':
      return TakePlain(c);
    default:
      Refuse("CSV_STRAY_QUOTE",
             "text after the closing quote of a field; double the quotes inside a field");
      return false;
  }
}

bool CsvReader::TakeAfterReturn(char c) {
  if (c == '\n') return EndLine();
  Refuse("CSV_STRAY_RETURN",
         "a carriage return that no line feed follows; lines end in CR LF or in LF");
  return false;
}

bool CsvReader::Take(char c) {
  bool ended = false;
  switch (state_) {
    case State::kFieldStart:
      ended = TakeFieldStart(c);
      break;
    case State::kPlain:
      ended = TakePlain(c);
      break;
    case State::kQuoted:
      if (c == '"') {
        state_ = State::kQuoteInQuoted;
      } else {
        Put(c);
        ended = problem_.has_value() && c == '\n';
      }
      break;
    case State::kQuoteInQuoted:
      ended = TakeAfterQuote(c);
      break;
    case State::kReturn:
      ended = TakeAfterReturn(c);
      break;
    case State::kSkip:
      ended = c == '\n';
      break;
  }
  if (c == '\n') ++line_;
  return ended;
}

Result<std::optional<CsvRow>> CsvReader::Finish() {
  if (problem_) return tl::make_unexpected(std::move(*problem_));
  return CsvRow{row_line_, std::move(fields_)};
}

Result<std::optional<CsvRow>> CsvReader::FinishAtEnd() {
  if (in_.failed()) {
    return Fail(
        ErrorCode::kUnavailable, "CSV_UNREADABLE",
        "the file could not be read beyond line " + std::to_string(line_) + "; check the disk");
  }
  if (state_ == State::kQuoted) {
    Refuse("CSV_UNCLOSED_QUOTE", "the file ends inside a quoted field; a closing quote is missing");
  } else if (state_ == State::kReturn) {
    Refuse("CSV_STRAY_RETURN", "the file ends in a carriage return without a line feed");
  } else if (!row_begun_ && !problem_) {
    return std::nullopt;
  } else {
    EndField();
  }
  return Finish();
}

Result<std::optional<CsvRow>> CsvReader::Next() {
  StartRow();
  for (;;) {
    if (state_ == State::kSkip && !in_.SkipToLineFeed()) return FinishAtEnd();
    const std::string_view block = in_.Peek();
    if (block.empty()) return FinishAtEnd();
    size_t taken = 0;
    bool ended = false;
    do {
      const char c = block[taken++];
      if (row_text_.size() < kRowTextBytesMax) row_text_ += c;
      ended = Take(c);
    } while (!ended && taken < block.size() && state_ != State::kSkip);
    in_.Take(taken);
    if (ended) return Finish();
  }
}

std::string CsvLine(const std::vector<std::string>& fields) {
  std::string line;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line += ',';
    const std::string& field = fields[i];
    // A row of one empty field would be an empty line, which readers pass over.
    const bool quoted = field.find_first_of(",\"\r\n") != std::string::npos ||
                        (field.empty() && fields.size() == 1);
    if (!quoted) {
      line += field;
      continue;
    }
    line += '"';
    for (const char c : field) {
      if (c == '"') line += '"';
      line += c;
    }
    line += '"';
  }
  return line += "\r\n";
}

}  // namespace taanu
