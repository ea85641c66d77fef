#include "service/ledger/enrollment_audit.h"

#include "service/ledger/event_leaf.h"
#include "service/ledger/event_log.h"

namespace taanu {

Status AuditEnrollment(Connection& connection, const VoterEnrolled& voter) {
  TAANU_RETURN_IF_ERROR(AppendEvent(connection, VoterEnrolledLeaf(voter)));
  return {};
}

}  // namespace taanu
