// Auditors' questions are in the log too.
#pragma once

#include "service/ledger/activity_log.h"
#include "service/rpc/call.h"

namespace taanu::rpc {

// Thread-safety: may be called from any thread.
inline void CountQuery(const Backend& backend, const UnaryCall& call) {
  backend.activity->CountQuery(call.method(), auth::RoleNames(call.peer().roles),
                               PeerReference(backend, call.peer()));
}

}  // namespace taanu::rpc
