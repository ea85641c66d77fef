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

 private:
  const Backend& backend_;
  BulkLoads bulk_loads_;
};

}  // namespace taanu::rpc
