// Whether two people are whom they say they are.
//
// Thread-safety: may be called from any worker; it waits for the store.
#pragma once

#include <string>

#include "matcher/error.h"
#include "service/rpc/backend.h"
#include "service/rpc/call.h"

namespace taanu::rpc {

// One person's id and code, as a request has them.
struct Vouching {
  std::string_view field;  // of the code, such as "operator_code"
  const std::string& officer_id;
  const std::string& code;
};

// Checks the codes of both people where the precinct has officers registered. Where it has none,
// two different ids are all that is asked for, which the rules see to. Errors: kBadInput
// (BAD_CODE), kRefused (UNKNOWN_OFFICER, WRONG_CODE, CODE_LOCKED), those of the store.
Status CheckCodes(const Backend& backend, const UnaryCall& call, const std::string& precinct_id,
                  const Vouching& first, const Vouching& second);

// The same for the fields of a request.
template <typename Request>
Status CheckCodes(const Backend& backend, const UnaryCall& call, const Request& request) {
  return CheckCodes(
      backend, call, request.precinct_id(),
      {"operator_code", request.operator_id(), request.operator_code()},
      {"second_officer_code", request.second_officer_id(), request.second_officer_code()});
}

}  // namespace taanu::rpc
