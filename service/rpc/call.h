// One unary call, from gRPC's thread to a worker and on to its end: the same steps for every
// method.
//
// gRPC's thread only queues the call. A call that was cancelled or is past its deadline when a
// worker takes it is dropped, and nothing is done for it. What a handler throws (memory, in
// practice) becomes INTERNAL. A call that nobody finished is finished as INTERNAL when its handle
// dies, so that no client waits for ever.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string_view>

#include "matcher/error.h"
#include "service/auth/peer.h"
#include "service/rpc/backend.h"
#include "service/rpc/log.h"

namespace taanu::rpc {

// Thread-safety: Finish may be called from any thread, and counts once. The request and the
// response of the call must not be touched after it.
class UnaryCall {
 public:
  UnaryCall(const Backend& backend, grpc::CallbackServerContext* context, std::string_view method);
  ~UnaryCall();
  UnaryCall(const UnaryCall&) = delete;
  UnaryCall& operator=(const UnaryCall&) = delete;

  const auth::Peer& peer() const { return peer_; }
  std::string_view method() const { return method_; }
  // Lives until gRPC is done with the call, which it is not before the handler has returned.
  grpc::ServerUnaryReactor* reactor() const { return reactor_; }

  // False where the daemon drains; nothing is then done for the call but to finish it.
  bool entered() const { return entered_; }

  // When the client stops waiting.
  std::chrono::system_clock::time_point deadline() const { return context_->deadline(); }
  // The client has gone, or its deadline has passed.
  bool IsAbandoned() const;

  // Ends the call and writes its line of the log.
  void Finish(const Status& status);
  // The same, with the delay that a client should keep where the error is kExhausted.
  void Finish(const Status& status, std::chrono::milliseconds retry_delay);

 private:
  const Backend& backend_;
  grpc::CallbackServerContext* const context_;
  grpc::ServerUnaryReactor* const reactor_;
  const std::string_view method_;
  const auth::Peer peer_;
  const std::chrono::steady_clock::time_point start_;
  const bool entered_;  // the gate
  std::atomic<bool> finished_ = false;
};

using UnaryCallPtr = std::shared_ptr<UnaryCall>;

// Runs `work` on `pool`; it finishes the call itself, now or later, on whichever thread. `method`
// is the full name with static storage, "/taanu.v1.VerificationService/VerifyVoter".
grpc::ServerUnaryReactor* RunAsync(const Backend& backend, grpc::CallbackServerContext* context,
                                   std::string_view method, WorkerPool* pool,
                                   std::function<void(UnaryCallPtr)> work);

// Runs `work` on `pool` and finishes the call with what it returns.
grpc::ServerUnaryReactor* Run(const Backend& backend, grpc::CallbackServerContext* context,
                              std::string_view method, WorkerPool* pool,
                              std::function<Status(UnaryCall&)> work);

// The peer as the log shows it: a keyed reference, never a name.
std::string PeerReference(const Backend& backend, const auth::Peer& peer);

}  // namespace taanu::rpc
