// What the people call who look for double registrations, and settle cases.
#pragma once

#include "service/rpc/backend.h"
#include "taanu/v1/adjudication_service.grpc.pb.h"

namespace taanu::rpc {

// Thread-safety: called from gRPC's threads, any number at a time.
class AdjudicationHandlers final : public v1::AdjudicationService::CallbackService {
 public:
  explicit AdjudicationHandlers(const Backend& backend) : backend_(backend) {}

  grpc::ServerUnaryReactor* GetCase(grpc::CallbackServerContext* context,
                                    const v1::GetCaseRequest* request,
                                    v1::GetCaseResponse* response) override;
  grpc::ServerUnaryReactor* GetCasePicture(grpc::CallbackServerContext* context,
                                           const v1::GetCasePictureRequest* request,
                                           v1::GetCasePictureResponse* response) override;
  grpc::ServerUnaryReactor* DecideCase(grpc::CallbackServerContext* context,
                                       const v1::DecideCaseRequest* request,
                                       v1::DecideCaseResponse* response) override;
  grpc::ServerUnaryReactor* StartDuplicateSearch(
      grpc::CallbackServerContext* context, const v1::StartDuplicateSearchRequest* request,
      v1::StartDuplicateSearchResponse* response) override;
  grpc::ServerUnaryReactor* GetDuplicateSearch(grpc::CallbackServerContext* context,
                                               const v1::GetDuplicateSearchRequest* request,
                                               v1::GetDuplicateSearchResponse* response) override;
  grpc::ServerUnaryReactor* CancelDuplicateSearch(
      grpc::CallbackServerContext* context, const v1::CancelDuplicateSearchRequest* request,
      v1::CancelDuplicateSearchResponse* response) override;

 private:
  const Backend& backend_;
};

}  // namespace taanu::rpc
