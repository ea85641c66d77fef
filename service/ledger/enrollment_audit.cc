#include "service/ledger/enrollment_audit.h"

#include "service/ledger/event_leaf.h"
#include "service/ledger/event_log.h"

namespace taanu {

Result<uint64_t> AuditEnrollment(Connection& connection, const VoterEnrolled& voter) {
  return AppendEvent(connection, VoterEnrolledLeaf(voter));
}

}  // namespace taanu
