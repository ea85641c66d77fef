#include "service/rules/correction.h"

#include <algorithm>

#include "service/rules/attempt_steps.h"

namespace taanu::rules {
namespace {

constexpr size_t kDocumentBytesMax = 64;

Status CheckCorrection(const TotalsCorrection& correction) {
  TAANU_RETURN_IF_ERROR(CheckRequestId(correction.request_id));
  if (correction.second_officer == correction.operator_ref) {
    return Fail(ErrorCode::kBadInput, "SAME_OFFICER",
                "second_officer_id must be another person than operator_id");
  }
  if (!IsDocument(correction.document)) {
    return Fail(ErrorCode::kBadInput, "BAD_DOCUMENT",
                "document must be 1 to 64 characters of A-Z a-z 0-9 space . / _ # -, such as \"act "
                "17-2026\"; it must name no person");
  }
  return {};
}

bool SameRequest(const TotalsCorrection& a, const TotalsCorrection& b) {
  return a.precinct_id == b.precinct_id && a.second_officer == b.second_officer &&
         a.reason == b.reason && a.document == b.document &&
         a.accredited_count == b.accredited_count;
}

}  // namespace

std::string_view CorrectionReasonName(CorrectionReason reason) {
  switch (reason) {
    case CorrectionReason::kUnrecorded:
      return "UNRECORDED";
    case CorrectionReason::kNoBallotTaken:
      return "NO_BALLOT_TAKEN";
    case CorrectionReason::kCountedTwice:
      return "COUNTED_TWICE";
    case CorrectionReason::kCourtOrder:
      return "COURT_ORDER";
    case CorrectionReason::kOther:
      return "OTHER";
  }
  return "UNKNOWN";
}

bool IsDocument(std::string_view text) {
  constexpr std::string_view kSigns = " ./_#-";
  return !text.empty() && text.size() <= kDocumentBytesMax &&
         std::ranges::all_of(text, [&](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  kSigns.find(c) != std::string_view::npos;
         });
}

Status DecideCorrection(const CorrectionFacts& facts, uint64_t accredited_count) {
  // 1. Before closing there is no total to correct: figures still move by themselves.
  if (!facts.closed) {
    return Fail(ErrorCode::kConflict, "POLLS_NOT_CLOSED",
                "the polls of this precinct are not closed; a total is corrected after closing");
  }
  // 2. Nobody was accredited who is not on the roll.
  if (accredited_count > facts.voter_count) {
    return Fail(ErrorCode::kConflict, "CORRECTION_ABOVE_ROLL",
                "more voters cannot have been accredited than the " +
                    std::to_string(facts.voter_count) + " on the roll");
  }
  // 3. A correction changes something.
  if (accredited_count == facts.previous_count) {
    return Fail(ErrorCode::kConflict, "NOTHING_TO_CORRECT",
                "the total in force is " + std::to_string(facts.previous_count) + " already");
  }
  // 4. A total that was corrected so often is no total any more; that is for a court.
  if (facts.corrections >= kCorrectionsMax) {
    return Fail(ErrorCode::kConflict, "TOO_MANY_CORRECTIONS",
                "this precinct has " + std::to_string(facts.corrections) + " corrections already");
  }
  return {};
}

Result<CorrectionAnswer> CorrectTotals(LedgerTransaction& ledger,
                                       const TotalsCorrection& correction) {
  TAANU_RETURN_IF_ERROR(CheckCorrection(correction));
  TAANU_ASSIGN_OR_RETURN(auto earlier, ledger.FindCorrection(correction.request_id));
  if (earlier) {
    if (!SameRequest(*earlier, correction)) return ReusedRequestId();
    return CorrectionAnswer{std::move(*earlier), true};
  }
  TAANU_ASSIGN_OR_RETURN(const auto precinct, ledger.FindPrecinct(correction.precinct_id));
  if (!precinct) return UnknownPrecinct(correction.precinct_id);
  TAANU_ASSIGN_OR_RETURN(const auto before, ledger.ListCorrections(correction.precinct_id));

  CorrectionFacts facts;
  facts.closed = precinct->state == PollsState::kClosed;
  facts.voter_count = precinct->voter_count;
  facts.sealed_count = precinct->accredited_count;
  facts.previous_count = before.empty() ? facts.sealed_count : before.back().accredited_count;
  facts.corrections = before.size();
  TAANU_RETURN_IF_ERROR(DecideCorrection(facts, correction.accredited_count));

  CorrectionAnswer answer{correction, false};
  answer.correction.number = before.size() + 1;
  answer.correction.sealed_count = facts.sealed_count;
  answer.correction.previous_count = facts.previous_count;
  TAANU_RETURN_IF_ERROR(ledger.AddCorrection(&answer.correction));
  return answer;
}

}  // namespace taanu::rules
