#include "service/rules/voter_change.h"

#include "service/rules/ledger.h"

namespace taanu::rules {
namespace {

tl::unexpected<Error> Refuse(std::string_view reason, std::string message) {
  return Fail(ErrorCode::kConflict, reason, std::move(message));
}

bool ChangesRoll(VoterChangeKind kind) {
  return kind == VoterChangeKind::kMoved || kind == VoterChangeKind::kDeactivated ||
         kind == VoterChangeKind::kReactivated;
}

tl::unexpected<Error> RollSealed() {
  return Refuse("ROLL_SEALED",
                "the polls of a precinct that this concerns are closed; its roll is sealed");
}

Status DecideRollChange(const VoterChange& change, const VoterFacts& facts) {
  // 1. What a precinct reported when it closed stands: nobody comes onto its roll or leaves it.
  if (facts.polls == PollsState::kClosed || facts.destination_polls == PollsState::kClosed) {
    return RollSealed();
  }
  // 2. A voter who was accredited is counted where that was, and stays on that roll.
  if (facts.accredited) {
    return Refuse("VOTER_ACCREDITED",
                  "the voter was accredited, and stays on the roll on which that is counted");
  }
  if (change.kind == VoterChangeKind::kReactivated) return {};
  // 3. Who is on no roll cannot be moved or taken off one.
  if (!facts.active) {
    return Refuse("VOTER_INACTIVE", "the voter is off the roll; reactivate the voter first");
  }
  if (change.kind == VoterChangeKind::kDeactivated) return {};
  // 4. A voter moves to another precinct, and to one that exists.
  if (!facts.destination_polls) {
    return Fail(ErrorCode::kNotFound, "UNKNOWN_PRECINCT",
                "precinct " + change.precinct_id + " does not exist; create it first");
  }
  if (facts.precinct_id == change.precinct_id) {
    return Refuse("SAME_PRECINCT", "the voter is on the roll of that precinct already");
  }
  return {};
}

Status DecideReenrolment(const VoterFacts& facts) {
  // 7. Nobody's references change while the precinct votes: whoever could do that could make any
  //    finger match any voter. A voter whose finger fails on the day has the fallback.
  if (facts.polls == PollsState::kOpen) {
    return Refuse("POLLS_OPEN", "the polls of the voter's precinct are open");
  }
  if (!facts.active) {
    return Refuse("VOTER_INACTIVE", "the voter is off the roll; reactivate the voter first");
  }
  // 8. One earlier reference is kept of a finger, so that taking back is never ambiguous.
  if (facts.reenrolled_by) {
    return Refuse("FINGER_UNCONFIRMED",
                  "this finger was enrolled again before; confirm that, or take it back");
  }
  return {};
}

}  // namespace

std::string_view ChangeName(VoterChangeKind kind) {
  switch (kind) {
    case VoterChangeKind::kEnrolled:
      return "ENROLLED";
    case VoterChangeKind::kFoundEnrolled:
      return "FOUND_ENROLLED";
    case VoterChangeKind::kUpdated:
      return "UPDATED";
    case VoterChangeKind::kMoved:
      return "MOVED";
    case VoterChangeKind::kFingerReenrolled:
      return "FINGER_REENROLLED";
    case VoterChangeKind::kFingerConfirmed:
      return "FINGER_CONFIRMED";
    case VoterChangeKind::kFingerReverted:
      return "FINGER_REVERTED";
    case VoterChangeKind::kDeactivated:
      return "DEACTIVATED";
    case VoterChangeKind::kReactivated:
      return "REACTIVATED";
    case VoterChangeKind::kErased:
      return "ERASED";
  }
  return "UNKNOWN";
}

// By 1, which holds for whoever is new, too. Who is enrolled already is only told so.
Status DecideEnrollment(PollsState polls) {
  if (polls == PollsState::kClosed) return RollSealed();
  return {};
}

Status DecideVoterChange(const VoterChange& change, const VoterFacts& facts) {
  if (change.kind == VoterChangeKind::kReactivated && facts.active) {
    return Refuse("VOTER_ACTIVE", "the voter is on the roll already");
  }
  if (ChangesRoll(change.kind)) return DecideRollChange(change, facts);
  switch (change.kind) {
    // 5. A misspelt name is corrected at any time: it decides nothing.
    case VoterChangeKind::kUpdated:
      return {};
    // 6. Only who is off the roll is erased: two steps, so that one slip does not erase a voter.
    case VoterChangeKind::kErased:
      if (!facts.active) return {};
      return Refuse("VOTER_ACTIVE", "the voter is on the roll; deactivate the voter first");
    case VoterChangeKind::kFingerReenrolled:
      return DecideReenrolment(facts);
    // 9. What one person enrolled another one confirms; anybody who may enrol takes it back.
    case VoterChangeKind::kFingerConfirmed:
    case VoterChangeKind::kFingerReverted:
      if (!facts.reenrolled_by) {
        return Refuse("NOTHING_TO_CONFIRM", "this finger was not enrolled again");
      }
      if (change.kind == VoterChangeKind::kFingerConfirmed &&
          *facts.reenrolled_by == change.operator_ref) {
        return Refuse("SAME_OPERATOR",
                      "whoever enrolled the finger again cannot confirm that; let another operator "
                      "do it");
      }
      return {};
    default:
      return Fail(ErrorCode::kInternal, "BAD_CHANGE", "this is not a change of a voter");
  }
}

Result<VoterAnswer> ChangeVoter(RegisterTransaction& transaction, const VoterChange& change) {
  if (!IsCanonicalRequestId(change.request_id)) {
    return Fail(ErrorCode::kBadInput, "BAD_REQUEST_ID",
                "request_id must be a UUID of 36 characters in lower case");
  }
  TAANU_ASSIGN_OR_RETURN(auto earlier, transaction.FindAnswer(change.request_id));
  if (earlier) {
    TAANU_RETURN_IF_ERROR(CheckSameRequest(*earlier, change.kind, change.voter, change.content));
    return std::move(*earlier);
  }
  TAANU_ASSIGN_OR_RETURN(const VoterFacts facts, transaction.GatherFacts(change));
  TAANU_RETURN_IF_ERROR(DecideVoterChange(change, facts));
  return transaction.Apply(change);
}

}  // namespace taanu::rules
