// The session that a terminal's call names.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "matcher/error.h"
#include "service/rpc/backend.h"

namespace taanu::rpc {

// The field `session_id` of a request, in its canonical form; empty where none is named and none is
// needed. Whether the session lives is for the ledger (rules::CheckSession), inside its
// transaction. Errors: kBadInput (BAD_SESSION_ID), kConflict (SESSION_REQUIRED).
Result<std::string> ReadSessionId(const Backend& backend, std::string_view session_id);

}  // namespace taanu::rpc
