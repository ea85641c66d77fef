// Logs enrolments: what the register's hook is given.
#pragma once

#include "enroll/register/sqlite_register.h"
#include "enroll/store/connection.h"
#include "matcher/error.h"

namespace taanu {

// Adds "voter_enrolled" to the audit log in the transaction of the enrolment: pass it to
// SqliteRegister as `on_enrolled`. Errors, which undo the enrolment: those of
// rules::DecideEnrollment and of the store.
Result<uint64_t> AuditEnrollment(Connection& connection, const VoterEnrolled& voter);

}  // namespace taanu
