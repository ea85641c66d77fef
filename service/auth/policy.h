// Who may call what. Deny by default: a method that is not in the table may be called by nobody,
// and a test walks every method of the contract through it.
//
// Authorize is the one place where a method is allowed; it is called once for every call, on both
// listeners, before the handler (processor.h). What depends on the request itself, which is only
// the precinct of a terminal, handlers check with MayActForPrecinct.
//
// Thread-safety: pure functions.
#pragma once

#include <span>
#include <string_view>

#include "matcher/error.h"
#include "service/auth/peer.h"
#include "service/auth/role.h"

namespace taanu::auth {

struct MethodRule {
  std::string_view method;  // "/taanu.v1.VerificationService/VerifyVoter"
  RoleSet roles;
};
std::span<const MethodRule> MethodTable();

// Errors: kRefused with reason UNAUTHENTICATED where the peer is nobody, METHOD_NOT_ALLOWED where
// no role of the peer may call the method. Health and reflection are for everybody who is somebody.
Status Authorize(const Peer& peer, std::string_view method);

// A peer who may call `method` as a terminal alone is bound to the precinct of its certificate.
// Errors: kRefused with reason PRECINCT_NOT_ALLOWED.
Status MayActForPrecinct(const Peer& peer, std::string_view method, std::string_view precinct_id);

}  // namespace taanu::auth
