// The life of a voter in the register, in plain words: what may be changed, and when.
//
// As in election.h nothing here knows of gRPC or SQL, and nothing of names and templates either:
// what is written is the business of the transaction.
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "enroll/register/register.h"
#include "enroll/register/voter_answer.h"
#include "matcher/error.h"
#include "matcher/template.h"
#include "service/rules/election.h"

namespace taanu::rules {

// A change that is asked for.
struct VoterChange {
  std::string request_id;  // canonical lower-case UUID
  VoterChangeKind kind = VoterChangeKind::kUpdated;
  KeyedReference voter{};
  KeyedReference operator_ref{};
  // A keyed digest of all that was asked for, by which a repeated request is known.
  KeyedReference content{};
  std::string precinct_id;                             // to move to
  std::optional<DeactivationReason> reason;            // to deactivate
  FingerPosition position = FingerPosition::kUnknown;  // of the finger that is concerned
};

// What is on record when a change is decided.
struct VoterFacts {
  bool active = true;
  std::string precinct_id;
  PollsState polls = PollsState::kNotOpen;      // of that precinct
  std::optional<PollsState> destination_polls;  // of the precinct to move to; none: unknown
  bool accredited = false;
  // Who enrolled the finger again, where that waits to be confirmed.
  std::optional<KeyedReference> reenrolled_by;
};

// "UPDATED", for the log.
std::string_view ChangeName(VoterChangeKind kind);

// Whether a voter who is new to the register may come onto the roll of a precinct. Errors:
// kConflict with reason ROLL_SEALED.
Status DecideEnrollment(PollsState polls);

// Whether the change may be made. Errors: kConflict with reason ROLL_SEALED, VOTER_ACCREDITED,
// VOTER_ACTIVE, VOTER_INACTIVE, SAME_PRECINCT, POLLS_OPEN, FINGER_UNCONFIRMED, NOTHING_TO_CONFIRM
// or SAME_OPERATOR; kNotFound with reason UNKNOWN_PRECINCT.
Status DecideVoterChange(const VoterChange& change, const VoterFacts& facts);

// One transaction, serialised against all others.
class RegisterTransaction {
 public:
  virtual ~RegisterTransaction() = default;

  // The answer given before to this request id, if any.
  virtual Result<std::optional<VoterAnswer>> FindAnswer(std::string_view request_id) = 0;
  // Errors: kNotFound (UNKNOWN_VOTER).
  virtual Result<VoterFacts> GatherFacts(const VoterChange& change) = 0;
  // Makes the change, writes its entry of the audit log and keeps the answer.
  virtual Result<VoterAnswer> Apply(const VoterChange& change) = 0;
};

// Decides the change inside the transaction and makes it; a request id that was answered before
// gets the first answer. Errors: those of DecideVoterChange and of the transaction; kConflict with
// reason REQUEST_ID_REUSED; kBadInput (BAD_REQUEST_ID).
Result<VoterAnswer> ChangeVoter(RegisterTransaction& transaction, const VoterChange& change);

}  // namespace taanu::rules
