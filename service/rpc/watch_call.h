// One call that is answered by a message now, and by another each time that the answer has changed.
//
// Between two looks it holds no worker, no memory to speak of and no place in the gate: a daemon
// that drains does not wait for those who watch.
#pragma once

#include <grpcpp/alarm.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "matcher/error.h"
#include "service/rpc/backend.h"
#include "service/rpc/log.h"
#include "service/rpc/status.h"

namespace taanu::rpc {

// Watchers of one kind at a time.
inline constexpr int kWatchersMax = 100;

// Thread-safety: gRPC, its timer and the pool call it, one at a time but for OnCancel. It deletes
// itself.
template <typename Response>
class WatchCall final : public grpc::ServerWriteReactor<Response> {
 public:
  using Produce = std::function<Status(Response*)>;

  struct Setting {
    std::string_view method;  // of static storage
    WorkerPool* pool = nullptr;
    std::chrono::seconds interval{5};  // at least 1
    std::atomic<int>* watchers = nullptr;
  };

  // `produce` is not called where `refused` is an error, which then ends the call.
  static grpc::ServerWriteReactor<Response>* Begin(const Backend& backend, const Setting& setting,
                                                   const Status& refused, Produce produce) {
    auto* const call = new WatchCall(backend, setting, std::move(produce));
    if (!refused) {
      call->End(refused);
    } else if (*setting.watchers > kWatchersMax) {
      call->End(tl::make_unexpected(QueueFull("one that watches")));
    } else {
      call->Turn();
    }
    return call;
  }

  void OnWriteDone(bool ok) override {
    if (!ok) cancelled_ = true;
    Wait();
  }
  void OnCancel() override { cancelled_ = true; }
  void OnDone() override {
    --*setting_.watchers;
    delete this;
  }

 private:
  // How soon it is seen that the caller has gone or the daemon drains.
  static constexpr std::chrono::seconds kTick{1};

  WatchCall(const Backend& backend, const Setting& setting, Produce produce)
      : backend_(backend), setting_(setting), produce_(std::move(produce)) {
    ++*setting_.watchers;
  }

  // Nothing of this object may be touched after any of these: the next step may be the last.
  void Wait() {
    alarm_.Set(std::chrono::system_clock::now() + kTick, [this](bool /*in_time*/) {
      waited_ += kTick;
      Turn();
    });
  }

  void Turn() {
    if (cancelled_) {
      End(Fail(ErrorCode::kCancelled, "ABANDONED", "the call was cancelled"));
    } else if (!backend_.gate->TryEnter()) {
      End(tl::make_unexpected(Draining()));
    } else if (!first_ && waited_ < setting_.interval) {
      backend_.gate->Leave();
      Wait();
    } else if (!setting_.pool->TrySubmit([this] { Look(); })) {
      // Whoever watches gives way to whoever asks.
      backend_.gate->Leave();
      Wait();
    }
  }

  void Look() {
    Response now;
    const Status made = Make(&now);
    backend_.gate->Leave();
    if (!made) {
      End(made);
      return;
    }
    waited_ = {};
    std::string bytes = now.SerializeAsString();
    if (!first_ && bytes == last_) {
      Wait();
      return;
    }
    first_ = false;
    last_ = std::move(bytes);
    response_ = std::move(now);
    this->StartWrite(&response_);
  }

  Status Make(Response* response) {
    try {
      return produce_(response);
    } catch (const std::exception& e) {
      return Fail(ErrorCode::kInternal, "INTERNAL",
                  std::string("the daemon could not do it: ") + e.what());
    }
  }

  void End(const Status& status) {
    log::Write(LogLevel::kInfo, "call",
               {{"method", std::string(setting_.method)},
                {"result", status ? std::string("OK") : status.error().reason}});
    this->Finish(status ? grpc::Status::OK : ToGrpcStatus(status.error()));
  }

  const Backend& backend_;
  const Setting setting_;
  const Produce produce_;
  grpc::Alarm alarm_;
  std::chrono::seconds waited_{0};
  bool first_ = true;
  std::string last_;
  Response response_;
  std::atomic<bool> cancelled_ = false;
};

}  // namespace taanu::rpc
