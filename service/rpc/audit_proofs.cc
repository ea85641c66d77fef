// The audit log's checkpoints, proofs and export: what someone who trusts nobody asks for.
#include <algorithm>
#include <charconv>
#include <memory>
#include <string>
#include <utility>

#include "service/auth/peer.h"
#include "service/ledger/activity_log.h"
#include "service/ledger/checkpoint_keeper.h"
#include "service/rpc/audit.h"
#include "service/rpc/call.h"
#include "service/rpc/convert.h"
#include "service/rpc/page_token.h"
#include "service/rpc/stream_call.h"
#include "service/rpc/validate.h"

namespace taanu::rpc {
namespace {

constexpr std::string_view kGetCheckpoint = "/taanu.v1.AuditService/GetCheckpoint";
constexpr std::string_view kListCheckpoints = "/taanu.v1.AuditService/ListCheckpoints";
constexpr std::string_view kGetInclusionProof = "/taanu.v1.AuditService/GetInclusionProof";
constexpr std::string_view kGetConsistencyProof = "/taanu.v1.AuditService/GetConsistencyProof";
constexpr std::string_view kExportEvents = "/taanu.v1.AuditService/ExportEvents";
// Entries to a part of an export; a leaf has some hundreds of bytes, so that a part stays far below
// the 4 MiB that a client of gRPC takes unless it says otherwise.
constexpr uint64_t kPart = 500;

std::string Bytes(const merkle::Hash& hash) { return {hash.begin(), hash.end()}; }

void Fill(Checkpoint checkpoint, v1::GetCheckpointResponse* out) {
  out->set_signed_note(std::move(checkpoint.signed_note));
  out->set_log_size(checkpoint.log_size);
  out->set_root_hash(Bytes(checkpoint.root_hash));
}

Status ProveInclusion(const Backend& backend, const v1::GetInclusionProofRequest& request,
                      v1::GetInclusionProofResponse* response) {
  TAANU_ASSIGN_OR_RETURN(InclusionAnswer answer,
                         backend.audit_log->ProveInclusion(request.index(), request.log_size()));
  response->set_index(answer.index);
  response->set_leaf_hash(Bytes(answer.leaf_hash));
  for (const merkle::Hash& hash : answer.hashes) response->add_hashes(Bytes(hash));
  Fill(std::move(answer.checkpoint), response->mutable_checkpoint());
  return {};
}

Status ProveConsistency(const Backend& backend, const v1::GetConsistencyProofRequest& request,
                        v1::GetConsistencyProofResponse* response) {
  TAANU_ASSIGN_OR_RETURN(ConsistencyAnswer answer, backend.audit_log->ProveConsistency(
                                                       request.old_log_size(), request.log_size()));
  response->set_old_log_size(answer.old_log_size);
  response->set_old_root_hash(Bytes(answer.old_root_hash));
  for (const merkle::Hash& hash : answer.hashes) response->add_hashes(Bytes(hash));
  Fill(std::move(answer.checkpoint), response->mutable_checkpoint());
  return {};
}

Status Checkpoints(const Backend& backend, const v1::ListCheckpointsRequest& request,
                   v1::ListCheckpointsResponse* response) {
  TAANU_ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  const PageQuestion question{kListCheckpoints, std::to_string(request.after_log_size())};
  TAANU_ASSIGN_OR_RETURN(const std::string cursor,
                         ReadPageToken(*backend.vault, question, request.page_token()));
  uint64_t after = request.after_log_size();
  std::from_chars(cursor.data(), cursor.data() + cursor.size(), after);
  TAANU_ASSIGN_OR_RETURN(auto kept, backend.checkpoints->List(after, page_size + 1));
  if (kept.size() > static_cast<size_t>(page_size)) {
    kept.pop_back();
    response->set_next_page_token(
        MakePageToken(*backend.vault, question, std::to_string(kept.back().log_size)));
  }
  for (KeptCheckpoint& checkpoint : kept) {
    v1::KeptCheckpoint* const out = response->add_checkpoints();
    out->set_log_size(checkpoint.log_size);
    out->set_signed_note(std::move(checkpoint.signed_note));
    SetTime(checkpoint.time_us, out->mutable_sign_time());
  }
  return {};
}

// What is between two parts of an export. The log is only added to, so that parts which are read
// one after the other are of one log.
class EventsExport {
 public:
  EventsExport(const Backend& backend, const auth::Peer& peer, uint64_t log_size)
      : backend_(backend),
        roles_(auth::RoleNames(peer.roles)),
        peer_(PeerReference(backend, peer)),
        log_size_(log_size) {}

  Result<bool> Next(v1::ExportEventsResponse* response) {
    if (ended_) return false;
    if (!begun_) {
      TAANU_ASSIGN_OR_RETURN(checkpoint_, backend_.audit_log->GetCheckpoint(log_size_));
      TAANU_RETURN_IF_ERROR(backend_.activity->LogExport(roles_, peer_, checkpoint_.log_size));
      begun_ = true;
    }
    TAANU_ASSIGN_OR_RETURN(auto kept, backend_.checkpoints->List(next_, 1));
    // A part ends where a checkpoint was kept.
    uint64_t end = std::min(next_ + kPart, checkpoint_.log_size);
    if (!kept.empty()) end = std::min(end, kept.front().log_size);
    const uint64_t count = end - next_;
    TAANU_ASSIGN_OR_RETURN(auto entries,
                           backend_.ledger->ListEvents(next_, static_cast<int>(count)));
    if (entries.size() != count) {
      return Fail(ErrorCode::kInternal, "AUDIT_LOG_DAMAGED",
                  "the audit log lacks entries after " + std::to_string(next_) +
                      "; run `taanu register check`");
    }
    for (LogEntry& entry : entries) {
      v1::Event* const event = response->add_events();
      event->set_index(entry.index);
      event->set_leaf(std::move(entry.leaf));
      event->set_leaf_hash(Bytes(entry.leaf_hash));
    }
    next_ = end;
    ended_ = end == checkpoint_.log_size;
    if (ended_) {
      response->set_signed_note(checkpoint_.signed_note);
    } else if (!kept.empty() && kept.front().log_size == end) {
      response->set_signed_note(std::move(kept.front().signed_note));
    }
    return true;
  }

 private:
  const Backend& backend_;
  const std::string roles_;
  const std::string peer_;
  const uint64_t log_size_;
  Checkpoint checkpoint_;
  uint64_t next_ = 0;
  bool begun_ = false;
  bool ended_ = false;
};

}  // namespace

grpc::ServerUnaryReactor* AuditHandlers::GetCheckpoint(grpc::CallbackServerContext* context,
                                                       const v1::GetCheckpointRequest* /*request*/,
                                                       v1::GetCheckpointResponse* response) {
  return Run(backend_, context, kGetCheckpoint, backend_.query_pool,
             [this, response](UnaryCall&) -> Status {
               TAANU_ASSIGN_OR_RETURN(Checkpoint checkpoint, backend_.audit_log->GetCheckpoint());
               Fill(std::move(checkpoint), response);
               return {};
             });
}

grpc::ServerUnaryReactor* AuditHandlers::ListCheckpoints(grpc::CallbackServerContext* context,
                                                         const v1::ListCheckpointsRequest* request,
                                                         v1::ListCheckpointsResponse* response) {
  return Run(
      backend_, context, kListCheckpoints, backend_.query_pool,
      [this, request, response](UnaryCall&) { return Checkpoints(backend_, *request, response); });
}

grpc::ServerUnaryReactor* AuditHandlers::GetInclusionProof(
    grpc::CallbackServerContext* context, const v1::GetInclusionProofRequest* request,
    v1::GetInclusionProofResponse* response) {
  return Run(backend_, context, kGetInclusionProof, backend_.query_pool,
             [this, request, response](UnaryCall&) {
               return ProveInclusion(backend_, *request, response);
             });
}

grpc::ServerUnaryReactor* AuditHandlers::GetConsistencyProof(
    grpc::CallbackServerContext* context, const v1::GetConsistencyProofRequest* request,
    v1::GetConsistencyProofResponse* response) {
  return Run(backend_, context, kGetConsistencyProof, backend_.query_pool,
             [this, request, response](UnaryCall&) {
               return ProveConsistency(backend_, *request, response);
             });
}

grpc::ServerWriteReactor<v1::ExportEventsResponse>* AuditHandlers::ExportEvents(
    grpc::CallbackServerContext* context, const v1::ExportEventsRequest* request) {
  auto reading = std::make_shared<EventsExport>(
      backend_, auth::PeerFromAuthContext(*context->auth_context(), backend_.local_roles),
      request->log_size());
  return StreamCall<v1::ExportEventsResponse>::Begin(
      backend_, context, kExportEvents, backend_.query_pool,
      [reading](v1::ExportEventsResponse* response) { return reading->Next(response); });
}

}  // namespace taanu::rpc
