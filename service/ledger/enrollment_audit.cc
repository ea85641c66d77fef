#include "service/ledger/enrollment_audit.h"

#include "service/ledger/event_leaf.h"
#include "service/ledger/event_log.h"
#include "service/rules/voter_change.h"

namespace taanu {
namespace {

// A load asks this of every voter, so it reads one row by its key. A precinct that the register has
// and the election does not has never opened.
Result<rules::PollsState> FindPolls(Connection& connection, std::string_view precinct_id) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT state FROM precinct_polls WHERE precinct_id = ?1", precinct_id));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  const auto state =
      found ? static_cast<rules::PollsState>(row.Int64(0)) : rules::PollsState::kNotOpen;
  TAANU_RETURN_IF_ERROR(row.Check());
  return state;
}

}  // namespace

Result<uint64_t> AuditEnrollment(Connection& connection, const VoterEnrolled& voter) {
  TAANU_ASSIGN_OR_RETURN(const rules::PollsState polls, FindPolls(connection, voter.precinct_id));
  TAANU_RETURN_IF_ERROR(rules::DecideEnrollment(polls));
  return AppendEvent(connection, VoterEnrolledLeaf(voter));
}

}  // namespace taanu
