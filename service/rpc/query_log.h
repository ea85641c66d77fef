// Auditors' questions are in the log too.
#pragma once

#include <string_view>

#include "service/ledger/activity_log.h"
#include "service/rpc/call.h"

namespace taanu::rpc {

// Thread-safety: may be called from any thread.
inline void CountQuery(const Backend& backend, std::string_view method, const auth::Peer& peer) {
  backend.activity->CountQuery(method, auth::RoleNames(peer.roles), PeerReference(backend, peer));
}
inline void CountQuery(const Backend& backend, const UnaryCall& call) {
  CountQuery(backend, call.method(), call.peer());
}

}  // namespace taanu::rpc
