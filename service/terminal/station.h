// The rules of the station: what the screen of one terminal shows, and what may happen next.
//
//   sign on (-> session) -> idle -> capturing -> deciding -> decision -> idle
//                          ^            |
//                          +-- retry <--+
//
// An operator does one thing at a time. What a station wants of the reader and of the daemon is
// part of its state (capture_wanted, question), each with a ticket; what comes back under an old
// ticket is too late and changes nothing. A question stays until it is answered: a lost answer is
// asked for again with the same request id, and nobody can turn away from it, so that no
// accreditation is made of which the operator never hears.
//
// Nothing here knows of HTTP, of threads, of clocks or of gRPC. Thread-safety: none; the Agent
// holds a lock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "enroll/capture/capture.h"
#include "enroll/extract/extractor.h"
#include "matcher/error.h"
#include "service/terminal/decision.h"
#include "taanu/v1/biometrics.pb.h"
#include "taanu/v1/election.pb.h"

namespace taanu::terminal {

enum class Phase : uint8_t {
  kSignOn,     // nobody operates the station yet
  kIdle,       // waiting for a voter's number
  kCapturing,  // waiting for a finger
  kDeciding,   // the daemon has been asked
  kRetry,      // not identified by what was captured so far; there are tries left
  kDecision,   // the attempt is over
  kProblem,    // the daemon refused the question itself, or the station's own fault
};
std::string_view PhaseName(Phase phase);  // such as "idle"

// The fingers that the screen asks for, one after the other. Which finger was laid down is never
// known, so that every capture is compared with all that are enrolled.
enum class AskedFinger : uint8_t { kRightIndex, kLeftIndex, kRightThumb, kLeftThumb };
std::string_view AskedFingerName(AskedFinger finger);  // such as "right_index"

// One capture, as the terminal's own extractor sees it.
struct Touch {
  int quality = 0;  // 0 to 100, 100 the best
  QualityReason reason = QualityReason::kGood;
};

// What is asked of the daemon.
enum class Asking : uint8_t {
  kVerify,           // whether this finger is this voter's
  kSearch,           // whose on the roll this finger is
  kReissue,          // for the voter's slip again
  kFallback,         // to accredit whom two officers identified by document
  kStartSession,     // that this device acts for its station
  kTakeOverSession,  // the same, in place of another device, by two officers
};
std::string_view AskingName(Asking asking);  // such as "start_session"

// What two officers state of a voter whom no finger identified.
struct FallbackStatement {
  v1::FallbackReason reason = v1::FALLBACK_REASON_UNSPECIFIED;
  std::string second_officer = {};
  std::string operator_code = {};  // the officers' own codes; empty where none are registered
  std::string second_code = {};
};

// What two officers state where this device shall act for a station in place of another one.
struct TakeOverStatement {
  v1::TakeOverReason reason = v1::TAKE_OVER_REASON_UNSPECIFIED;
  std::string second_officer = {};
  std::string operator_code = {};  // as in FallbackStatement
  std::string second_code = {};
};

struct Question {
  uint64_t ticket = 0;
  Asking asking = Asking::kVerify;
  std::string request_id;  // the same however often it is asked
  std::string voter_number;
  std::string operator_id;
  // Of the whole attempt, the earliest first; none where no finger is asked about.
  std::vector<v1::FingerSample> samples;
  FallbackStatement fallback = {};
  std::string disputed = {};  // with FINGER_DISPUTED: the request id of that attempt
  TakeOverStatement take_over = {};
  std::string session_id = {};  // under which it is asked, where the station has one
};

// How the service at this station goes, since the program was started.
struct Tally {
  uint64_t accredited = 0;
  uint64_t seconds = 0;  // from their numbers to their accreditations, altogether
};

class Station {
 public:
  // An operator who is named here is signed on from the start. `new_request_id` makes UUIDs. With
  // `station_id` this device acts for that station under a session, which it asks for when an
  // operator signs on, and nobody is served before it has one.
  using IdMaker = std::string (*)();
  Station(std::string operator_id, IdMaker new_request_id, std::string station_id = {});

  // What the operator does. `step` is that of the screen on which it was done: it is refused with
  // kConflict, STALE_STEP, where the screen has moved on since, so that a key held down does one
  // thing; and with NOT_NOW where the phase has no such action. Errors besides: kBadInput
  // (BAD_OPERATOR_ID, BAD_VOTER_NUMBER).
  Status SignOn(uint64_t step, std::string_view operator_id);
  Status SignOff(uint64_t step);
  // From the idle screen, or from a decision that has been read. `now_s` counts seconds.
  Status Start(uint64_t step, std::string_view voter_number, uint64_t now_s);
  // The same without a number: the finger alone tells who the voter is.
  Status StartSearch(uint64_t step, uint64_t now_s);
  // The slip of the voter of the decision that is shown, again: one that was lost, or never
  // printed. Refused with NOT_NOW where nobody was accredited here.
  Status Reissue(uint64_t step);
  // The slip on the screen is to be printed once more, since it was not. Changes nothing here;
  // refused with NOT_NOW where there is none.
  Status Print(uint64_t step) const;
  // Two officers identified the voter by document, before, between or after captures, or where an
  // earlier statement was refused. Not for a voter who was accredited. Errors besides: kBadInput
  // (BAD_OFFICER_ID).
  Status Fallback(uint64_t step, const FallbackStatement& statement);
  // Another device acts for this station, and shall no more. Refused with NOT_NOW unless
  // may_take_over(). Errors besides: kBadInput (BAD_OFFICER_ID).
  Status TakeOver(uint64_t step, const TakeOverStatement& statement);
  // The voter leaves before the end. What was attempted so far stays logged.
  Status Cancel(uint64_t step);
  Status TryAgain(uint64_t step, bool with_next_finger);
  // Where this device has no session for its station, that is asked for again.
  Status Finish(uint64_t step);

  // What the reader says.
  void OnPrompt(uint64_t ticket, CapturePrompt prompt);
  void OnTouch(uint64_t ticket, const Touch& touch, v1::FingerSample sample);

  // What the daemon says: an answer; that it could not be asked, and will be again; a refusal that
  // asking again would not change.
  void OnDecision(uint64_t ticket, const Decision& decision, uint64_t now_s);
  void OnSlip(uint64_t ticket, const GivenSlip& slip);
  void OnSession(uint64_t ticket, const std::string& session_id);
  void OnDelay(uint64_t ticket, const Error& why);
  void OnRefusal(uint64_t ticket, const Error& why);

  // Captures to an attempt at most, as the daemon has it.
  void SetCapturesMax(int captures_max) { captures_max_ = captures_max; }

  Phase phase() const { return phase_; }
  // Grows with each change of the phase.
  uint64_t step() const { return step_; }
  const std::string& operator_id() const { return operator_id_; }
  // Empty where the terminal acts for no station.
  const std::string& station_id() const { return station_id_; }
  // Whether this device could not get its station, or has lost it.
  bool may_take_over() const { return phase_ == Phase::kProblem && LacksSession(); }
  // Empty while a finger alone is to tell it.
  const std::string& voter_number() const { return voter_number_; }
  bool searching() const { return searching_; }
  AskedFinger finger() const { return finger_; }
  std::optional<CapturePrompt> prompt() const { return prompt_; }
  // Every capture since the voter came, the last one last.
  const std::vector<Touch>& touches() const { return touches_; }
  int tries_left() const;
  // In the phases kRetry and kDecision, and while its slip is issued again.
  const std::optional<Decision>& decision() const { return decision_; }
  // Why an answer is late, or in kProblem what is wrong.
  const std::optional<Error>& trouble() const { return trouble_; }
  const Tally& tally() const { return tally_; }

  // The ticket of the capture that is wanted now.
  std::optional<uint64_t> capture_wanted() const;
  // The question that is open now.
  const std::optional<Question>& question() const { return question_; }

 private:
  Status Expect(uint64_t step, bool phase_fits) const;
  void Enter(Phase phase);
  void ForgetVoter();
  void Capture();
  void AskFor(Asking asking);
  bool LacksSession() const { return !station_id_.empty() && session_id_.empty(); }
  // What comes after signing on, and after a voter.
  void GoToWork();
  bool MayBegin() const { return (phase_ == Phase::kIdle || Finished()) && !LacksSession(); }
  bool Finished() const { return phase_ == Phase::kDecision || phase_ == Phase::kProblem; }

  const IdMaker new_request_id_;
  const std::string station_id_;
  Phase phase_ = Phase::kSignOn;
  uint64_t step_ = 0;
  uint64_t ticket_ = 0;
  int captures_max_ = 1;  // until the daemon has said

  std::string operator_id_;
  std::string session_id_;
  std::string voter_number_;
  bool searching_ = false;
  uint64_t started_s_ = 0;
  AskedFinger finger_ = AskedFinger::kRightIndex;
  std::optional<CapturePrompt> prompt_;
  std::vector<Touch> touches_;
  std::vector<v1::FingerSample> samples_;  // those that are to be sent
  std::optional<Question> question_;
  std::optional<Decision> decision_;
  std::optional<Error> trouble_;
  Tally tally_;
};

}  // namespace taanu::terminal
