// What lays the log, the ballot counters and the counts by hand side by side.
#pragma once

#include <string>

#include "service/ledger/protocol_store.h"
#include "service/rpc/backend.h"
#include "taanu/v1/reconciliation_service.grpc.pb.h"

namespace taanu::rpc {

struct ReconciliationParts {
  ProtocolStore* protocols = nullptr;  // not owned; outlives the handlers
  std::string election;                // its name, for reports
};

// Thread-safety: called from gRPC's threads, any number at a time.
class ReconciliationHandlers final : public v1::ReconciliationService::CallbackService {
 public:
  ReconciliationHandlers(const Backend& backend, ReconciliationParts parts)
      : backend_(backend), parts_(std::move(parts)) {}

  grpc::ServerUnaryReactor* ImportProtocol(grpc::CallbackServerContext* context,
                                           const v1::ImportProtocolRequest* request,
                                           v1::ImportProtocolResponse* response) override;
  grpc::ServerUnaryReactor* GetReconciliation(grpc::CallbackServerContext* context,
                                              const v1::GetReconciliationRequest* request,
                                              v1::GetReconciliationResponse* response) override;
  grpc::ServerUnaryReactor* GetPreliminaryResults(
      grpc::CallbackServerContext* context, const v1::GetPreliminaryResultsRequest* request,
      v1::GetPreliminaryResultsResponse* response) override;
  grpc::ServerUnaryReactor* GetPrecinctTimeline(grpc::CallbackServerContext* context,
                                                const v1::GetPrecinctTimelineRequest* request,
                                                v1::GetPrecinctTimelineResponse* response) override;

 private:
  const Backend& backend_;
  const ReconciliationParts parts_;
};

}  // namespace taanu::rpc
