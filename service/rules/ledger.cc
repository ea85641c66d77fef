#include "service/rules/ledger.h"

#include <cmath>

#include "service/rules/attempt_steps.h"

namespace taanu::rules {
namespace {

// What could not be stored and given again exactly is refused before it is decided.
Status CheckAttempt(const Attempt& attempt) {
  TAANU_RETURN_IF_ERROR(CheckRequestId(attempt.request_id));
  const Evidence& evidence = attempt.evidence;
  const bool finite = std::isfinite(evidence.score) && std::isfinite(evidence.threshold_score) &&
                      std::isfinite(attempt.threshold_fmr);
  if (!finite || evidence.samples_usable < 0 || evidence.references_compared < 0) {
    return Fail(ErrorCode::kInternal, "BAD_EVIDENCE",
                "the comparison gave a score or a count that is not a number");
  }
  if (attempt.samples.size() > kSamplesMax) {
    return Fail(ErrorCode::kBadInput, "TOO_MANY_SAMPLES",
                "an attempt has at most " + std::to_string(kSamplesMax) + " samples");
  }
  return {};
}

// An identification that did not search everybody is never a plain no match. It is not searched
// where the polls are not open, and they may have been opened since.
Status CheckSearch(const AttemptFacts& facts, const Attempt& attempt) {
  const bool decides = attempt.roll_search && facts.polls == PollsState::kOpen &&
                       attempt.evidence.samples_usable > 0;
  if (!decides || attempt.roll_search->complete) return {};
  return Fail(ErrorCode::kUnavailable, "SEARCH_INCOMPLETE",
              "not everybody on the roll was searched; try again, or give the number");
}

// The change that was made under this id; none where the id is new.
Result<std::optional<PollsChange>> ReplayPolls(LedgerTransaction& ledger,
                                               std::string_view request_id,
                                               std::string_view precinct_id, PollsState state) {
  TAANU_RETURN_IF_ERROR(CheckRequestId(request_id));
  TAANU_ASSIGN_OR_RETURN(auto earlier, ledger.FindPollsChange(request_id));
  if (!earlier) return std::nullopt;
  if (earlier->precinct.precinct_id != precinct_id || earlier->precinct.state != state) {
    return ReusedRequestId();
  }
  return earlier;
}

}  // namespace

bool IsCanonicalRequestId(std::string_view request_id) {
  if (request_id.size() != 36) return false;
  for (size_t i = 0; i < request_id.size(); ++i) {
    const char c = request_id[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (dash ? c != '-' : !digit) return false;
  }
  return true;
}

Result<AttemptAnswer> MakeAttempt(LedgerTransaction& ledger, const Attempt& attempt) {
  TAANU_RETURN_IF_ERROR(CheckAttempt(attempt));
  // A repeated request gets its first answer even after the polls closed: the slip was earned.
  TAANU_ASSIGN_OR_RETURN(auto replayed, Replay(ledger, attempt));
  if (replayed) return std::move(*replayed);
  TAANU_RETURN_IF_ERROR(CheckSessionOf(ledger, attempt));

  TAANU_ASSIGN_OR_RETURN(AttemptFacts facts, GatherFacts(ledger, attempt));
  TAANU_RETURN_IF_ERROR(CheckSearch(facts, attempt));
  TAANU_ASSIGN_OR_RETURN(auto holder, FindFingerHolder(ledger, attempt));
  if (holder) facts.finger_holder = holder->accreditation;
  AttemptAnswer answer;
  answer.attempt = attempt;
  answer.outcome = attempt.roll_search
                       ? DecideSearchAttempt(facts, attempt.evidence, *attempt.roll_search)
                       : DecideFingerAttempt(facts, attempt.evidence);
  if (answer.outcome == Outcome::kDuplicateFinger) answer.finger_holder = std::move(holder);
  TAANU_RETURN_IF_ERROR(Conclude(ledger, facts, &answer));
  return answer;
}

Result<PollsChange> OpenPolls(LedgerTransaction& ledger, std::string_view request_id,
                              std::string_view precinct_id, const KeyedReference& operator_ref) {
  TAANU_ASSIGN_OR_RETURN(auto replayed,
                         ReplayPolls(ledger, request_id, precinct_id, PollsState::kOpen));
  if (replayed) return std::move(*replayed);
  TAANU_ASSIGN_OR_RETURN(const auto precinct, ledger.FindPrecinct(precinct_id));
  if (!precinct) return UnknownPrecinct(precinct_id);
  switch (precinct->state) {
    case PollsState::kNotOpen:
      return ledger.SetPolls(precinct_id, PollsState::kOpen, request_id, operator_ref);
    case PollsState::kOpen:
      return Fail(ErrorCode::kConflict, "POLLS_ALREADY_OPEN",
                  "the polls of precinct " + std::string(precinct_id) + " are open already");
    case PollsState::kClosed:
      break;
  }
  return Fail(ErrorCode::kConflict, "POLLS_CLOSED",
              "the polls of precinct " + std::string(precinct_id) + " were closed for good");
}

Result<PollsChange> ClosePolls(LedgerTransaction& ledger, std::string_view request_id,
                               std::string_view precinct_id, const KeyedReference& operator_ref) {
  TAANU_ASSIGN_OR_RETURN(auto replayed,
                         ReplayPolls(ledger, request_id, precinct_id, PollsState::kClosed));
  if (replayed) return std::move(*replayed);
  TAANU_ASSIGN_OR_RETURN(const auto precinct, ledger.FindPrecinct(precinct_id));
  if (!precinct) return UnknownPrecinct(precinct_id);
  switch (precinct->state) {
    case PollsState::kOpen:
      return ledger.SetPolls(precinct_id, PollsState::kClosed, request_id, operator_ref);
    case PollsState::kNotOpen:
      return Fail(ErrorCode::kConflict, "POLLS_NOT_OPEN",
                  "the polls of precinct " + std::string(precinct_id) + " were never opened");
    case PollsState::kClosed:
      break;
  }
  return Fail(ErrorCode::kConflict, "POLLS_CLOSED",
              "the polls of precinct " + std::string(precinct_id) + " were closed before");
}

}  // namespace taanu::rules
