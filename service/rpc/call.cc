#include "service/rpc/call.h"

#include <exception>
#include <utility>

#include "enroll/store/fault_point.h"
#include "service/rpc/status.h"

namespace taanu::rpc {
namespace {

constexpr std::chrono::milliseconds kRetryDelay{1000};

Error Thrown(const std::exception& e) {
  return {ErrorCode::kInternal, "INTERNAL", std::string("the daemon could not do it: ") + e.what()};
}

}  // namespace

std::string PeerReference(const Backend& backend, const auth::Peer& peer) {
  return ToHex(backend.vault->Reference("terminal", peer.name));
}

UnaryCall::UnaryCall(const Backend& backend, grpc::CallbackServerContext* context,
                     std::string_view method)
    : backend_(backend),
      context_(context),
      reactor_(context->DefaultReactor()),
      method_(method),
      peer_(auth::PeerFromAuthContext(*context->auth_context(), backend.local_roles)),
      start_(std::chrono::steady_clock::now()),
      entered_(backend.gate->TryEnter()) {}

UnaryCall::~UnaryCall() {
  Finish(Fail(ErrorCode::kInternal, "UNFINISHED", "the daemon did not finish this call"));
}

bool UnaryCall::IsAbandoned() const {
  return context_->IsCancelled() || context_->deadline() < std::chrono::system_clock::now();
}

void UnaryCall::Finish(const Status& status) { Finish(status, kRetryDelay); }

void UnaryCall::Finish(const Status& status, std::chrono::milliseconds retry_delay) {
  if (finished_.exchange(true)) return;
  FaultPoint("replying");
  const double taken_ms =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start_).count();
  const bool fault = !status && (status.error().code == ErrorCode::kInternal ||
                                 CodeOf(status.error()) == grpc::StatusCode::DATA_LOSS);
  log::Write(fault ? LogLevel::kError : LogLevel::kInfo, "call",
             {{"method", std::string(method_)},
              {"peer", PeerReference(backend_, peer_)},
              {"roles", auth::RoleNames(peer_.roles)},
              {"result", status ? std::string("OK") : status.error().reason},
              {"taken_ms", taken_ms}});
  if (fault) {
    log::Write(LogLevel::kError, "fault",
               {{"method", std::string(method_)}, {"message", status.error().message}});
  }
  // The backend may be gone as soon as the last call has left the gate.
  CallGate* const gate = entered_ ? backend_.gate : nullptr;
  reactor_->Finish(status ? grpc::Status::OK : ToGrpcStatus(status.error(), retry_delay));
  if (gate != nullptr) gate->Leave();
}

grpc::ServerUnaryReactor* RunAsync(const Backend& backend, grpc::CallbackServerContext* context,
                                   std::string_view method, WorkerPool* pool,
                                   std::function<void(UnaryCallPtr)> work) {
  auto call = std::make_shared<UnaryCall>(backend, context, method);
  grpc::ServerUnaryReactor* const reactor = call->reactor();
  if (!call->entered()) {
    call->Finish(tl::make_unexpected(Draining()));
    return reactor;
  }
  const bool accepted = pool->TrySubmit([call, work = std::move(work)]() mutable {
    if (call->IsAbandoned()) {
      call->Finish(Fail(ErrorCode::kCancelled, "ABANDONED",
                        "the call was cancelled, or its deadline passed, before it was begun"));
      return;
    }
    FaultPoint("received");
    try {
      work(call);
    } catch (const std::exception& e) {
      call->Finish(tl::make_unexpected(Thrown(e)));
    }
  });
  if (!accepted) call->Finish(tl::make_unexpected(QueueFull("a worker")), pool->RetryDelay());
  return reactor;
}

grpc::ServerUnaryReactor* Run(const Backend& backend, grpc::CallbackServerContext* context,
                              std::string_view method, WorkerPool* pool,
                              std::function<Status(UnaryCall&)> work) {
  return RunAsync(
      backend, context, method, pool,
      [work = std::move(work)](const UnaryCallPtr& call) { call->Finish(work(*call)); });
}

}  // namespace taanu::rpc
