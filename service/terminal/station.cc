#include "service/terminal/station.h"

#include <algorithm>
#include <utility>

#include "service/terminal/field.h"

namespace taanu::terminal {
namespace {

constexpr int kAskedFingers = 4;

// Worth another capture: nothing is settled yet. Everything else is an end.
bool WorthAnotherTry(const Decision& decision, int tries_left) {
  if (decision.outcome == v1::OUTCOME_LOW_QUALITY) return true;
  return tries_left > 0 &&
         (decision.outcome == v1::OUTCOME_NO_MATCH || decision.outcome == v1::OUTCOME_AMBIGUOUS);
}

// A question was refused since this device acts for its station no more.
bool IsSessionLost(const Error& error) {
  return error.reason == "SESSION_TAKEN_OVER" || error.reason == "SESSION_ENDED" ||
         error.reason == "SESSION_OF_ANOTHER_DEVICE" || error.reason == "UNKNOWN_SESSION";
}

}  // namespace

std::string_view AskingName(Asking asking) {
  switch (asking) {
    case Asking::kVerify:
      return "verify";
    case Asking::kSearch:
      return "search";
    case Asking::kReissue:
      return "reissue";
    case Asking::kFallback:
      return "fallback";
    case Asking::kStartSession:
      return "start_session";
    case Asking::kTakeOverSession:
      return "take_over";
  }
  return "verify";
}

std::string_view PhaseName(Phase phase) {
  switch (phase) {
    case Phase::kSignOn:
      return "sign_on";
    case Phase::kIdle:
      return "idle";
    case Phase::kCapturing:
      return "capturing";
    case Phase::kDeciding:
      return "deciding";
    case Phase::kRetry:
      return "retry";
    case Phase::kDecision:
      return "decision";
    case Phase::kProblem:
      return "problem";
  }
  return "problem";
}

std::string_view AskedFingerName(AskedFinger finger) {
  switch (finger) {
    case AskedFinger::kRightIndex:
      return "right_index";
    case AskedFinger::kLeftIndex:
      return "left_index";
    case AskedFinger::kRightThumb:
      return "right_thumb";
    case AskedFinger::kLeftThumb:
      return "left_thumb";
  }
  return "right_index";
}

Station::Station(std::string operator_id, IdMaker new_request_id, std::string station_id)
    : new_request_id_(new_request_id),
      station_id_(std::move(station_id)),
      operator_id_(std::move(operator_id)) {
  if (operator_id_.empty()) return;
  phase_ = Phase::kIdle;
  if (LacksSession()) AskFor(Asking::kStartSession);
}

int Station::tries_left() const {
  return std::max(0, captures_max_ - static_cast<int>(samples_.size()));
}

std::optional<uint64_t> Station::capture_wanted() const {
  if (phase_ != Phase::kCapturing) return std::nullopt;
  return ticket_;
}

Status Station::Expect(uint64_t step, bool phase_fits) const {
  if (step != step_) {
    return Fail(ErrorCode::kConflict, "STALE_STEP", "the screen has moved on since");
  }
  if (!phase_fits) return Fail(ErrorCode::kConflict, "NOT_NOW", "this cannot be done now");
  return {};
}

void Station::Enter(Phase phase) {
  phase_ = phase;
  ++step_;
}

void Station::ForgetVoter() {
  voter_number_.clear();
  searching_ = false;
  finger_ = AskedFinger::kRightIndex;
  prompt_.reset();
  touches_.clear();
  samples_.clear();
  decision_.reset();
  trouble_.reset();
}

void Station::Capture() {
  ++ticket_;
  prompt_.reset();
  decision_.reset();
  Enter(Phase::kCapturing);
}

void Station::AskFor(Asking asking) {
  question_ = Question{.ticket = ++ticket_,
                       .asking = asking,
                       .request_id = new_request_id_(),
                       .voter_number = voter_number_,
                       .operator_id = operator_id_,
                       .samples = samples_,
                       .session_id = session_id_};
  Enter(Phase::kDeciding);
}

void Station::GoToWork() {
  ForgetVoter();
  if (LacksSession()) {
    AskFor(Asking::kStartSession);
  } else {
    Enter(Phase::kIdle);
  }
}

Status Station::SignOn(uint64_t step, std::string_view operator_id) {
  TAANU_RETURN_IF_ERROR(Expect(step, phase_ == Phase::kSignOn));
  TAANU_ASSIGN_OR_RETURN(operator_id_, ReadField(operator_id, "BAD_OPERATOR_ID"));
  GoToWork();
  return {};
}

Status Station::SignOff(uint64_t step) {
  TAANU_RETURN_IF_ERROR(Expect(step, phase_ == Phase::kIdle));
  operator_id_.clear();
  Enter(Phase::kSignOn);
  return {};
}

Status Station::Start(uint64_t step, std::string_view voter_number, uint64_t now_s) {
  TAANU_RETURN_IF_ERROR(Expect(step, MayBegin()));
  TAANU_ASSIGN_OR_RETURN(std::string number, ReadField(voter_number, "BAD_VOTER_NUMBER"));
  ForgetVoter();
  voter_number_ = std::move(number);
  started_s_ = now_s;
  Capture();
  return {};
}

Status Station::StartSearch(uint64_t step, uint64_t now_s) {
  TAANU_RETURN_IF_ERROR(Expect(step, MayBegin()));
  ForgetVoter();
  searching_ = true;
  started_s_ = now_s;
  Capture();
  return {};
}

Status Station::Reissue(uint64_t step) {
  const bool given = phase_ == Phase::kDecision && decision_->given && !voter_number_.empty();
  TAANU_RETURN_IF_ERROR(Expect(step, given));
  AskFor(Asking::kReissue);
  return {};
}

Status Station::Print(uint64_t step) const {
  return Expect(step, phase_ == Phase::kDecision && decision_->slip.has_value());
}

Status Station::Fallback(uint64_t step, const FallbackStatement& statement) {
  const bool open = phase_ == Phase::kCapturing || phase_ == Phase::kRetry ||
                    phase_ == Phase::kProblem ||
                    (phase_ == Phase::kDecision && ToneOf(decision_->outcome) != Tone::kGreen);
  TAANU_RETURN_IF_ERROR(Expect(step, open && !voter_number_.empty() && !LacksSession()));
  TAANU_ASSIGN_OR_RETURN(std::string officer,
                         ReadField(statement.second_officer, "BAD_OFFICER_ID"));
  samples_.clear();
  AskFor(Asking::kFallback);
  question_->fallback = statement;
  question_->fallback.second_officer = std::move(officer);
  if (statement.reason == v1::FALLBACK_REASON_FINGER_DISPUTED && decision_) {
    question_->disputed = decision_->disputable;
  }
  return {};
}

Status Station::TakeOver(uint64_t step, const TakeOverStatement& statement) {
  TAANU_RETURN_IF_ERROR(Expect(step, may_take_over()));
  TAANU_ASSIGN_OR_RETURN(std::string officer,
                         ReadField(statement.second_officer, "BAD_OFFICER_ID"));
  ForgetVoter();
  AskFor(Asking::kTakeOverSession);
  question_->take_over = statement;
  question_->take_over.second_officer = std::move(officer);
  return {};
}

Status Station::Cancel(uint64_t step) {
  TAANU_RETURN_IF_ERROR(Expect(step, phase_ == Phase::kCapturing || phase_ == Phase::kRetry));
  GoToWork();
  return {};
}

Status Station::TryAgain(uint64_t step, bool with_next_finger) {
  TAANU_RETURN_IF_ERROR(Expect(step, phase_ == Phase::kRetry));
  if (with_next_finger) {
    finger_ = static_cast<AskedFinger>((static_cast<int>(finger_) + 1) % kAskedFingers);
  }
  Capture();
  return {};
}

Status Station::Finish(uint64_t step) {
  TAANU_RETURN_IF_ERROR(Expect(step, Finished()));
  GoToWork();
  return {};
}

void Station::OnPrompt(uint64_t ticket, CapturePrompt prompt) {
  if (capture_wanted() == ticket) prompt_ = prompt;
}

void Station::OnTouch(uint64_t ticket, const Touch& touch, v1::FingerSample sample) {
  if (capture_wanted() != ticket) return;
  touches_.push_back(touch);
  samples_.push_back(std::move(sample));
  prompt_.reset();
  AskFor(searching_ ? Asking::kSearch : Asking::kVerify);
}

void Station::OnDecision(uint64_t ticket, const Decision& decision, uint64_t now_s) {
  if (!question_ || question_->ticket != ticket) return;
  question_.reset();
  trouble_.reset();
  // Captures that are too poor to compare prove nothing about the voter: they take no try away.
  if (decision.outcome == v1::OUTCOME_LOW_QUALITY) {
    samples_.clear();
  } else if (!samples_.empty() && touches_.back().reason == QualityReason::kNoFinger) {
    samples_.pop_back();
  }
  decision_ = decision;
  if (!decision.voter_number.empty()) voter_number_ = decision.voter_number;
  if (ToneOf(decision.outcome) == Tone::kGreen) {
    ++tally_.accredited;
    tally_.seconds += now_s - std::min(now_s, started_s_);
  }
  const bool again = WorthAnotherTry(decision, tries_left());
  // Fingers are kept no longer than the attempt lasts.
  if (!again) samples_.clear();
  Enter(again ? Phase::kRetry : Phase::kDecision);
}

void Station::OnSlip(uint64_t ticket, const GivenSlip& slip) {
  if (!question_ || question_->ticket != ticket) return;
  question_.reset();
  trouble_.reset();
  decision_->slip = slip;
  Enter(Phase::kDecision);
}

void Station::OnSession(uint64_t ticket, const std::string& session_id) {
  if (!question_ || question_->ticket != ticket) return;
  question_.reset();
  session_id_ = session_id;
  GoToWork();
}

void Station::OnDelay(uint64_t ticket, const Error& why) {
  if (question_ && question_->ticket == ticket) trouble_ = why;
}

void Station::OnRefusal(uint64_t ticket, const Error& why) {
  if (!question_ || question_->ticket != ticket) return;
  question_.reset();
  samples_.clear();
  trouble_ = why;
  if (IsSessionLost(why)) session_id_.clear();
  Enter(Phase::kProblem);
}

}  // namespace taanu::terminal
