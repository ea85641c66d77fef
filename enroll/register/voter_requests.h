// The answers to requests that changed a voter, kept in the file so that a repeated request gets
// the first one, also after a crash.
//
// Thread-safety: a Connection belongs to one thread at a time.
#pragma once

#include <optional>
#include <string_view>

#include "enroll/register/voter_answer.h"
#include "enroll/store/connection.h"
#include "matcher/error.h"

namespace taanu {

// The answer that was given to this request id, if any.
Result<std::optional<VoterAnswer>> FindVoterAnswer(Connection& connection,
                                                   std::string_view request_id);

// Errors: kConflict (EXISTS), those of the store.
Status KeepVoterAnswer(Connection& connection, std::string_view request_id,
                       const VoterAnswer& answer);

// Forgets what was asked for about a voter, keyed as it is, and keeps that it was.
Status ForgetRequestContents(Connection& connection, const KeyedReference& voter);

}  // namespace taanu
