// What an administrator of the store calls.
#pragma once

#include <filesystem>
#include <mutex>
#include <utility>

#include "enroll/register/resealer.h"
#include "enroll/store/database.h"
#include "enroll/store/sealing.h"
#include "service/rpc/backend.h"
#include "taanu/v1/store_service.grpc.pb.h"

namespace taanu::rpc {

// What these handlers alone need. Nothing is owned; all of it outlives the gRPC server.
struct StoreParts {
  std::filesystem::path database_path;
  Database* database = nullptr;
  Vault* vault = nullptr;
  Resealer* resealer = nullptr;
};

// Thread-safety: called from gRPC's threads, any number at a time.
class StoreHandlers final : public v1::StoreService::CallbackService {
 public:
  StoreHandlers(const Backend& backend, StoreParts parts)
      : backend_(backend), parts_(std::move(parts)) {}

  grpc::ServerUnaryReactor* RotateStoreKey(grpc::CallbackServerContext* context,
                                           const v1::RotateStoreKeyRequest* request,
                                           v1::RotateStoreKeyResponse* response) override;
  grpc::ServerUnaryReactor* GetStoreKeyRotation(grpc::CallbackServerContext* context,
                                                const v1::GetStoreKeyRotationRequest* request,
                                                v1::GetStoreKeyRotationResponse* response) override;
  grpc::ServerWriteReactor<v1::BackUpStoreResponse>* BackUpStore(
      grpc::CallbackServerContext* context, const v1::BackUpStoreRequest* request) override;
  grpc::ServerUnaryReactor* CheckStore(grpc::CallbackServerContext* context,
                                       const v1::CheckStoreRequest* request,
                                       v1::CheckStoreResponse* response) override;

 private:
  const Backend& backend_;
  const StoreParts parts_;
  std::mutex rotation_;  // one rotation of the key at a time
};

}  // namespace taanu::rpc
