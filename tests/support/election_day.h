// What officers do at a precinct, one call to a line.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "taanu/v1/verification_service.grpc.pb.h"
#include "tests/support/client.h"
#include "tests/support/office.h"

namespace taanu::test {

// A fallback by operator-7 and officer-8, with an id of its own.
inline v1::RecordFallbackRequest FallbackRequest(
    const std::string& number, v1::FallbackReason reason = v1::FALLBACK_REASON_NO_USABLE_FINGER,
    const std::string& precinct = "P1") {
  v1::RecordFallbackRequest request;
  request.set_request_id(NewRequestId());
  request.set_voter_number(number);
  request.set_precinct_id(precinct);
  request.set_operator_id("operator-7");
  request.set_second_officer_id("officer-8");
  request.set_reason(reason);
  return request;
}

inline std::unique_ptr<v1::VerificationService::Stub> VerificationStub(const Client& client) {
  return v1::VerificationService::NewStub(client.channel());
}

inline grpc::Status Fallback(const Client& client, const v1::RecordFallbackRequest& request,
                             v1::RecordFallbackResponse* response) {
  return CallOnce(*VerificationStub(client), &v1::VerificationService::Stub::RecordFallback,
                  request, response);
}

}  // namespace taanu::test
