#include "service/reconcile/protocol_csv.h"

#include <algorithm>
#include <charconv>
#include <istream>
#include <optional>
#include <set>
#include <streambuf>
#include <utility>

#include "enroll/load/csv.h"
#include "enroll/register/register.h"
#include "service/reconcile/protocol_columns.h"

namespace taanu::reconcile {
namespace {

constexpr size_t kRowBytesMax = size_t{256} << 10;

// Reads the caller's bytes where they are.
class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view view) {
    char* const begin = const_cast<char*>(view.data());  // only ever read
    setg(begin, begin, begin + view.size());
  }
};

std::optional<uint64_t> ParseCount(std::string_view text) {
  uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count > kCountMax) {
    return std::nullopt;
  }
  return count;
}

class FileReader {
 public:
  ProtocolFile Read(std::string_view text) {
    if (text.size() > kProtocolFileBytesMax) {
      Complain({}, "FILE_TOO_LARGE", "a file of protocols has at most 16 MiB; split it");
      return std::move(file_);
    }
    ViewBuffer buffer(text);
    std::istream in(&buffer);
    CsvReader csv(
        &in, {.row_bytes_max = kRowBytesMax, .fields_max = kProtocolColumnsMax, .lines_max = 1});
    if (!ReadHeader(&csv)) return std::move(file_);
    while (ReadRow(&csv)) {
    }
    line_ = 0;
    if (file_.rows.empty() && file_.problems.empty()) {
      Complain({}, "FILE_EMPTY", "there is no protocol below the header");
    }
    return std::move(file_);
  }

 private:
  void Complain(std::string_view field, std::string_view reason, std::string message) {
    file_.problems.push_back({line_, std::string(field), std::string(reason), std::move(message)});
  }

  // False where the rows below cannot be understood without it.
  bool ReadHeader(CsvReader* csv) {
    const auto header = csv->Next();
    line_ = csv->row_line();
    if (!header) {
      Complain({}, header.error().reason, header.error().message);
    } else if (!header->has_value()) {
      line_ = 0;
      Complain({}, "FILE_EMPTY", "the file is empty; it needs a header row and a row a protocol");
    } else {
      columns_ = ReadColumns((*header)->fields, line_, &file_.problems);
    }
    return file_.problems.empty();
  }

  // False at the end, or where nobody would read any further.
  bool ReadRow(CsvReader* csv) {
    const auto row = csv->Next();
    line_ = csv->row_line();
    if (!row) {
      Complain({}, row.error().reason, row.error().message);
      return row.error().code == ErrorCode::kBadInput && GoesOn();
    }
    if (!row->has_value()) return false;
    if (file_.rows.size() == kProtocolsMax) {
      Complain({}, "TOO_MANY_ROWS", "a file has at most 50,000 protocols; split it");
      return false;
    }
    TakeRow((*row)->fields);
    return GoesOn();
  }

  bool GoesOn() const { return file_.problems.size() < kProtocolProblemsMax; }

  void TakeRow(const std::vector<std::string>& fields) {
    if (fields.size() != columns_.column_count) {
      Complain({}, "FIELD_COUNT",
               "the row has " + std::to_string(fields.size()) + " fields and the header " +
                   std::to_string(columns_.column_count));
      return;
    }
    Protocol protocol;
    protocol.precinct_id = fields[columns_.precinct];
    if (!ValidatePrecinctId(protocol.precinct_id)) {
      Complain("precinct", "PRECINCT_BAD", "must be 1 to 32 characters of A-Z a-z 0-9 . _ -");
      return;
    }
    if (!TakeSource(fields[columns_.source], &protocol)) return;
    if (!seen_.emplace(protocol.precinct_id, protocol.source).second) {
      Complain("precinct", "PRECINCT_TWICE",
               "the file has two protocols of precinct " + protocol.precinct_id + " by " +
                   std::string(SourceName(protocol.source)) + "; keep the one that holds");
      return;
    }
    TakeCounts(fields, &protocol);
    TakeVotes(fields, &protocol);
    file_.rows.push_back({std::move(protocol), line_});
  }

  bool TakeSource(const std::string& text, Protocol* protocol) {
    if (text == "machine") {
      protocol->source = Source::kMachine;
    } else if (text == "hand") {
      protocol->source = Source::kHand;
    } else {
      Complain("source", "SOURCE_UNKNOWN", "must be machine or hand");
      return false;
    }
    return true;
  }

  // An empty field is a figure that is not stated.
  std::optional<uint64_t> Count(const std::string& text, const std::string& column) {
    if (text.empty()) return std::nullopt;
    const auto count = ParseCount(text);
    if (!count) {
      Complain(column, "NUMBER_BAD", "must be a whole number from 0 to 1000000000, or empty");
    }
    return count;
  }

  void TakeCounts(const std::vector<std::string>& fields, Protocol* protocol) {
    const bool hand = protocol->source == Source::kHand;
    const std::string_view own = hand ? "counted_by_hand" : "counted_by_machine";
    const std::string_view other = hand ? "counted_by_machine" : "counted_by_hand";
    bool counted = false;
    for (const CountColumn& column : columns_.counts) {
      const std::string& text = fields[column.index];
      (*protocol).*(column.figure) = Count(text, column.name);
      counted |= column.name == own && !text.empty();
      if (column.name == other && !text.empty()) {
        Complain(other, "COUNT_OF_THE_OTHER_SOURCE",
                 "must be empty here; it belongs into the protocol of the other source");
      }
    }
    if (!counted) {
      Complain(own, "COUNT_MISSING", "must say how many ballots were counted");
    }
  }

  // A total of some choices of a contest would look like a total of all of them.
  void TakeVotes(const std::vector<std::string>& fields, Protocol* protocol) {
    std::set<std::string, std::less<>> stated;
    for (const ChoiceColumn& column : columns_.choices) {
      if (!fields[column.index].empty()) stated.insert(column.contest);
    }
    for (const ChoiceColumn& column : columns_.choices) {
      if (!stated.contains(column.contest)) continue;
      const std::string name = column.contest + "/" + column.choice;
      const std::string& text = fields[column.index];
      if (text.empty()) {
        Complain(name, "CONTEST_INCOMPLETE",
                 "must have a number, since other choices of this contest have one; write 0 for "
                 "none");
      } else if (const auto votes = Count(text, name)) {
        protocol->votes.push_back({column.contest, column.choice, *votes});
      }
    }
  }

  ProtocolFile file_;
  ProtocolColumns columns_;
  std::set<std::pair<std::string, Source>> seen_;
  uint64_t line_ = 0;
};

// A column's name may be as long as a row; a message is not.
std::string Shortened(const std::string& name) {
  constexpr size_t kBytesMax = 64;
  if (name.size() <= kBytesMax) return name;
  size_t end = kBytesMax;
  while (end > 0 && (static_cast<uint8_t>(name[end]) & 0xC0) == 0x80) --end;
  return name.substr(0, end) + "...";
}

}  // namespace

std::string ProtocolProblem::Text() const {
  std::string text = line == 0 ? "the file" : "line " + std::to_string(line);
  if (!field.empty()) text += ", " + Shortened(field);
  return text + ": " + reason + ": " + message;
}

Status ProtocolFile::Check() const {
  if (problems.empty()) return {};
  const ProtocolProblem& first = problems.front();
  std::string text = first.Text();
  if (problems.size() > 1) {
    text += " (and " + std::to_string(problems.size() - 1) +
            (problems.size() >= kProtocolProblemsMax ? " or more" : "") + " other problems)";
  }
  return Fail(ErrorCode::kBadInput, "BAD_PROTOCOL", std::move(text));
}

ProtocolFile ReadProtocols(std::string_view file) { return FileReader().Read(file); }

}  // namespace taanu::reconcile
