// The figures of the election: what an entry of the audit log counts in, and the counters.
//
// A figure is made from the bytes of a log entry and from nothing else, by one function that the
// daemon uses when it writes the entry, its full check uses when it counts again, and an auditor's
// recount uses on an export. So a figure that does not follow from the log cannot stay unseen.
//
// Counters are kept by the hour and by one facet at a time, so that a question costs what the
// precincts and hours are, however many attempts there were.
// Thread-safety: pure functions; those with a Connection belong to its thread.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "enroll/store/connection.h"
#include "matcher/error.h"
#include "service/rules/election.h"

namespace taanu {

// What figures can be split by, beside precinct, hour, outcome and method. Numbers are kept in the
// file, and never change their meaning.
enum class Facet : uint8_t {
  kNone = 0,
  kOperator = 1,         // keyed reference, 32 hexadecimal digits
  kTerminal = 2,         // as kOperator
  kSex = 3,              // "female", "male", "unknown"
  kAgeGroup = 4,         // "0-17", "18-24", "25-34", ... "65+", "unknown"
  kFinger = 5,           // position of the best reference, "0" to "10"; compared attempts alone
  kQuality = 6,          // of the best sample, "0-19" ... "80-100"; attempts with samples alone
  kCaptures = 7,         // samples of the attempt, "1", "2", ...; attempts with samples alone
  kReferenceAge = 8,     // full years since the voter was enrolled, "0", "1", ... "10+", "unknown"
  kFirstComparison = 9,  // "matched" or "failed"; the first attempt of each voter compared alone
  kFallbackReason = 10,  // as the log has it; attempts by fallback alone
  kPrecinctTotal = 11,   // no split: a precinct's attempts of all hours in one counter
};

// An attempt, as far as figures go.
struct CountedAttempt {
  std::string precinct_id;
  int64_t hour = 0;  // hours since 1970, UTC
  rules::Outcome outcome = rules::Outcome::kNoMatch;
  rules::Method method = rules::Method::kFinger;
  // kNone, which every attempt has, and each facet that this one has a value of.
  std::vector<std::pair<Facet, std::string>> values;
};

// None where the entry is not of an attempt. Errors: kBadInput (BAD_LOG_ENTRY: not an entry of
// ours).
Result<std::optional<CountedAttempt>> CountEntry(std::string_view leaf);

// "18-24", by the years of birth and of the attempt alone; "unknown" where the former is 0.
std::string AgeGroup(int birth_year, int64_t time_us);
// Full years, "10+" at most; "unknown" where there is no time of enrolment.
std::string ReferenceAge(std::optional<int64_t> enroll_time_us, int64_t time_us);

// Whether its values are as many as the precincts: counters of all precincts are then of the whole
// time, since the hours are in those of the precincts.
constexpr bool HasManyValues(Facet facet) {
  return facet == Facet::kOperator || facet == Facet::kTerminal;
}

// One counter. The precinct is empty in a counter of all precincts; the hour is 0 with
// kPrecinctTotal, and with many values in a counter of all precincts.
struct FigureKey {
  Facet facet = Facet::kNone;
  std::string precinct_id;
  int64_t hour = 0;
  std::string value;
  rules::Outcome outcome = rules::Outcome::kNoMatch;
  rules::Method method = rules::Method::kFinger;

  friend auto operator<=>(const FigureKey&, const FigureKey&) = default;
};
using Figures = std::map<FigureKey, uint64_t>;

// The counters that an attempt adds one to.
std::vector<FigureKey> KeysOf(const CountedAttempt& attempt);

// Adds the entry to the counters, in the transaction that writes it. Errors: as CountEntry.
Status AddToFigures(Connection& connection, std::string_view leaf);

// Counts everything where nothing was counted yet, as in a file of an earlier version.
Status CompleteFigures(Connection& connection);

// All counters, as they are stored, and counted again from the log.
Result<Figures> StoredFigures(Connection& connection);
Result<Figures> RecountedFigures(Connection& connection);

// The 95 % confidence interval of a rate, `failed` of `all` with `all` above 0. Source: E. B.
// Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
// American Statistical Association 22, 1927.
struct Interval {
  double low = 0;
  double high = 1;
};
Interval WilsonInterval(uint64_t failed, uint64_t all);

}  // namespace taanu
