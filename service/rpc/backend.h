// What the handlers work with. Nothing here is owned; all of it outlives the gRPC server.
//
// Thread-safety: immutable; what it points to may be used from any thread.
#pragma once

#include <cstddef>
#include <string>

#include "enroll/register/register.h"
#include "enroll/store/sealing.h"
#include "service/audit/signer.h"
#include "service/auth/role.h"
#include "service/cases/background_search.h"
#include "service/ledger/audit_log.h"
#include "service/ledger/case_book.h"
#include "service/ledger/office.h"
#include "service/ledger/officers.h"
#include "service/ledger/precinct_log.h"
#include "service/ledger/slip_desk.h"
#include "service/ledger/sqlite_ledger.h"
#include "service/rolls/finger_claims.h"
#include "service/rolls/finger_search.h"
#include "service/rolls/rolls.h"
#include "service/rpc/call_gate.h"
#include "service/rpc/worker_pool.h"
#include "service/rules/election.h"
#include "service/rules/fallback.h"

namespace taanu {
class ActivityLog;       // service/ledger/activity_log.h
class CheckpointKeeper;  // service/ledger/checkpoint_keeper.h
class TerminalPace;      // service/watch/terminal_pace.h
class TriedFingers;      // service/watch/tried_fingers.h
}  // namespace taanu

namespace taanu::rpc {

struct Backend {
  const Vault* vault = nullptr;
  const Signer* signer = nullptr;
  Register* voters = nullptr;
  SqliteLedger* ledger = nullptr;
  AuditLog* audit_log = nullptr;
  CheckpointKeeper* checkpoints = nullptr;
  ActivityLog* activity = nullptr;
  Office* office = nullptr;
  CaseBook* cases = nullptr;
  BackgroundSearch* duplicate_search = nullptr;
  // Null where no rolls are kept in memory; there is then no search of any kind.
  Rolls* rolls = nullptr;
  FingerClaims* finger_claims = nullptr;
  SlipDesk* slip_desk = nullptr;
  OfficerList* officers = nullptr;
  const PrecinctLog* precinct_log = nullptr;
  // Null where terminals have no pace, or tried fingers are not remembered.
  TerminalPace* pace = nullptr;
  TriedFingers* tried = nullptr;

  // Kept apart, so that a bulk load or a long list cannot make voters wait.
  WorkerPool* verification_pool = nullptr;
  WorkerPool* enrollment_pool = nullptr;
  WorkerPool* query_pool = nullptr;
  WorkerPool* search_pool = nullptr;
  // Every call is inside it while it is worked on.
  CallGate* gate = nullptr;

  rules::Policy policy;
  // Among whom an attempt's finger is searched for another identity, and the chance of a false
  // alarm of that, for an attempt as a whole.
  DuplicateScope duplicate_scope = DuplicateScope::kOff;
  double duplicate_fpir = 0.0001;
  rules::FallbackLimits fallback_limits;
  // Calls of terminals without a session are refused.
  bool sessions_required = false;
  // The quality, 0 to 100, below which a sample is not compared and a finger is not enrolled.
  int quality_min = 0;
  // Items of a bulk load without a status at a time, and the bytes that they may take.
  size_t bulk_window = 256;
  size_t bulk_window_bytes = size_t{128} << 20;
  auth::RoleSet local_roles;
  // What slips carry: the name of the election, and the offset that their times are written in.
  std::string election_name;
  int utc_offset_minutes = 0;

  std::string version;            // of the daemon
  std::string algorithm_version;  // of extractor and comparator
};

}  // namespace taanu::rpc
