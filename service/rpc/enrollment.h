// What an administrator of the register calls.
#pragma once

#include "service/rpc/backend.h"
#include "service/rpc/bulk_enroll.h"
#include "taanu/v1/enrollment_service.grpc.pb.h"

namespace taanu::rpc {

// Thread-safety: called from gRPC's threads, any number at a time.
class EnrollmentHandlers final : public v1::EnrollmentService::CallbackService {
 public:
  explicit EnrollmentHandlers(const Backend& backend) : backend_(backend) {}

  // Bulk loads stop reading, give the status of what they have read, and end as UNAVAILABLE.
  void Drain() { bulk_loads_.Drain(); }

  grpc::ServerUnaryReactor* EnrollVoter(grpc::CallbackServerContext* context,
                                        const v1::EnrollVoterRequest* request,
                                        v1::EnrollVoterResponse* response) override;
  grpc::ServerBidiReactor<v1::BulkEnrollRequest, v1::BulkEnrollResponse>* BulkEnroll(
      grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* GetVoter(grpc::CallbackServerContext* context,
                                     const v1::GetVoterRequest* request,
                                     v1::GetVoterResponse* response) override;
  grpc::ServerUnaryReactor* ListVoters(grpc::CallbackServerContext* context,
                                       const v1::ListVotersRequest* request,
                                       v1::ListVotersResponse* response) override;
  // In register_content.cc.
  grpc::ServerUnaryReactor* ListUnreferencedVoters(
      grpc::CallbackServerContext* context, const v1::ListUnreferencedVotersRequest* request,
      v1::ListUnreferencedVotersResponse* response) override;
  grpc::ServerUnaryReactor* GetRegisterDigest(grpc::CallbackServerContext* context,
                                              const v1::GetRegisterDigestRequest* request,
                                              v1::GetRegisterDigestResponse* response) override;
  // What happens to a voter after enrolment (voter_changes.cc).
  grpc::ServerUnaryReactor* UpdateVoter(grpc::CallbackServerContext* context,
                                        const v1::UpdateVoterRequest* request,
                                        v1::UpdateVoterResponse* response) override;
  grpc::ServerUnaryReactor* MoveVoter(grpc::CallbackServerContext* context,
                                      const v1::MoveVoterRequest* request,
                                      v1::MoveVoterResponse* response) override;
  grpc::ServerUnaryReactor* ReenrollFinger(grpc::CallbackServerContext* context,
                                           const v1::ReenrollFingerRequest* request,
                                           v1::ReenrollFingerResponse* response) override;
  grpc::ServerUnaryReactor* ConfirmFinger(grpc::CallbackServerContext* context,
                                          const v1::ConfirmFingerRequest* request,
                                          v1::ConfirmFingerResponse* response) override;
  grpc::ServerUnaryReactor* RevertFinger(grpc::CallbackServerContext* context,
                                         const v1::RevertFingerRequest* request,
                                         v1::RevertFingerResponse* response) override;
  grpc::ServerUnaryReactor* DeactivateVoter(grpc::CallbackServerContext* context,
                                            const v1::DeactivateVoterRequest* request,
                                            v1::DeactivateVoterResponse* response) override;
  grpc::ServerUnaryReactor* ReactivateVoter(grpc::CallbackServerContext* context,
                                            const v1::ReactivateVoterRequest* request,
                                            v1::ReactivateVoterResponse* response) override;
  grpc::ServerUnaryReactor* EraseVoter(grpc::CallbackServerContext* context,
                                       const v1::EraseVoterRequest* request,
                                       v1::EraseVoterResponse* response) override;
  // The register reads out (export.cc).
  grpc::ServerWriteReactor<v1::ExportVotersResponse>* ExportVoters(
      grpc::CallbackServerContext* context, const v1::ExportVotersRequest* request) override;

 private:
  const Backend& backend_;
  BulkLoads bulk_loads_;
};

}  // namespace taanu::rpc
