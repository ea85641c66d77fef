// What an administrator of the election calls.
#pragma once

#include "service/rpc/backend.h"
#include "taanu/v1/administration_service.grpc.pb.h"

namespace taanu::rpc {

// Thread-safety: called from gRPC's threads, any number at a time.
class AdministrationHandlers final : public v1::AdministrationService::CallbackService {
 public:
  explicit AdministrationHandlers(const Backend& backend) : backend_(backend) {}

  grpc::ServerUnaryReactor* CreatePrecinct(grpc::CallbackServerContext* context,
                                           const v1::CreatePrecinctRequest* request,
                                           v1::CreatePrecinctResponse* response) override;
  grpc::ServerUnaryReactor* ListPrecincts(grpc::CallbackServerContext* context,
                                          const v1::ListPrecinctsRequest* request,
                                          v1::ListPrecinctsResponse* response) override;
  grpc::ServerUnaryReactor* OpenPolls(grpc::CallbackServerContext* context,
                                      const v1::OpenPollsRequest* request,
                                      v1::OpenPollsResponse* response) override;
  grpc::ServerUnaryReactor* ClosePolls(grpc::CallbackServerContext* context,
                                       const v1::ClosePollsRequest* request,
                                       v1::ClosePollsResponse* response) override;
  // In corrections.cc.
  grpc::ServerUnaryReactor* CorrectTotals(grpc::CallbackServerContext* context,
                                          const v1::CorrectTotalsRequest* request,
                                          v1::CorrectTotalsResponse* response) override;
  grpc::ServerUnaryReactor* ListCorrections(grpc::CallbackServerContext* context,
                                            const v1::ListCorrectionsRequest* request,
                                            v1::ListCorrectionsResponse* response) override;
  // In officers.cc.
  grpc::ServerUnaryReactor* AddOfficer(grpc::CallbackServerContext* context,
                                       const v1::AddOfficerRequest* request,
                                       v1::AddOfficerResponse* response) override;
  grpc::ServerUnaryReactor* RemoveOfficer(grpc::CallbackServerContext* context,
                                          const v1::RemoveOfficerRequest* request,
                                          v1::RemoveOfficerResponse* response) override;
  grpc::ServerUnaryReactor* ListOfficers(grpc::CallbackServerContext* context,
                                         const v1::ListOfficersRequest* request,
                                         v1::ListOfficersResponse* response) override;
  // polls_export.cc
  grpc::ServerWriteReactor<v1::ExportPollsResponse>* ExportPolls(
      grpc::CallbackServerContext* context, const v1::ExportPollsRequest* request) override;
  grpc::ServerUnaryReactor* GetServerInfo(grpc::CallbackServerContext* context,
                                          const v1::GetServerInfoRequest* request,
                                          v1::GetServerInfoResponse* response) override;

 private:
  const Backend& backend_;
};

}  // namespace taanu::rpc
