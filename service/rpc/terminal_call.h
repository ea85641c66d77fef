// What every call of a terminal carries: under which request, about whom, where, and who asks.
//
// The same checks in the same order for all, so that no call is easier to make than another.
// Thread-safety: pure functions.
#pragma once

#include "matcher/error.h"
#include "service/auth/policy.h"
#include "service/rpc/backend.h"
#include "service/rpc/call.h"
#include "service/rpc/sessions.h"
#include "service/rpc/validate.h"

namespace taanu::rpc {

// Whether the precinct and the operator can be read, and the caller may act for the precinct.
// Errors: kBadInput (BAD_PRECINCT_ID, BAD_OPERATOR_ID), kRefused as auth::MayActForPrecinct.
template <typename Request>
Status CheckTerminal(const UnaryCall& call, const Request& request) {
  TAANU_RETURN_IF_ERROR(ValidatePrecinctField(request.precinct_id()));
  TAANU_RETURN_IF_ERROR(
      ValidateIdentifier("operator_id", "BAD_OPERATOR_ID", request.operator_id()));
  return auth::MayActForPrecinct(call.peer(), call.method(), request.precinct_id());
}

// The fields that all have, checked, and as the rules know them: request_id, voter (where the
// request names one), precinct_id, terminal, operator_ref and session_id of `asked`. Errors: those
// above, and kBadInput (BAD_REQUEST_ID, BAD_VOTER_NUMBER), those of ReadSessionId.
template <typename Request, typename Asked>
Status ReadTerminalCall(const Backend& backend, const UnaryCall& call, const Request& request,
                        Asked* asked) {
  TAANU_ASSIGN_OR_RETURN(asked->request_id, CanonicalRequestId(request.request_id()));
  if constexpr (requires { request.voter_number(); }) {
    TAANU_RETURN_IF_ERROR(
        ValidateIdentifier("voter_number", "BAD_VOTER_NUMBER", request.voter_number()));
  }
  TAANU_RETURN_IF_ERROR(CheckTerminal(call, request));
  if constexpr (requires { request.voter_number(); }) {
    asked->voter = backend.voters->ReferenceOf(request.voter_number());
  }
  asked->precinct_id = request.precinct_id();
  asked->terminal = backend.vault->Reference("terminal", call.peer().name);
  asked->operator_ref = backend.vault->Reference("operator", request.operator_id());
  TAANU_ASSIGN_OR_RETURN(asked->session_id, ReadSessionId(backend, request.session_id()));
  return {};
}

}  // namespace taanu::rpc
