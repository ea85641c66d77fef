// The rules of the election, in plain words: who may be accredited, and what every attempt is
// called.
//
// Nothing here knows of gRPC, of SQL, of time zones or of fingers' images. A rule gets facts and
// gives a decision; it can be read aloud in court. Source: DESIGN section 5.
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "enroll/store/sealing.h"  // KeyedReference
#include "matcher/template.h"

namespace taanu::rules {

enum class PollsState : uint8_t { kNotOpen = 1, kOpen = 2, kClosed = 3 };

// Numbers as in taanu/v1/election.proto; they are kept in the log, and never change their meaning.
enum class Outcome : uint8_t {
  kAccredited = 1,
  kNoMatch = 2,
  kLowQuality = 3,
  kAlreadyAccredited = 4,
  kDuplicateFinger = 5,
  kNotOnRoll = 6,
  kWrongPrecinct = 7,
  kNoReference = 8,
  kPollsNotOpen = 9,
  kPollsClosed = 10,
  kAccreditedByFallback = 11,
  kFallbackCapReached = 12,
  kAmbiguous = 13,
};
inline constexpr int kOutcomeMax = 13;
std::string_view OutcomeName(Outcome outcome);  // "ACCREDITED"

enum class Method : uint8_t { kFinger = 1, kFallback = 2, kFingerSearch = 3 };
std::string_view MethodName(Method method);  // "FINGER"

struct Policy {
  // The false match rate for an attempt as a whole, in (0, 1).
  double threshold_fmr = 0.0001;
  // Captures to an attempt at most.
  int captures_max = 4;
};

// What the comparison of an attempt's samples gave.
struct Evidence {
  int samples_usable = 0;       // of good enough quality to be compared
  int references_compared = 0;  // references of this voter that were compared
  double score = 0;             // fused over the attempt, -10 log10(FMR)
  double threshold_score = 0;   // the policy's threshold on that scale
  FingerPosition matched_position = FingerPosition::kUnknown;  // of the best reference

  bool matched() const { return references_compared > 0 && score >= threshold_score; }
};

// An accreditation that exists.
struct Accreditation {
  KeyedReference voter{};
  std::string precinct_id;
  uint64_t slip_number = 0;
  int64_t time_us = 0;  // microseconds since 1970, UTC
  Method method = Method::kFinger;
};

// What is on record when an attempt is decided.
struct AttemptFacts {
  PollsState polls = PollsState::kNotOpen;       // of the terminal's precinct
  std::string precinct_id;                       // of the terminal
  uint64_t voter_count = 0;                      // on that precinct's roll
  std::optional<std::string> voter_precinct_id;  // none: the number is not in the register
  bool voter_active = true;                      // false: taken off the roll
  int references_enrolled = 0;
  std::optional<Accreditation> earlier;  // the voter's accreditation, if there is one
  // Of another voter whom this finger matches too (duplicate_finger.h), if there is one.
  std::optional<Accreditation> finger_holder;
};

// The rules that come before the question who the voter is, and hold for every method: hours, roll,
// precinct, once. None where they let the attempt pass.
std::optional<Outcome> DecideBeforeIdentification(const AttemptFacts& facts);

// Decides an attempt to be accredited by a finger.
Outcome DecideFingerAttempt(const AttemptFacts& facts, const Evidence& evidence);

// Joins the scores of an attempt that compared `comparisons` pairs: the best one, less what so many
// chances are worth, so that the threshold keeps its false match rate for the attempt as a whole
// (union bound).
double FuseScores(double best_score, int comparisons);

}  // namespace taanu::rules
