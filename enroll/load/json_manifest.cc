#include "enroll/load/json_manifest.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

#include "enroll/load/json_row.h"
#include "enroll/load/line_reader.h"
#include "enroll/load/manifest_columns.h"

namespace taanu {
namespace {

// Bytes of a rejected row beyond those of the row.
constexpr size_t kWhyBytesMax = size_t{64} << 10;
constexpr size_t kYearColumn = 3;

RowProblem AsProblem(Error error) {
  return {"", std::move(error.reason), std::move(error.message)};
}

// The value of each column, or what is wrong with a field.
std::optional<RowProblem> TakeFields(const std::vector<JsonField>& fields, RowValues* values) {
  for (const JsonField& field : fields) {
    if (IsRejectColumn(field.name)) continue;
    const auto column = ColumnIndex(field.name);
    if (!column) {
      return RowProblem{field.name.substr(0, 64), "COLUMN_UNKNOWN",
                        "there is no such field; rename it to one of the voter or a finger such as "
                        "right_index, or take it out"};
    }
    if (field.is_null) continue;
    if (!field.is_string && *column != kYearColumn) {
      return RowProblem{field.name, "JSON_NOT_A_STRING", "the value must be a string, in quotes"};
    }
    (*values)[*column] = field.text;
  }
  for (size_t column = 0; column < kVoterColumnCount; ++column) {
    if (std::ranges::find(fields, ColumnName(column), &JsonField::name) == fields.end()) {
      return RowProblem{ColumnName(column), "COLUMN_MISSING", "the row has no such field"};
    }
  }
  return std::nullopt;
}

JsonField TextField(std::string_view name, std::string text) {
  return {std::string(name), std::move(text), true, false};
}

std::vector<std::string> Source(const std::vector<JsonField>& fields) {
  std::vector<JsonField> kept;
  std::ranges::copy_if(fields, std::back_inserter(kept),
                       [](const JsonField& field) { return !IsRejectColumn(field.name); });
  // Braces and the line feed are the writer's.
  std::string text = JsonLine(kept);
  return {text.substr(1, text.size() - 3)};
}

class JsonRejectWriter : public RejectWriter {
 public:
  explicit JsonRejectWriter(std::ostream* out) : out_(out) {}

  Status Add(const LoadRow& row, const RowProblem& problem) override {
    const auto values = RejectValues(row, problem);
    // The number of the line is the one value that is no string.
    std::vector<JsonField> why = {{std::string(kRejectColumns[0]), values[0], false, false}};
    for (size_t i = 1; i < values.size(); ++i) {
      if (i + 1 < values.size() || !values[i].empty()) {
        why.push_back(TextField(kRejectColumns[i], values[i]));
      }
    }
    const std::string fields = row.source.empty() ? std::string() : row.source[0];
    *out_ << '{' << fields << (fields.empty() ? "" : ",") << JsonLine(why).substr(1);
    if (out_->good()) return {};
    return Fail(ErrorCode::kUnavailable, "REJECTS_UNWRITABLE",
                "the file of rejected rows cannot be written; check the disk");
  }

 private:
  std::ostream* out_;
};

// The line of the manifest that a rejected row is of; 0 where it says none.
uint64_t RejectLine(const std::vector<JsonField>& fields) {
  const auto found = std::ranges::find(fields, kRejectColumns[0], &JsonField::name);
  if (found == fields.end()) return 0;
  uint64_t line = 0;
  std::from_chars(found->text.data(), found->text.data() + found->text.size(), line);
  return line;
}

}  // namespace

JsonManifest::JsonManifest(std::unique_ptr<std::istream> in, ManifestOptions options)
    : in_(std::move(in)), options_(options), reader_(in_.get()) {}

Result<std::optional<LoadRow>> JsonManifest::Next() {
  LoadRow row;
  Result<std::optional<std::string>> line = ReadLine(&reader_, kManifestRowBytesMax, &line_);
  row.line = line_;
  if (!line) {
    Error& error = line.error();
    if (error.code != ErrorCode::kBadInput) return tl::make_unexpected(std::move(error));
    row.problem = AsProblem(std::move(error));
    return row;
  }
  if (!*line) return std::nullopt;
  Result<std::vector<JsonField>> fields = ParseJsonRow(**line);
  if (!fields) {
    row.problem = AsProblem(std::move(fields).error());
    row.text = (*line)->substr(0, kLineTextBytesMax);
    return row;
  }
  RowValues values;
  row.problem = TakeFields(*fields, &values);
  if (!row.problem) row.problem = FillRow(values, options_.this_year, &row);
  row.source = Source(*fields);
  return row;
}

std::unique_ptr<RejectWriter> JsonManifest::MakeRejectWriter(std::ostream* out) const {
  return std::make_unique<JsonRejectWriter>(out);
}

Result<KeptRejects> JsonManifest::ReadRejects(std::istream* in, uint64_t line) const {
  KeptRejects kept;
  BlockReader reader(in);
  uint64_t at = 0;
  bool damaged = false;
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const std::optional<std::string> text,
                           ReadLine(&reader, kManifestRowBytesMax + kWhyBytesMax, &at));
    if (!text) return kept;
    // The last row may be cut where the program was killed; no other one may.
    if (damaged) return NotRejects();
    const Result<std::vector<JsonField>> fields = ParseJsonRow(*text);
    const uint64_t row_line = fields ? RejectLine(*fields) : 0;
    damaged = row_line == 0;
    if (damaged && kept.count == 0 && at == 1 && fields) return NotRejects();
    if (damaged || row_line >= line) continue;
    kept.text += *text + "\n";
    ++kept.count;
  }
}

}  // namespace taanu
