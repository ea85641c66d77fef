#include "service/ledger/register_transaction.h"

#include <chrono>
#include <string>
#include <utility>

#include "enroll/register/voter_requests.h"
#include "service/ledger/event_leaf.h"
#include "service/ledger/event_log.h"
#include "service/ledger/ledger_queries.h"

namespace taanu {
namespace {

using rules::VoterChange;
using rules::VoterFacts;

int64_t WallClockUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

int ThisYear() {
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  return static_cast<int>(std::chrono::year_month_day(today).year());
}

tl::unexpected<Error> NoPayload() {
  return Fail(ErrorCode::kInternal, "BAD_CHANGE", "a change of a voter lacks what it needs");
}

}  // namespace

SqliteRegisterTransaction::SqliteRegisterTransaction(Connection* connection, const Vault* vault,
                                                     const VoterPayload* payload)
    : connection_(*connection), payload_(*payload), editor_(connection, vault) {}

Result<std::optional<VoterAnswer>> SqliteRegisterTransaction::FindAnswer(
    std::string_view request_id) {
  return FindVoterAnswer(connection_, request_id);
}

Result<std::optional<rules::PollsState>> SqliteRegisterTransaction::FindPolls(
    std::string_view precinct_id) {
  TAANU_ASSIGN_OR_RETURN(const auto precinct, QueryPrecinct(connection_, precinct_id));
  if (!precinct) return std::nullopt;
  return precinct->state;
}

Result<VoterFacts> SqliteRegisterTransaction::GatherFacts(const VoterChange& change) {
  TAANU_RETURN_IF_ERROR(editor_.Load(change.voter));
  VoterFacts facts;
  facts.active = !editor_.voter().inactive.has_value();
  facts.precinct_id = editor_.voter().precinct_id;
  TAANU_ASSIGN_OR_RETURN(const auto polls, FindPolls(facts.precinct_id));
  // A precinct that the register has and the election does not has never opened.
  facts.polls = polls.value_or(rules::PollsState::kNotOpen);
  if (!change.precinct_id.empty()) {
    TAANU_ASSIGN_OR_RETURN(facts.destination_polls, FindPolls(change.precinct_id));
  }
  TAANU_ASSIGN_OR_RETURN(const auto accreditation, QueryAccreditation(connection_, change.voter));
  facts.accredited = accreditation.has_value();
  TAANU_ASSIGN_OR_RETURN(facts.reenrolled_by, editor_.FindReenroller(change.position));
  return facts;
}

Status SqliteRegisterTransaction::Edit(const VoterChange& change) {
  switch (change.kind) {
    case VoterChangeKind::kUpdated: {
      const auto* patch = std::get_if<VoterDataPatch>(&payload_);
      return patch != nullptr ? editor_.Update(*patch, ThisYear()) : NoPayload();
    }
    case VoterChangeKind::kFingerReenrolled: {
      const auto* views = std::get_if<std::vector<FingerReference>>(&payload_);
      if (views == nullptr) return NoPayload();
      return editor_.ReplaceFinger(change.position, *views, change.operator_ref);
    }
    case VoterChangeKind::kMoved:
      return editor_.Move(change.precinct_id);
    case VoterChangeKind::kFingerConfirmed:
      return editor_.ConfirmFinger(change.position);
    case VoterChangeKind::kFingerReverted:
      return editor_.RevertFinger(change.position);
    case VoterChangeKind::kDeactivated:
      return change.reason ? editor_.Deactivate(*change.reason) : NoPayload();
    case VoterChangeKind::kReactivated:
      return editor_.Reactivate();
    case VoterChangeKind::kErased:
      return editor_.Erase();
    default:
      return NoPayload();
  }
}

Result<VoterAnswer> SqliteRegisterTransaction::Apply(const VoterChange& change) {
  const bool moves = change.kind == VoterChangeKind::kMoved;
  const std::string from = moves ? editor_.voter().precinct_id : std::string();
  TAANU_RETURN_IF_ERROR(Edit(change));
  VoterAnswer answer;
  answer.kind = change.kind;
  answer.voter = change.voter;
  answer.time_us = WallClockUs();
  if (change.kind == VoterChangeKind::kErased) {
    // Nothing is kept of what was asked for about a voter who is gone.
    answer.state = VoterState::kErased;
  } else {
    const SealedEnrollment& voter = editor_.voter();
    answer.content = change.content;
    answer.state = voter.inactive ? VoterState::kInactive : VoterState::kActive;
    answer.precinct_id = voter.precinct_id;
    answer.reference_count = static_cast<int>(voter.fingers.size());
  }
  TAANU_ASSIGN_OR_RETURN(answer.event_index,
                         AppendEvent(connection_, VoterChangedLeaf(change, answer, from)));
  TAANU_RETURN_IF_ERROR(KeepVoterAnswer(connection_, change.request_id, answer));
  return answer;
}

Status LogOfficeAct(Connection& connection, std::string_view type, std::string_view request_id,
                    const KeyedReference& operator_ref, std::string_view precinct_id) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT type FROM office_act WHERE request_id = ?1", request_id));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (found && row.Text(0) == type) return row.Check();
  if (found) {
    return Fail(ErrorCode::kConflict, "REQUEST_ID_REUSED",
                "request_id was used before for another request; make a new one for each");
  }
  TAANU_ASSIGN_OR_RETURN(const uint64_t index,
                         AppendEvent(connection, OfficeLeaf(type, request_id, operator_ref,
                                                            precinct_id, WallClockUs())));
  return connection.Run("INSERT INTO office_act(request_id, type, event_index) VALUES (?1, ?2, ?3)",
                        request_id, type, index);
}

}  // namespace taanu
