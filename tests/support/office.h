// Changes of voters and of the store, one call to a line, with the answers a test wants.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <string>
#include <type_traits>

#include "taanu/v1/store_service.grpc.pb.h"
#include "tests/support/client.h"

namespace taanu::test {

// A request to change a voter, with an id of its own.
template <typename Request>
Request ChangeRequest(const std::string& number, const std::string& officer = "office-1") {
  Request request;
  request.set_request_id(NewRequestId());
  request.set_voter_number(number);
  request.set_operator_id(officer);
  return request;
}

// Calls `method`; `deadline_s` is also how long it waits for the daemon.
template <typename Stub, typename Request, typename Response>
grpc::Status CallOnce(Stub& stub,
                      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                      const std::type_identity_t<Request>& request,
                      std::type_identity_t<Response>* response, int deadline_s = 60) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(deadline_s));
  context.set_wait_for_ready(true);
  return (stub.*method)(&context, request, response);
}

}  // namespace taanu::test
