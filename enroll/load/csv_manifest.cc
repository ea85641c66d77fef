#include "enroll/load/csv_manifest.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "enroll/load/finger_column.h"
#include "enroll/load/sample_file.h"

namespace taanu {
namespace {

enum VoterColumn : uint8_t { kNumber, kFamily, kGiven, kBirthYear, kSex, kPrecinct };
constexpr std::array<std::string_view, 6> kVoterColumns = {
    "voter_number", "family_name", "given_names", "birth_year", "sex", "precinct"};
constexpr std::array<std::string_view, 3> kRejectColumns = {"reject_line", "reject_field",
                                                            "reject_reason"};

template <size_t N>
std::optional<size_t> IndexOf(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<size_t>(found - names.begin());
}

bool IsRejectColumn(std::string_view name) { return IndexOf(kRejectColumns, name).has_value(); }

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::optional<Sex> ParseSex(std::string_view text) {
  const std::string lower = Lower(text);
  if (lower.empty()) return Sex::kUnspecified;
  if (lower == "f" || lower == "female") return Sex::kFemale;
  if (lower == "m" || lower == "male") return Sex::kMale;
  return std::nullopt;
}

std::optional<int> ParseYear(std::string_view text) {
  if (text.empty()) return 0;
  int year = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), year);
  if (error != std::errc() || end != text.data() + text.size() || year < 0) return std::nullopt;
  return year;
}

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
    fields.push_back(std::to_string(row.line));
    fields.push_back(problem.field);
    fields.push_back(problem.reason + ": " + problem.message);
    *out_ << CsvLine(fields);
    if (out_->good()) return {};
    return Fail(ErrorCode::kUnavailable, "REJECTS_UNWRITABLE",
                "the file of rejected rows cannot be written; check the disk");
  }

 private:
  size_t columns_;
  std::ostream* out_;
};

}  // namespace

std::string VoterColumnOf(std::string_view message) {
  constexpr std::string_view kVoter = "voter.";
  if (message.starts_with(kVoter)) message.remove_prefix(kVoter.size());
  const std::string_view field = message.substr(0, message.find_first_of(" :"));
  if (field == "precinct_id") return std::string(kVoterColumns[kPrecinct]);
  return IndexOf(kVoterColumns, field) ? std::string(field) : std::string();
}

Result<std::unique_ptr<CsvManifest>> CsvManifest::Open(std::unique_ptr<std::istream> in,
                                                       ManifestOptions options) {
  std::unique_ptr<CsvManifest> manifest(new CsvManifest(std::move(in), std::move(options)));
  TAANU_RETURN_IF_ERROR(manifest->ReadHeader());
  return manifest;
}

CsvManifest::CsvManifest(std::unique_ptr<std::istream> in, ManifestOptions options)
    : in_(std::move(in)), options_(std::move(options)), reader_(in_.get()) {}

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
  for (size_t i = 0; i < kVoterColumns.size(); ++i) {
    if (!voter_columns_[i]) {
      return Fail(ErrorCode::kBadInput, "COLUMN_MISSING",
                  "the header has no column \"" + std::string(kVoterColumns[i]) + "\"");
    }
  }
  return {};
}

Status CsvManifest::TakeColumn(size_t index, const std::string& name) {
  if (std::find(header_.begin(), header_.begin() + static_cast<ptrdiff_t>(index), name) !=
      header_.begin() + static_cast<ptrdiff_t>(index)) {
    return Fail(ErrorCode::kBadInput, "COLUMN_TWICE",
                "the header has the column \"" + name + "\" twice");
  }
  if (const auto voter_column = IndexOf(kVoterColumns, name)) {
    voter_columns_[*voter_column] = index;
  } else if (const auto finger = FingerOfColumn(name)) {
    finger_columns_.emplace_back(index, *finger);
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
    return row;
  }
  if (!*csv) return std::nullopt;
  row.source = std::move((*csv)->fields);
  row.problem = Fill(&row);
  if (row.source.size() != header_.size()) {
    // What stands in which column is a guess, and a guess could be loaded after all.
    row.source.clear();
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
  if (auto problem = FillVoter(fields, &row->voter)) return problem;
  for (const auto& [column, position] : finger_columns_) {
    if (fields[column].empty()) continue;
    auto path = ResolveSamplePath(options_.sample_folder, fields[column]);
    if (!path) {
      return RowProblem{header_[column], std::move(path.error().reason),
                        std::move(path.error().message)};
    }
    row->samples.push_back(SampleFile{position, std::move(*path)});
  }
  return std::nullopt;
}

std::optional<RowProblem> CsvManifest::FillVoter(const std::vector<std::string>& fields,
                                                 VoterData* voter) const {
  const auto field = [&](VoterColumn column) -> const std::string& {
    return fields[*voter_columns_[column]];
  };
  voter->voter_number = field(kNumber);
  voter->family_name = field(kFamily);
  voter->given_names = field(kGiven);
  voter->precinct_id = field(kPrecinct);
  const std::optional<int> year = ParseYear(field(kBirthYear));
  if (!year) {
    return RowProblem{"birth_year", "BIRTH_YEAR_NOT_A_NUMBER",
                      "the year of birth must be a year such as 1985, or empty"};
  }
  voter->birth_year = *year;
  const std::optional<Sex> sex = ParseSex(field(kSex));
  if (!sex) return RowProblem{"sex", "SEX_UNKNOWN", "the sex must be F, M or empty"};
  voter->sex = *sex;
  if (Status valid = ValidateVoterData(*voter, options_.this_year); !valid) {
    return RowProblem{VoterColumnOf(valid.error().message), std::move(valid.error().reason),
                      std::move(valid.error().message)};
  }
  return std::nullopt;
}

std::unique_ptr<RejectWriter> CsvManifest::MakeRejectWriter(std::ostream* out) const {
  std::vector<std::string> kept;
  for (const std::string& name : header_) {
    if (!IsRejectColumn(name)) kept.push_back(name);
  }
  return std::make_unique<CsvRejectWriter>(std::move(kept), out);
}

}  // namespace taanu
