// What a precinct terminal calls.
#pragma once

#include "service/rpc/backend.h"
#include "taanu/v1/verification_service.grpc.pb.h"

namespace taanu::rpc {

// Thread-safety: called from gRPC's threads, any number at a time.
class VerificationHandlers final : public v1::VerificationService::CallbackService {
 public:
  explicit VerificationHandlers(const Backend& backend) : backend_(backend) {}

  grpc::ServerUnaryReactor* VerifyVoter(grpc::CallbackServerContext* context,
                                        const v1::VerifyVoterRequest* request,
                                        v1::VerifyVoterResponse* response) override;
  // identify.cc
  grpc::ServerUnaryReactor* IdentifyVoter(grpc::CallbackServerContext* context,
                                          const v1::IdentifyVoterRequest* request,
                                          v1::IdentifyVoterResponse* response) override;
  // slip.cc
  grpc::ServerUnaryReactor* ReissueSlip(grpc::CallbackServerContext* context,
                                        const v1::ReissueSlipRequest* request,
                                        v1::ReissueSlipResponse* response) override;
  // In fallback.cc.
  grpc::ServerUnaryReactor* RecordFallback(grpc::CallbackServerContext* context,
                                           const v1::RecordFallbackRequest* request,
                                           v1::RecordFallbackResponse* response) override;
  // In sessions.cc.
  grpc::ServerUnaryReactor* StartSession(grpc::CallbackServerContext* context,
                                         const v1::StartSessionRequest* request,
                                         v1::StartSessionResponse* response) override;
  grpc::ServerUnaryReactor* TakeOverSession(grpc::CallbackServerContext* context,
                                            const v1::TakeOverSessionRequest* request,
                                            v1::TakeOverSessionResponse* response) override;
  grpc::ServerUnaryReactor* EndSession(grpc::CallbackServerContext* context,
                                       const v1::EndSessionRequest* request,
                                       v1::EndSessionResponse* response) override;
  grpc::ServerUnaryReactor* GetPrecinctStatus(grpc::CallbackServerContext* context,
                                              const v1::GetPrecinctStatusRequest* request,
                                              v1::GetPrecinctStatusResponse* response) override;

 private:
  const Backend& backend_;
};

// The line of the program's log about an attempt that was answered.
void LogAttempt(const rules::AttemptAnswer& answer);

}  // namespace taanu::rpc
