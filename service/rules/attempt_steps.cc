#include "service/rules/attempt_steps.h"

namespace taanu::rules {
namespace {

bool SameClaim(const std::optional<FallbackClaim>& a, const std::optional<FallbackClaim>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->reason == b->reason && a->second_officer == b->second_officer &&
         a->disputed_request_id == b->disputed_request_id;
}

}  // namespace

tl::unexpected<Error> ReusedRequestId() {
  return Fail(ErrorCode::kConflict, "REQUEST_ID_REUSED",
              "request_id was used before for another request; make a new one for each");
}

tl::unexpected<Error> UnknownPrecinct(std::string_view precinct_id) {
  return Fail(ErrorCode::kNotFound, "UNKNOWN_PRECINCT",
              "precinct " + std::string(precinct_id) + " does not exist; create it first");
}

Status CheckRequestId(std::string_view request_id) {
  if (IsCanonicalRequestId(request_id)) return {};
  return Fail(ErrorCode::kBadInput, "BAD_REQUEST_ID",
              "request_id must be a UUID of 36 characters in lower case");
}

Status CheckSessionOf(LedgerTransaction& ledger, const Attempt& attempt) {
  if (attempt.session_id.empty()) return {};
  return CheckSession(ledger, attempt.session_id, attempt.precinct_id, attempt.terminal);
}

Result<AttemptFacts> GatherFacts(LedgerTransaction& ledger, const Attempt& attempt) {
  TAANU_ASSIGN_OR_RETURN(const auto precinct, ledger.FindPrecinct(attempt.precinct_id));
  if (!precinct) return UnknownPrecinct(attempt.precinct_id);
  AttemptFacts facts;
  facts.polls = precinct->state;
  facts.precinct_id = attempt.precinct_id;
  facts.voter_count = precinct->voter_count;
  TAANU_ASSIGN_OR_RETURN(const auto voter, ledger.FindRollEntry(attempt.voter));
  if (voter) {
    facts.voter_precinct_id = voter->precinct_id;
    facts.voter_active = voter->active;
    facts.references_enrolled = voter->reference_count;
  }
  TAANU_ASSIGN_OR_RETURN(facts.earlier, ledger.FindAccreditation(attempt.voter));
  return facts;
}

Status Accredit(LedgerTransaction& ledger, AttemptAnswer* answer) {
  const Attempt& attempt = answer->attempt;
  auto accreditation = ledger.Accredit(attempt.voter, attempt.precinct_id, attempt.method);
  if (accreditation) {
    answer->accreditation = std::move(*accreditation);
    return {};
  }
  if (accreditation.error().code != ErrorCode::kConflict) {
    return tl::make_unexpected(std::move(accreditation).error());
  }
  TAANU_ASSIGN_OR_RETURN(answer->accreditation, ledger.FindAccreditation(attempt.voter));
  if (!answer->accreditation) {
    return Fail(ErrorCode::kInternal, "ACCREDITATION_LOST",
                "the ledger refused an accreditation as a second one, and holds no first one");
  }
  answer->outcome = Outcome::kAlreadyAccredited;
  return {};
}

Result<std::optional<AttemptAnswer>> Replay(LedgerTransaction& ledger, const Attempt& attempt) {
  TAANU_ASSIGN_OR_RETURN(auto earlier, ledger.FindAnswer(attempt.request_id));
  if (!earlier) return std::nullopt;
  // Who a search found is its answer, not its request.
  const bool searched = attempt.roll_search.has_value();
  if (earlier->attempt.precinct_id != attempt.precinct_id ||
      earlier->attempt.method != attempt.method ||
      !SameClaim(earlier->attempt.fallback, attempt.fallback) ||
      (!searched && earlier->attempt.voter != attempt.voter)) {
    return ReusedRequestId();
  }
  earlier->replayed = true;
  return earlier;
}

Status Conclude(LedgerTransaction& ledger, const AttemptFacts& facts, AttemptAnswer* answer) {
  if (answer->outcome == Outcome::kAccredited ||
      answer->outcome == Outcome::kAccreditedByFallback) {
    TAANU_RETURN_IF_ERROR(Accredit(ledger, answer));
  } else if (answer->outcome == Outcome::kAlreadyAccredited) {
    answer->accreditation = facts.earlier;
  } else if (answer->outcome == Outcome::kWrongPrecinct) {
    answer->voter_precinct_id = *facts.voter_precinct_id;
  }
  const bool duplicate = answer->outcome == Outcome::kAlreadyAccredited ||
                         answer->outcome == Outcome::kDuplicateFinger;
  return ledger.Record(answer, duplicate);
}

}  // namespace taanu::rules
