#include "service/rules/fallback.h"

#include <algorithm>
#include <cmath>

namespace taanu::rules {
namespace {

tl::unexpected<Error> Unfounded(std::string message) {
  return Fail(ErrorCode::kConflict, "FALLBACK_REASON_UNFOUNDED", std::move(message));
}

// Whether the record bears out the reason, as far as a record can.
Status CheckReason(const FallbackFacts& facts, FallbackReason reason) {
  switch (reason) {
    // a. That a finger is missing or worn, or a reader broken, is seen by the officers alone.
    case FallbackReason::kNoUsableFinger:
    case FallbackReason::kReaderFailed:
      return {};
    // b. A finger that did not match is on record: the officers cannot save the attempt by saying
    //    how it would have ended.
    case FallbackReason::kFingerNotMatched:
      if (facts.prior.no_match) return {};
      return Unfounded(
          "no attempt of this voter in this precinct ended NO_MATCH; capture a finger first, or "
          "state the reason that holds");
    // c. So is that there is nothing to compare with: in the register, or by an attempt whose
    //    fingers were others than those enrolled.
    case FallbackReason::kNoReference:
      if (facts.attempt.references_enrolled == 0 || facts.prior.no_reference) return {};
      return Unfounded(
          "the register holds a finger of this voter; capture one first, or state the reason that "
          "holds");
    // d. Only a DUPLICATE_FINGER can be disputed, and only for the voter whom it stopped.
    case FallbackReason::kFingerDisputed:
      if (facts.disputes_a_duplicate) return {};
      return Unfounded(
          "disputed_request_id names no attempt of this voter in this precinct that ended "
          "DUPLICATE_FINGER");
  }
  return Fail(ErrorCode::kInternal, "BAD_FALLBACK_REASON", "this is not a reason for a fallback");
}

}  // namespace

std::string_view FallbackReasonName(FallbackReason reason) {
  switch (reason) {
    case FallbackReason::kNoUsableFinger:
      return "NO_USABLE_FINGER";
    case FallbackReason::kFingerNotMatched:
      return "FINGER_NOT_MATCHED";
    case FallbackReason::kNoReference:
      return "NO_REFERENCE";
    case FallbackReason::kReaderFailed:
      return "READER_FAILED";
    case FallbackReason::kFingerDisputed:
      return "FINGER_DISPUTED";
  }
  return "UNKNOWN";
}

uint64_t FallbacksMax(const FallbackLimits& limits, uint64_t voter_count) {
  const double share = std::clamp(limits.share_max, 0.0, 1.0);
  // A share such as 0.05 is no exact binary number: 0.05 * 20 must not be rounded up to 2.
  const double exact = share * static_cast<double>(voter_count);
  const auto by_share =
      std::min(voter_count, static_cast<uint64_t>(std::ceil(std::max(0.0, exact - 1e-6))));
  return std::min(by_share, limits.count_max.value_or(by_share));
}

uint64_t UnderCap(const FallbackCounts& counts) {
  uint64_t used = 0;
  for (const auto& [reason, count] : counts) {
    if (reason != FallbackReason::kFingerDisputed) used += count;
  }
  return used;
}

Result<Outcome> DecideFallback(const FallbackFacts& facts, FallbackReason reason) {
  // 1. to 4. Hours, roll, precinct and "once" hold for everybody, and two officers cannot lift
  // them.
  if (const auto barred = DecideBeforeIdentification(facts.attempt)) return *barred;

  // 5. The reason must not contradict the record.
  TAANU_RETURN_IF_ERROR(CheckReason(facts, reason));

  // 6. A precinct has so many fallbacks and no more. A disputed finger is outside of that: the
  //    voter did bring one, and who is stopped by a chance match must not be turned away because
  //    others had no finger.
  if (reason != FallbackReason::kFingerDisputed && facts.tally.used >= facts.tally.max) {
    return Outcome::kFallbackCapReached;
  }

  // 7. What remains is a voter of this roll, not accredited before, for whom two officers vouch.
  return Outcome::kAccreditedByFallback;
}

}  // namespace taanu::rules
