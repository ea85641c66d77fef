// Accreditation without a finger that matched: two officers vouch for the voter by a document.
//
// An override that nobody limits becomes the rule, so it has a reason, two people, a cap and
// figures of its own. As in election.h a rule gets facts and gives a decision. Source: DESIGN
// section 5. Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "matcher/error.h"
#include "service/rules/election.h"

namespace taanu::rules {

// Numbers as in taanu/v1/election.proto; they are kept in the log, and never change their meaning.
enum class FallbackReason : uint8_t {
  kNoUsableFinger = 1,
  kFingerNotMatched = 2,
  kNoReference = 3,
  kReaderFailed = 4,
  kFingerDisputed = 5,
};
std::string_view FallbackReasonName(FallbackReason reason);  // "NO_USABLE_FINGER"

// What the operator and a second officer state.
struct FallbackClaim {
  FallbackReason reason = FallbackReason::kNoUsableFinger;
  KeyedReference second_officer{};
  std::string disputed_request_id;  // with kFingerDisputed: the attempt that they dispute
};

// How many fallbacks the election allows in a precinct: the smaller of the two.
struct FallbackLimits {
  double share_max = 0.05;            // of the voters on the roll, 0 to 1
  std::optional<uint64_t> count_max;  // none: the share alone
};

// A share of a small roll is rounded up, so that a share above 0 allows at least one.
uint64_t FallbacksMax(const FallbackLimits& limits, uint64_t voter_count);

// Accreditations by fallback in a precinct, by reason.
using FallbackCounts = std::map<FallbackReason, uint64_t>;
// Those that count under the cap: all but kFingerDisputed, which settles a fault of the comparison
// and not a want of one.
uint64_t UnderCap(const FallbackCounts& counts);

// The cap as it stood when a fallback was decided, with that one where it counts.
struct FallbackTally {
  uint64_t used = 0;
  uint64_t max = 0;
};

// How attempts of one voter by a finger, in one precinct, ended before.
struct PriorAttempts {
  bool no_match = false;
  bool no_reference = false;
};

// What is on record when a fallback is decided.
struct FallbackFacts {
  AttemptFacts attempt;
  PriorAttempts prior;
  // The attempt that is disputed is this voter's, in this precinct, and ended kDuplicateFinger.
  bool disputes_a_duplicate = false;
  FallbackTally tally;  // before this one
};

// Decides whether the voter is accredited by fallback. Errors: kConflict with reason
// FALLBACK_REASON_UNFOUNDED where the record contradicts the reason; its message says what to do.
Result<Outcome> DecideFallback(const FallbackFacts& facts, FallbackReason reason);

}  // namespace taanu::rules
