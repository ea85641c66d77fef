// One call that is answered by a stream of messages: each is made on a worker when the client has
// taken the one before, so that a slow client holds no worker and no memory.
//
// It has its slot of the pool from the beginning, so that it is not refused in the middle.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "matcher/error.h"
#include "service/auth/peer.h"
#include "service/rpc/backend.h"
#include "service/rpc/call.h"
#include "service/rpc/log.h"
#include "service/rpc/status.h"

namespace taanu::rpc {

// Thread-safety: gRPC and the pool call it, one at a time but for OnCancel. It deletes itself.
template <typename Response>
class StreamCall final : public grpc::ServerWriteReactor<Response> {
 public:
  // Makes the next message; false where there is none.
  using Produce = std::function<Result<bool>(Response*)>;

  // `method` is of static storage.
  static grpc::ServerWriteReactor<Response>* Begin(const Backend& backend,
                                                   grpc::CallbackServerContext* context,
                                                   std::string_view method, WorkerPool* pool,
                                                   Produce produce) {
    const auth::Peer peer =
        auth::PeerFromAuthContext(*context->auth_context(), backend.local_roles);
    auto* const call = new StreamCall(backend, method, PeerReference(backend, peer));
    call->slot_ = pool->TryReserve(1);
    if (call->slot_ == nullptr) {
      call->End(tl::make_unexpected(QueueFull("a worker")));
    } else if (!call->entered_) {
      call->End(tl::make_unexpected(Draining()));
    } else {
      call->produce_ = std::move(produce);
      call->Next();
    }
    return call;
  }

  void OnWriteDone(bool ok) override {
    if (!ok) cancelled_ = true;
    Next();
  }
  void OnCancel() override { cancelled_ = true; }
  void OnDone() override {
    CallGate* const gate = entered_ ? backend_.gate : nullptr;
    delete this;
    if (gate != nullptr) gate->Leave();
  }

 private:
  StreamCall(const Backend& backend, std::string_view method, std::string peer)
      : backend_(backend),
        method_(method),
        peer_(std::move(peer)),
        entered_(backend.gate->TryEnter()) {}

  // Nothing of this object may be touched after it: the next step may be the last.
  void Next() {
    if (!slot_->Submit([this] { Step(); })) End(tl::make_unexpected(Draining()));
  }

  void Step() {
    if (cancelled_) {
      End(Fail(ErrorCode::kCancelled, "ABANDONED", "the call was cancelled"));
      return;
    }
    Result<bool> more = Make();
    if (!more || !*more) {
      End(more ? Status() : Status(tl::make_unexpected(std::move(more).error())));
      return;
    }
    this->StartWrite(&response_);
  }

  Result<bool> Make() {
    response_.Clear();
    try {
      return produce_(&response_);
    } catch (const std::exception& e) {
      return Fail(ErrorCode::kInternal, "INTERNAL",
                  std::string("the daemon could not do it: ") + e.what());
    }
  }

  void End(const Status& status) {
    log::Write(LogLevel::kInfo, "call",
               {{"method", std::string(method_)},
                {"peer", peer_},
                {"result", status ? std::string("OK") : status.error().reason}});
    this->Finish(status ? grpc::Status::OK : ToGrpcStatus(status.error()));
  }

  const Backend& backend_;
  const std::string_view method_;
  const std::string peer_;
  const bool entered_;
  std::unique_ptr<WorkerPool::Reservation> slot_;
  Produce produce_;
  Response response_;
  std::atomic<bool> cancelled_ = false;
};

}  // namespace taanu::rpc
