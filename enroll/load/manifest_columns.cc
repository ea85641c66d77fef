#include "enroll/load/manifest_columns.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>
#include <variant>

#include "enroll/load/finger_column.h"
#include "enroll/load/finger_value.h"
#include "enroll/text/utf8.h"

namespace taanu {
namespace {

enum VoterColumn : uint8_t { kNumber, kFamily, kGiven, kBirthYear, kSex, kPrecinct };
constexpr std::array<std::string_view, kVoterColumnCount> kVoterColumns = {
    "voter_number", "family_name", "given_names", "birth_year", "sex", "precinct"};
// Stands for a byte that is no UTF-8.
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

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

// The text as one line of UTF-8: blanks for control characters, so that a rejected row does not go
// on over more lines than a manifest may.
std::string AsOneLine(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    uint32_t character = 0;
    const size_t size = DecodeUtf8(text, &character);
    out += size == 0 ? kReplacement : character < 0x20 ? " " : text.substr(0, size);
    text.remove_prefix(std::max<size_t>(1, size));
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

std::optional<RowProblem> FillVoter(const RowValues& values, int this_year, VoterData* voter) {
  voter->voter_number = values[kNumber];
  voter->family_name = values[kFamily];
  voter->given_names = values[kGiven];
  voter->precinct_id = values[kPrecinct];
  const std::optional<int> year = ParseYear(values[kBirthYear]);
  if (!year) {
    return RowProblem{"birth_year", "BIRTH_YEAR_NOT_A_NUMBER",
                      "the year of birth must be a year such as 1985, or empty"};
  }
  voter->birth_year = *year;
  const std::optional<Sex> sex = ParseSex(values[kSex]);
  if (!sex) return RowProblem{"sex", "SEX_UNKNOWN", "the sex must be F, M or empty"};
  voter->sex = *sex;
  if (Status valid = ValidateVoterData(*voter, this_year); !valid) {
    return RowProblem{VoterColumnOf(valid.error().message), std::move(valid.error().reason),
                      std::move(valid.error().message)};
  }
  return std::nullopt;
}

void TakeFinger(FingerPosition position, FingerValue value, LoadRow* row) {
  if (auto* name = std::get_if<std::string>(&value)) {
    row->samples.push_back({position, std::move(*name), {}});
  } else if (auto* bytes = std::get_if<std::vector<uint8_t>>(&value)) {
    row->samples.push_back({position, {}, std::move(*bytes)});
  } else {
    row->voter.missing_fingers.push_back({position, std::get<MissingReason>(value)});
  }
}

}  // namespace

std::optional<size_t> ColumnIndex(std::string_view name) {
  const auto found = std::find(kVoterColumns.begin(), kVoterColumns.end(), name);
  if (found != kVoterColumns.end()) return static_cast<size_t>(found - kVoterColumns.begin());
  const auto finger = FingerOfColumn(name);
  if (!finger) return std::nullopt;
  return kVoterColumnCount + static_cast<size_t>(*finger) - 1;
}

std::string ColumnName(size_t index) {
  if (index < kVoterColumnCount) return std::string(kVoterColumns[index]);
  return std::string(FingerColumn(static_cast<FingerPosition>(index - kVoterColumnCount + 1)));
}

bool IsRejectColumn(std::string_view name) {
  return std::find(kRejectColumns.begin(), kRejectColumns.end(), name) != kRejectColumns.end();
}

std::array<std::string, 4> RejectValues(const LoadRow& row, const RowProblem& problem) {
  return {std::to_string(row.line), problem.field,
          AsOneLine(problem.reason + ": " + problem.message),
          row.source.empty() ? AsOneLine(row.text) : std::string()};
}

std::optional<RowProblem> FillRow(const RowValues& values, int this_year, LoadRow* row) {
  if (auto problem = FillVoter(values, this_year, &row->voter)) return problem;
  for (size_t column = kVoterColumnCount; column < kColumnCount; ++column) {
    if (values[column].empty()) continue;
    auto value = ParseFingerValue(values[column], kSampleBytesMax);
    if (!value) {
      return RowProblem{ColumnName(column), std::move(value.error().reason),
                        std::move(value.error().message)};
    }
    TakeFinger(static_cast<FingerPosition>(column - kVoterColumnCount + 1), std::move(*value), row);
  }
  return std::nullopt;
}

std::string VoterColumnOf(std::string_view message) {
  constexpr std::string_view kVoter = "voter.";
  if (message.starts_with(kVoter)) message.remove_prefix(kVoter.size());
  const std::string_view field = message.substr(0, message.find_first_of(" :"));
  if (field == "precinct_id") return std::string(kVoterColumns[kPrecinct]);
  const auto known = std::find(kVoterColumns.begin(), kVoterColumns.end(), field);
  return known == kVoterColumns.end() ? std::string() : std::string(field);
}

}  // namespace taanu
