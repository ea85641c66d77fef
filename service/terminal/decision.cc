#include "service/terminal/decision.h"

namespace taanu::terminal {

std::string_view ToneName(Tone tone) {
  switch (tone) {
    case Tone::kGreen:
      return "green";
    case Tone::kAmber:
      return "amber";
    case Tone::kRed:
      return "red";
  }
  return "red";
}

Tone ToneOf(v1::Outcome outcome) {
  switch (outcome) {
    case v1::OUTCOME_ACCREDITED:
    case v1::OUTCOME_ACCREDITED_BY_FALLBACK:
      return Tone::kGreen;
    // A new capture, another finger, the number once more, two officers with the voter's document,
    // or the opening of the polls may still bring the ballot.
    case v1::OUTCOME_NO_MATCH:
    case v1::OUTCOME_LOW_QUALITY:
    case v1::OUTCOME_NOT_ON_ROLL:
    case v1::OUTCOME_NO_REFERENCE:
    case v1::OUTCOME_AMBIGUOUS:
    case v1::OUTCOME_POLLS_NOT_OPEN:
      return Tone::kAmber;
    default:
      return Tone::kRed;
  }
}

namespace {

// What every answer has.
template <typename Response>
Decision Common(const Response& response) {
  Decision decision;
  decision.outcome = response.outcome();
  if (response.has_accreditation()) {
    const v1::Accreditation& accreditation = response.accreditation();
    decision.given = Given{.slip_number = accreditation.slip_number(),
                           .precinct_id = accreditation.precinct_id(),
                           .time_s = accreditation.accredit_time().seconds()};
  }
  decision.voter_precinct_id = response.voter_precinct_id();
  decision.case_id = response.case_id();
  decision.time_s = response.decision_time().seconds();
  decision.replayed = response.replayed();
  if (response.has_slip()) decision.slip = ToSlip(response.slip());
  return decision;
}

}  // namespace

Decision ToDecision(const v1::VerifyVoterResponse& response) {
  Decision decision = Common(response);
  decision.finger_matched = response.finger_matched();
  decision.disputable = response.accredited_search().disputable_request_id();
  return decision;
}

Decision ToDecision(const v1::RecordFallbackResponse& response) {
  Decision decision = Common(response);
  decision.fallbacks_used = response.fallbacks_used();
  decision.fallbacks_max = response.fallbacks_max();
  return decision;
}

Decision ToDecision(const v1::IdentifyVoterResponse& response) {
  Decision decision = ToDecision(response.decision());
  decision.voter_number = response.voter_number();
  return decision;
}

GivenSlip ToSlip(const v1::Slip& slip) {
  return {.text = slip.text(), .code = slip.qr_payload(), .issue_number = slip.issue_number()};
}

}  // namespace taanu::terminal
