#include "service/ledger/figures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

namespace taanu {
namespace {

using nlohmann::json;
using rules::Method;
using rules::Outcome;

constexpr int64_t kHourUs = 3'600'000'000;
constexpr int64_t kDaysOfYear400 = 146'097;  // days of 400 years of the Gregorian calendar
constexpr double kYearUs = 365.2425 * 24 * static_cast<double>(kHourUs);
constexpr int kReferenceYearsMax = 10;

std::optional<Outcome> OutcomeOf(std::string_view name) {
  for (int number = 1; number <= rules::kOutcomeMax; ++number) {
    const auto outcome = static_cast<Outcome>(number);
    if (rules::OutcomeName(outcome) == name) return outcome;
  }
  return std::nullopt;
}

std::optional<Method> MethodOf(std::string_view name) {
  for (const Method method : {Method::kFinger, Method::kFallback, Method::kFingerSearch}) {
    if (rules::MethodName(method) == name) return method;
  }
  return std::nullopt;
}

// Text or number of an entry; a default where it has none, as in entries of earlier versions.
std::string TextOr(const json& leaf, const char* key, std::string otherwise) {
  const auto found = leaf.find(key);
  if (found == leaf.end() || !found->is_string()) return otherwise;
  return found->get<std::string>();
}

int64_t NumberOr(const json& leaf, const char* key, int64_t otherwise) {
  const auto found = leaf.find(key);
  if (found == leaf.end() || !found->is_number_integer()) return otherwise;
  return found->get<int64_t>();
}

std::string QualityBand(int64_t quality) {
  const int64_t band = std::clamp<int64_t>(quality / 20, 0, 4);
  return std::to_string(band * 20) + "-" + std::to_string(band == 4 ? 100 : band * 20 + 19);
}

std::vector<std::pair<Facet, std::string>> ValuesOf(const json& leaf) {
  std::vector<std::pair<Facet, std::string>> values = {
      {Facet::kNone, ""},
      {Facet::kOperator, TextOr(leaf, "operator", "unknown")},
      {Facet::kTerminal, TextOr(leaf, "terminal", "unknown")},
      {Facet::kSex, TextOr(leaf, "sex", "unknown")},
      {Facet::kAgeGroup, TextOr(leaf, "age_group", "unknown")},
      {Facet::kReferenceAge, TextOr(leaf, "reference_years", "unknown")},
  };
  if (NumberOr(leaf, "references_compared", 0) > 0) {
    values.emplace_back(Facet::kFinger, std::to_string(NumberOr(leaf, "matched_position", 0)));
  }
  if (const int64_t quality = NumberOr(leaf, "best_quality", -1); quality >= 0) {
    values.emplace_back(Facet::kQuality, QualityBand(quality));
  }
  if (const int64_t samples = NumberOr(leaf, "samples", 0); samples > 0) {
    values.emplace_back(Facet::kCaptures, std::to_string(samples));
  }
  const auto first = leaf.find("first_comparison");
  if (first != leaf.end() && first->is_boolean() && first->get<bool>()) {
    const auto matched = leaf.find("finger_matched");
    const bool yes = matched != leaf.end() && matched->is_boolean() && matched->get<bool>();
    values.emplace_back(Facet::kFirstComparison, yes ? "matched" : "failed");
  }
  if (const std::string reason = TextOr(leaf, "fallback_reason", ""); !reason.empty()) {
    values.emplace_back(Facet::kFallbackReason, reason);
  }
  return values;
}

tl::unexpected<Error> BadEntry() {
  return Fail(ErrorCode::kBadInput, "BAD_LOG_ENTRY",
              "an entry of the audit log is not one of ours");
}

// The year of a time since 1970. Source: H. Hinnant, "chrono-compatible low-level date algorithms".
int YearOf(int64_t time_us) {
  const int64_t us_of_day = 24 * kHourUs;
  const int64_t days = time_us / us_of_day - (time_us % us_of_day < 0 ? 1 : 0) + 719'468;
  const int64_t era = (days >= 0 ? days : days - (kDaysOfYear400 - 1)) / kDaysOfYear400;
  const int64_t day = days - era * kDaysOfYear400;
  const int64_t year = (day - day / 1460 + day / 36'524 - day / 146'096) / 365;
  const int64_t day_of_year = day - (365 * year + year / 4 - year / 100);
  // Years of that reckoning begin in March.
  return static_cast<int>(year + era * 400 + (day_of_year >= 306 ? 1 : 0));
}

Status Add(Connection& connection, const FigureKey& key, uint64_t count) {
  return connection.Run(
      "INSERT INTO figure(facet, precinct_id, hour, value, outcome, method, attempt_count) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET "
      "attempt_count = attempt_count + excluded.attempt_count",
      key.facet, key.precinct_id, key.hour, key.value, key.outcome, key.method, count);
}

}  // namespace

std::string AgeGroup(int birth_year, int64_t time_us) {
  if (birth_year <= 0) return "unknown";
  const int age = YearOf(time_us) - birth_year;
  if (age < 18) return "0-17";
  if (age < 25) return "18-24";
  if (age >= 65) return "65+";
  const int from = 25 + (age - 25) / 10 * 10;
  return std::to_string(from) + "-" + std::to_string(from + 9);
}

std::string ReferenceAge(std::optional<int64_t> enroll_time_us, int64_t time_us) {
  if (!enroll_time_us) return "unknown";
  const double years =
      std::floor(std::max(0.0, static_cast<double>(time_us - *enroll_time_us)) / kYearUs);
  if (years >= kReferenceYearsMax) return std::to_string(kReferenceYearsMax) + "+";
  return std::to_string(static_cast<int>(years));
}

Result<std::optional<CountedAttempt>> CountEntry(std::string_view leaf) {
  const json entry = json::parse(leaf, nullptr, /*allow_exceptions=*/false);
  if (!entry.is_object()) return BadEntry();
  if (TextOr(entry, "type", "") != "attempt") return std::nullopt;
  const auto outcome = OutcomeOf(TextOr(entry, "outcome", ""));
  const auto method = MethodOf(TextOr(entry, "method", ""));
  const auto time = entry.find("time_us");
  if (!outcome || !method || time == entry.end() || !time->is_number_integer()) return BadEntry();
  CountedAttempt attempt;
  attempt.precinct_id = TextOr(entry, "precinct", "");
  if (attempt.precinct_id.empty()) return BadEntry();
  attempt.hour = time->get<int64_t>() / kHourUs;
  attempt.outcome = *outcome;
  attempt.method = *method;
  attempt.values = ValuesOf(entry);
  return attempt;
}

std::vector<FigureKey> KeysOf(const CountedAttempt& attempt) {
  std::vector<FigureKey> keys;
  keys.reserve(2 * attempt.values.size() + 1);
  for (const auto& [facet, value] : attempt.values) {
    FigureKey key{facet, attempt.precinct_id, attempt.hour, value, attempt.outcome, attempt.method};
    keys.push_back(key);
    key.precinct_id.clear();
    if (HasManyValues(facet)) key.hour = 0;
    keys.push_back(key);
  }
  keys.push_back(
      {Facet::kPrecinctTotal, attempt.precinct_id, 0, "", attempt.outcome, attempt.method});
  return keys;
}

Status AddToFigures(Connection& connection, std::string_view leaf) {
  TAANU_ASSIGN_OR_RETURN(const auto attempt, CountEntry(leaf));
  if (!attempt) return {};
  for (const FigureKey& key : KeysOf(*attempt)) {
    TAANU_RETURN_IF_ERROR(Add(connection, key, 1));
  }
  return {};
}

Status CompleteFigures(Connection& connection) {
  {
    TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query("SELECT 1 FROM figure LIMIT 1"));
    TAANU_ASSIGN_OR_RETURN(const bool counted, row.Step());
    if (counted) return {};
  }
  TAANU_ASSIGN_OR_RETURN(const Figures figures, RecountedFigures(connection));
  for (const auto& [key, count] : figures) TAANU_RETURN_IF_ERROR(Add(connection, key, count));
  return {};
}

Result<Figures> StoredFigures(Connection& connection) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT facet, precinct_id, hour, value, outcome, method, attempt_count "
                       "FROM figure"));
  Figures figures;
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return figures;
    const FigureKey key{static_cast<Facet>(row.Int64(0)),
                        row.Text(1),
                        row.Int64(2),
                        row.Text(3),
                        static_cast<Outcome>(row.Int64(4)),
                        static_cast<Method>(row.Int64(5))};
    figures[key] = static_cast<uint64_t>(row.Int64(6));
    TAANU_RETURN_IF_ERROR(row.Check());
  }
}

Result<Figures> RecountedFigures(Connection& connection) {
  TAANU_ASSIGN_OR_RETURN(Statement row,
                         connection.Query("SELECT e.leaf FROM attempt AS a JOIN event AS e ON "
                                          "e.idx = a.event_index"));
  Figures figures;
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return figures;
    const std::string leaf = row.Text(0);
    TAANU_RETURN_IF_ERROR(row.Check());
    TAANU_ASSIGN_OR_RETURN(const auto attempt, CountEntry(leaf));
    if (!attempt) return BadEntry();
    for (FigureKey& key : KeysOf(*attempt)) ++figures[std::move(key)];
  }
}

Interval WilsonInterval(uint64_t failed, uint64_t all) {
  constexpr double kZ = 1.959963984540054;  // the 97.5 % point of the normal distribution
  const auto n = static_cast<double>(all);
  const double rate = static_cast<double>(failed) / n;
  const double middle = rate + kZ * kZ / (2 * n);
  const double half = kZ * std::sqrt(rate * (1 - rate) / n + kZ * kZ / (4 * n * n));
  const double scale = 1 + kZ * kZ / n;
  return {std::max(0.0, (middle - half) / scale), std::min(1.0, (middle + half) / scale)};
}

}  // namespace taanu
