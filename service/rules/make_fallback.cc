#include "service/rules/attempt_steps.h"

namespace taanu::rules {
namespace {

Status CheckClaim(const Attempt& attempt) {
  TAANU_RETURN_IF_ERROR(CheckRequestId(attempt.request_id));
  if (!attempt.fallback || attempt.method != Method::kFallback || !attempt.samples.empty()) {
    return Fail(ErrorCode::kInternal, "BAD_FALLBACK",
                "a fallback has what two officers state, and no samples");
  }
  const FallbackClaim& claim = *attempt.fallback;
  if (claim.second_officer == attempt.operator_ref) {
    return Fail(ErrorCode::kBadInput, "SAME_OFFICER",
                "second_officer_id must be another person than operator_id");
  }
  const bool disputes = claim.reason == FallbackReason::kFingerDisputed;
  if (disputes != !claim.disputed_request_id.empty() ||
      (disputes && !IsCanonicalRequestId(claim.disputed_request_id))) {
    return Fail(ErrorCode::kBadInput, "BAD_DISPUTED_REQUEST_ID",
                "disputed_request_id is the UUID of the attempt that is disputed, with the reason "
                "FINGER_DISPUTED alone");
  }
  return {};
}

Result<bool> DisputesADuplicate(LedgerTransaction& ledger, const Attempt& attempt) {
  const std::string& disputed = attempt.fallback->disputed_request_id;
  if (disputed.empty()) return false;
  TAANU_ASSIGN_OR_RETURN(const auto answer, ledger.FindAnswer(disputed));
  return answer && answer->outcome == Outcome::kDuplicateFinger &&
         answer->attempt.voter == attempt.voter &&
         answer->attempt.precinct_id == attempt.precinct_id;
}

Result<FallbackFacts> GatherFallbackFacts(LedgerTransaction& ledger, const Attempt& attempt,
                                          const FallbackLimits& limits) {
  FallbackFacts facts;
  TAANU_ASSIGN_OR_RETURN(facts.attempt, GatherFacts(ledger, attempt));
  TAANU_ASSIGN_OR_RETURN(facts.prior, ledger.FindPriorAttempts(attempt.voter, attempt.precinct_id));
  TAANU_ASSIGN_OR_RETURN(facts.disputes_a_duplicate, DisputesADuplicate(ledger, attempt));
  TAANU_ASSIGN_OR_RETURN(const FallbackCounts counts, ledger.CountFallbacks(attempt.precinct_id));
  facts.tally = {UnderCap(counts), FallbacksMax(limits, facts.attempt.voter_count)};
  return facts;
}

}  // namespace

Result<AttemptAnswer> MakeFallback(LedgerTransaction& ledger, const Attempt& attempt,
                                   const FallbackLimits& limits) {
  TAANU_RETURN_IF_ERROR(CheckClaim(attempt));
  TAANU_ASSIGN_OR_RETURN(auto replayed, Replay(ledger, attempt));
  if (replayed) return std::move(*replayed);
  TAANU_RETURN_IF_ERROR(CheckSessionOf(ledger, attempt));

  TAANU_ASSIGN_OR_RETURN(const FallbackFacts facts, GatherFallbackFacts(ledger, attempt, limits));
  const FallbackReason reason = attempt.fallback->reason;
  AttemptAnswer answer;
  answer.attempt = attempt;
  TAANU_ASSIGN_OR_RETURN(answer.outcome, DecideFallback(facts, reason));
  answer.tally = facts.tally;
  const bool counts =
      answer.outcome == Outcome::kAccreditedByFallback && reason != FallbackReason::kFingerDisputed;
  if (counts) ++answer.tally->used;
  TAANU_RETURN_IF_ERROR(Conclude(ledger, facts.attempt, &answer));
  return answer;
}

}  // namespace taanu::rules
