#include "service/rpc/store.h"

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "enroll/store/bind_vault.h"
#include "service/audit/note.h"
#include "service/ledger/store_check.h"
#include "service/rpc/backup.h"
#include "service/rpc/call.h"
#include "service/rpc/convert.h"
#include "service/rpc/stream_call.h"
#include "service/rpc/validate.h"

namespace taanu::rpc {
namespace {

constexpr std::string_view kRotateStoreKey = "/taanu.v1.StoreService/RotateStoreKey";
constexpr std::string_view kGetStoreKeyRotation = "/taanu.v1.StoreService/GetStoreKeyRotation";
constexpr std::string_view kBackUpStore = "/taanu.v1.StoreService/BackUpStore";
constexpr std::string_view kCheckStore = "/taanu.v1.StoreService/CheckStore";

constexpr size_t kChunkBytes = size_t{1} << 20;

int64_t NowUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// The fields that acts of an office have; the id in its canonical form.
template <typename Request>
Result<std::string> CheckAct(const Request& request) {
  TAANU_RETURN_IF_ERROR(
      ValidateIdentifier("operator_id", "BAD_OPERATOR_ID", request.operator_id()));
  return CanonicalRequestId(request.request_id());
}

Status FillRotation(const StoreParts& parts, v1::StoreKeyRotation* out) {
  TAANU_ASSIGN_OR_RETURN(const uint64_t remaining, parts.resealer->Remaining());
  out->set_key_fingerprint(ToHex(parts.vault->Fingerprint()));
  out->set_remaining_count(remaining);
  out->set_retired_key_count(static_cast<uint32_t>(parts.vault->retired_key_count()));
  return {};
}

Status Rotate(const Backend& backend, const StoreParts& parts,
              const v1::RotateStoreKeyRequest& request, v1::RotateStoreKeyResponse* response) {
  TAANU_ASSIGN_OR_RETURN(const std::string id, CheckAct(request));
  TAANU_ASSIGN_OR_RETURN(const auto fresh, Vault::FromKeyFile(parts.vault->path()));
  TAANU_ASSIGN_OR_RETURN(const uint64_t remaining, parts.resealer->Remaining());
  if (remaining > 0 && fresh->retired_key_count() < parts.vault->retired_key_count()) {
    return Fail(
        ErrorCode::kConflict, "KEY_STILL_NEEDED",
        std::to_string(remaining) +
            " voters are still sealed with a key that the key file no longer holds; put its "
            "line back");
  }
  if (fresh->Fingerprint() != parts.vault->Fingerprint()) {
    TAANU_RETURN_IF_ERROR(backend.office->LogAct(
        "store_key_changed", id, backend.vault->Reference("operator", request.operator_id()), {}));
  }
  TAANU_RETURN_IF_ERROR(RebindVault(*parts.database, *parts.vault));
  parts.resealer->Start();
  return FillRotation(parts, response->mutable_rotation());
}

Status Check(const Backend& backend, const StoreParts& parts, v1::CheckStoreResponse* response) {
  SetTime(NowUs(), response->mutable_check_time());
  const note::VerifierKey audit_key{backend.signer->name(), backend.signer->public_key()};
  StoreCheck check;
  TAANU_RETURN_IF_ERROR(parts.database->Read([&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(check, CheckStore(connection, parts.vault, &audit_key));
    return {};
  }));
  for (std::string& problem : check.problems) response->add_problems(std::move(problem));
  response->set_voter_count(check.voter_count);
  response->set_reference_count(check.reference_count);
  response->set_log_size(check.log_size);
  return {};
}

// What is between two parts of a backup.
class SentBackup {
 public:
  SentBackup(const Backend& backend, const StoreParts& parts, const v1::BackUpStoreRequest& request)
      : backend_(backend),
        request_(request),
        backup_(parts.database_path, backend.signer, backend.vault) {}

  Result<bool> Next(v1::BackUpStoreResponse* response) {
    if (ended_) return false;
    if (!begun_) TAANU_RETURN_IF_ERROR(Begin());
    begun_ = true;
    TAANU_ASSIGN_OR_RETURN(*response->mutable_chunk(), backup_.Read(kChunkBytes));
    if (!response->chunk().empty()) return true;
    TAANU_ASSIGN_OR_RETURN(*response->mutable_signed_note(), backup_.SignNote());
    ended_ = true;
    return true;
  }

 private:
  Status Begin() {
    TAANU_ASSIGN_OR_RETURN(const std::string id, CheckAct(request_));
    TAANU_RETURN_IF_ERROR(backend_.office->LogAct(
        "store_backed_up", id, backend_.vault->Reference("operator", request_.operator_id()), {}));
    return backup_.Make();
  }

  const Backend& backend_;
  const v1::BackUpStoreRequest request_;
  Backup backup_;
  bool begun_ = false;
  bool ended_ = false;
};

}  // namespace

grpc::ServerUnaryReactor* StoreHandlers::RotateStoreKey(grpc::CallbackServerContext* context,
                                                        const v1::RotateStoreKeyRequest* request,
                                                        v1::RotateStoreKeyResponse* response) {
  return Run(backend_, context, kRotateStoreKey, backend_.query_pool,
             [this, request, response](UnaryCall&) {
               const std::lock_guard one(rotation_);
               return Rotate(backend_, parts_, *request, response);
             });
}

grpc::ServerUnaryReactor* StoreHandlers::GetStoreKeyRotation(
    grpc::CallbackServerContext* context, const v1::GetStoreKeyRotationRequest* /*request*/,
    v1::GetStoreKeyRotationResponse* response) {
  return Run(
      backend_, context, kGetStoreKeyRotation, backend_.query_pool,
      [this, response](UnaryCall&) { return FillRotation(parts_, response->mutable_rotation()); });
}

grpc::ServerWriteReactor<v1::BackUpStoreResponse>* StoreHandlers::BackUpStore(
    grpc::CallbackServerContext* context, const v1::BackUpStoreRequest* request) {
  auto backup = std::make_shared<SentBackup>(backend_, parts_, *request);
  return StreamCall<v1::BackUpStoreResponse>::Begin(
      backend_, context, kBackUpStore, backend_.query_pool,
      [backup](v1::BackUpStoreResponse* response) { return backup->Next(response); });
}

grpc::ServerUnaryReactor* StoreHandlers::CheckStore(grpc::CallbackServerContext* context,
                                                    const v1::CheckStoreRequest* /*request*/,
                                                    v1::CheckStoreResponse* response) {
  return Run(backend_, context, kCheckStore, backend_.query_pool,
             [this, response](UnaryCall&) { return Check(backend_, parts_, response); });
}

}  // namespace taanu::rpc
