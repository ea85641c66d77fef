#include "enroll/load/csv_manifest.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "enroll/load/manifest_columns.h"

namespace taanu {
namespace {

constexpr CsvLimits kLimits = {
    .row_bytes_max = kManifestRowBytesMax, .fields_max = 64, .lines_max = 4};
// A rejected row has a few more fields.
constexpr CsvLimits kRejectLimits = {.row_bytes_max = kManifestRowBytesMax + (size_t{64} << 10),
                                     .fields_max = kLimits.fields_max + kRejectColumns.size(),
                                     .lines_max = kLimits.lines_max};

class CsvRejectWriter : public RejectWriter {
 public:
  CsvRejectWriter(std::vector<std::string> header, std::ostream* out)
      : columns_(header.size()), out_(out) {
    header.insert(header.end(), kRejectColumns.begin(), kRejectColumns.end());
    *out_ << CsvLine(header);
  }

  Status Add(const LoadRow& row, const RowProblem& problem) override {
    std::vector<std::string> fields = row.source;
    fields.resize(columns_);
    const auto why = RejectValues(row, problem);
    fields.insert(fields.end(), why.begin(), why.end());
    *out_ << CsvLine(fields);
    if (out_->good()) return {};
    return Fail(ErrorCode::kUnavailable, "REJECTS_UNWRITABLE",
                "the file of rejected rows cannot be written; check the disk");
  }

 private:
  size_t columns_;
  std::ostream* out_;
};

// The number in `text`, or 0.
uint64_t LineNumber(const std::string& text) {
  uint64_t line = 0;
  std::from_chars(text.data(), text.data() + text.size(), line);
  return line;
}

}  // namespace

Result<std::unique_ptr<CsvManifest>> CsvManifest::Open(std::unique_ptr<std::istream> in,
                                                       ManifestOptions options) {
  std::unique_ptr<CsvManifest> manifest(new CsvManifest(std::move(in), std::move(options)));
  TAANU_RETURN_IF_ERROR(manifest->ReadHeader());
  return manifest;
}

CsvManifest::CsvManifest(std::unique_ptr<std::istream> in, ManifestOptions options)
    : in_(std::move(in)), options_(std::move(options)), reader_(in_.get(), kLimits) {}

Status CsvManifest::ReadHeader() {
  Result<std::optional<CsvRow>> row = reader_.Next();
  if (!row && row.error().code == ErrorCode::kUnavailable) {
    return tl::make_unexpected(std::move(row).error());
  }
  if (!row) {
    return Fail(ErrorCode::kBadInput, "MANIFEST_HEADER",
                "line " + std::to_string(reader_.row_line()) +
                    ", the header, cannot be read: " + row.error().message);
  }
  if (!*row) return Fail(ErrorCode::kBadInput, "MANIFEST_EMPTY", "the manifest is empty");
  header_ = std::move((*row)->fields);
  for (size_t i = 0; i < header_.size(); ++i) TAANU_RETURN_IF_ERROR(TakeColumn(i, header_[i]));
  for (size_t column = 0; column < kVoterColumnCount; ++column) {
    if (std::ranges::find(columns_, column, &std::pair<size_t, size_t>::second) != columns_.end()) {
      continue;
    }
    return Fail(ErrorCode::kBadInput, "COLUMN_MISSING",
                "the header has no column \"" + ColumnName(column) + "\"");
  }
  return {};
}

Status CsvManifest::TakeColumn(size_t index, const std::string& name) {
  if (std::find(header_.begin(), header_.begin() + static_cast<ptrdiff_t>(index), name) !=
      header_.begin() + static_cast<ptrdiff_t>(index)) {
    return Fail(ErrorCode::kBadInput, "COLUMN_TWICE",
                "the header has the column \"" + name + "\" twice");
  }
  if (const auto column = ColumnIndex(name)) {
    columns_.emplace_back(index, *column);
  } else if (!IsRejectColumn(name)) {
    const bool semicolons = header_.size() == 1 && name.find(';') != std::string::npos;
    return Fail(ErrorCode::kBadInput, "COLUMN_UNKNOWN",
                "column " + std::to_string(index + 1) + " of the header, \"" + name.substr(0, 64) +
                    "\", is not known" +
                    (semicolons ? "; separate the columns by commas, not by semicolons"
                                : "; rename it to a column of the voter or a finger such as "
                                  "right_index, or take it out"));
  }
  return {};
}

Result<std::optional<LoadRow>> CsvManifest::Next() {
  Result<std::optional<CsvRow>> csv = reader_.Next();
  LoadRow row;
  row.line = reader_.row_line();
  if (!csv) {
    Error& error = csv.error();
    if (error.code != ErrorCode::kBadInput) return tl::make_unexpected(std::move(error));
    row.problem = RowProblem{"", std::move(error.reason), std::move(error.message)};
    row.text = reader_.row_text();
    return row;
  }
  if (!*csv) return std::nullopt;
  row.source = std::move((*csv)->fields);
  row.problem = Fill(&row);
  if (row.source.size() != header_.size()) {
    // What stands in which column is a guess, and a guess could be loaded after all.
    row.source.clear();
    row.text = reader_.row_text();
  } else {
    for (size_t i = header_.size(); i-- > 0;) {
      if (IsRejectColumn(header_[i]))
        row.source.erase(row.source.begin() + static_cast<ptrdiff_t>(i));
    }
  }
  return row;
}

std::optional<RowProblem> CsvManifest::Fill(LoadRow* row) const {
  const std::vector<std::string>& fields = row->source;
  if (fields.size() != header_.size()) {
    return RowProblem{"", "FIELD_COUNT",
                      "the row has " + std::to_string(fields.size()) +
                          " fields where the header has " + std::to_string(header_.size())};
  }
  RowValues values;
  for (const auto& [place, column] : columns_) values[column] = fields[place];
  return FillRow(values, options_.this_year, row);
}

std::unique_ptr<RejectWriter> CsvManifest::MakeRejectWriter(std::ostream* out) const {
  std::vector<std::string> kept;
  for (const std::string& name : header_) {
    if (!IsRejectColumn(name)) kept.push_back(name);
  }
  return std::make_unique<CsvRejectWriter>(std::move(kept), out);
}

Result<KeptRejects> CsvManifest::ReadRejects(std::istream* in, uint64_t line) const {
  KeptRejects kept;
  CsvReader reader(in, kRejectLimits);
  size_t line_column = 0;
  for (bool header = true;; header = false) {
    Result<std::optional<CsvRow>> row = reader.Next();
    if (!row) {
      // The last row may be cut where the program was killed; its line comes after `line`.
      if (!header && row.error().reason == "CSV_UNCLOSED_QUOTE") return kept;
      return NotRejects();
    }
    if (!*row) return kept;
    const std::vector<std::string>& fields = (*row)->fields;
    if (header) {
      line_column = static_cast<size_t>(std::find(fields.begin(), fields.end(), kRejectColumns[0]) -
                                        fields.begin());
      if (line_column == fields.size()) return NotRejects();
      continue;
    }
    if (line_column >= fields.size()) continue;
    const uint64_t row_line = LineNumber(fields[line_column]);
    if (row_line == 0 || row_line >= line) continue;
    kept.text += CsvLine(fields);
    ++kept.count;
  }
}

}  // namespace taanu
