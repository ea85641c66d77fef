#include "service/rpc/bulk_enroll.h"

#include <chrono>
#include <deque>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "service/rpc/call.h"
#include "service/rpc/prepare_enrollment.h"
#include "service/rpc/status.h"
#include "service/rpc/validate.h"

namespace taanu::rpc {
namespace {

// A load that cannot begin, with the reason.
class RefusedLoad final : public BulkLoads::Reactor {
 public:
  RefusedLoad(const Error& error, std::chrono::milliseconds retry_delay) {
    Finish(ToGrpcStatus(error, retry_delay));
  }
  void OnDone() override { delete this; }
};

}  // namespace

// One stream. Its state is guarded by mutex_ and changed in Step alone, which then starts what the
// new state allows.
//
// Lifetime: Finish is called once, by the last thread to leave Step, when no item is on its way and
// no status is being written; gRPC then calls OnDone, the last that is ever called. So a thread
// inside Step keeps the object alive.
class BulkLoad final : public BulkLoads::Reactor {
 public:
  BulkLoad(const Backend& backend, BulkLoads* loads,
           std::unique_ptr<WorkerPool::Reservation> window)
      : backend_(backend), loads_(*loads), window_(std::move(window)) {}

  void Begin() {
    Step([] {});
  }

  void Drain() {
    Step([this] { draining_ = true; });
  }

  void OnReadDone(bool ok) override {
    std::shared_ptr<Item> item;
    Step([&] {
      reading_ = false;
      if (!ok) {
        reads_done_ = true;
      } else if (!finished_) {
        item = std::make_shared<Item>();
        item->request.Swap(&incoming_);
        item->bytes = item->request.ByteSizeLong();
        ++items_out_;
        bytes_out_ += item->bytes;
      }
    });
    if (item == nullptr) return;
    // The item was counted, so the object lives until its status is done with.
    if (const Status same = CheckRequestId(item->request); !same) {
      Reject(*item, same.error());
    } else if (!window_->Submit([this, item] { Process(item); })) {
      Reject(*item, Draining());
    }
  }

  void OnWriteDone(bool ok) override {
    Step([&] {
      writing_ = false;
      ForgetFirst();
      if (!ok) cancelled_ = true;
    });
  }

  void OnCancel() override {
    Step([this] { cancelled_ = true; });
  }

  void OnDone() override {
    CallGate* const gate = backend_.gate;
    loads_.Remove(this);
    delete this;
    gate->Leave();
  }

 private:
  struct Item {
    v1::BulkEnrollRequest request;
    size_t bytes = 0;
  };
  struct Outgoing {
    v1::BulkEnrollResponse response;
    size_t item_bytes = 0;
  };

  // Changes the state and starts what it allows now. gRPC's operations are started outside the
  // lock.
  template <typename Change>
  void Step(const Change& change) {
    std::unique_lock lock(mutex_);
    change();
    ++inside_;
    // Nobody takes statuses any more. What is committed stays, and a resumed load learns it.
    while (cancelled_ && !writing_ && !outgoing_.empty()) ForgetFirst();
    if (MayWrite()) {
      writing_ = true;
      const v1::BulkEnrollResponse* const response = &outgoing_.front().response;
      lock.unlock();
      StartWrite(response);
      lock.lock();
    }
    if (MayRead()) {
      reading_ = true;
      lock.unlock();
      StartRead(&incoming_);
      lock.lock();
    }
    --inside_;
    if (!MayFinish()) return;
    finished_ = true;
    grpc::Status status = cancelled_    ? grpc::Status::CANCELLED
                          : reads_done_ ? grpc::Status::OK
                                        : ToGrpcStatus(Draining());
    lock.unlock();
    Finish(std::move(status));
  }

  // These four are called with the lock held.
  bool NoMoreReads() const { return reads_done_ || draining_ || cancelled_; }
  bool MayWrite() const { return !writing_ && !outgoing_.empty(); }
  bool MayRead() const {
    return !reading_ && !finished_ && !NoMoreReads() && items_out_ < backend_.bulk_window &&
           (items_out_ == 0 || bytes_out_ < backend_.bulk_window_bytes);
  }
  // A client that sends nothing keeps a read open for as long as it likes; where the load is
  // drained or cancelled, the stream ends under that read.
  bool MayFinish() const { return !finished_ && inside_ == 0 && NoMoreReads() && items_out_ == 0; }

  void ForgetFirst() {
    bytes_out_ -= outgoing_.front().item_bytes;
    --items_out_;
    outgoing_.pop_front();
  }

  bool IsCancelled() {
    const std::lock_guard lock(mutex_);
    return cancelled_;
  }

  // On a worker. `this` lives: the item is counted in items_out_ until its status is done with.
  void Process(const std::shared_ptr<Item>& item) {
    if (IsCancelled()) {
      Reject(*item, {ErrorCode::kCancelled, "ABANDONED", "the load was cancelled"});
      return;
    }
    try {
      Enroll(item);
    } catch (const std::exception& e) {
      Reject(*item, {ErrorCode::kInternal, "INTERNAL",
                     std::string("the daemon could not do it: ") + e.what()});
    }
  }

  void Enroll(const std::shared_ptr<Item>& item) {
    auto prepared = PrepareEnrollment(backend_, item->request.voter(), item->request.samples());
    if (!prepared) {
      Reject(*item, prepared.error());
      return;
    }
    if (item->request.all_samples_required()) {
      if (const Status all = RequireAllSamples(prepared->reports); !all) {
        Reject(*item, all.error());
        return;
      }
    }
    auto response = std::make_shared<v1::BulkEnrollResponse>();
    response->set_item_number(item->request.item_number());
    for (v1::FingerReport& report : prepared->reports) {
      *response->add_finger_reports() = std::move(report);
    }
    if (item->request.validate_only()) {
      Answer(*item, backend_.voters->CheckEnrollment(prepared->record), std::move(*response));
      return;
    }
    const Status queued =
        backend_.voters->Enroll(std::move(prepared->record),
                                [this, item, response](const Result<EnrollmentAnswer>& answer) {
                                  Answer(*item, answer, std::move(*response));
                                });
    if (!queued) Reject(*item, queued.error());
  }

  void Answer(const Item& item, const Result<EnrollmentAnswer>& answer,
              v1::BulkEnrollResponse response) {
    if (!answer) {
      Reject(item, answer.error());
      return;
    }
    response.mutable_status()->set_code(grpc::StatusCode::OK);
    response.set_voter_reference(ToHex(answer->reference));
    response.set_already_enrolled(answer->already_enrolled);
    Send(item, std::move(response));
  }

  // Every item of a load carries the id of the load, which the first good one sets. Only reads call
  // it, one at a time.
  Status CheckRequestId(const v1::BulkEnrollRequest& request) {
    TAANU_ASSIGN_OR_RETURN(const std::string id, CanonicalRequestId(request.request_id()));
    if (request_id_.empty()) request_id_ = id;
    if (request_id_ != id) {
      return tl::make_unexpected(FieldError("request_id", "REQUEST_ID_CHANGED",
                                            "must be the same in every item of a load"));
    }
    return {};
  }

  void Reject(const Item& item, const Error& error) {
    v1::BulkEnrollResponse response;
    response.set_item_number(item.request.item_number());
    *response.mutable_status() = ToRpcStatus(error, backend_.enrollment_pool->RetryDelay());
    Send(item, std::move(response));
  }

  void Send(const Item& item, v1::BulkEnrollResponse response) {
    Step([&] { outgoing_.push_back({std::move(response), item.bytes}); });
  }

  const Backend& backend_;
  BulkLoads& loads_;
  const std::unique_ptr<WorkerPool::Reservation> window_;
  v1::BulkEnrollRequest incoming_;  // gRPC's while reading_
  std::string request_id_;

  std::mutex mutex_;
  std::deque<Outgoing> outgoing_;  // the first is gRPC's while writing_
  size_t items_out_ = 0;           // read, and without a status that was written
  size_t bytes_out_ = 0;
  int inside_ = 0;  // threads in Step
  bool reading_ = false;
  bool writing_ = false;
  bool reads_done_ = false;
  bool cancelled_ = false;
  bool draining_ = false;
  bool finished_ = false;
};

BulkLoads::Reactor* BulkLoads::Begin(const Backend& backend, grpc::CallbackServerContext* context) {
  const auth::Peer peer = auth::PeerFromAuthContext(*context->auth_context(), backend.local_roles);
  const auto refuse = [&](const Error& error) -> Reactor* {
    log::Write(LogLevel::kInfo, "bulk_refused",
               {{"peer", PeerReference(backend, peer)}, {"result", error.reason}});
    return new RefusedLoad(error, backend.enrollment_pool->RetryDelay());
  };
  auto window = backend.enrollment_pool->TryReserve(backend.bulk_window);
  if (window == nullptr) return refuse(QueueFull("an enrolment worker"));
  auto load = std::make_unique<BulkLoad>(backend, this, std::move(window));
  {
    const std::lock_guard lock(mutex_);
    if (draining_ || !backend.gate->TryEnter()) return refuse(Draining());
    loads_.insert(load.get());
  }
  log::Write(LogLevel::kInfo, "bulk_begun", {{"peer", PeerReference(backend, peer)}});
  load->Begin();
  return load.release();
}

void BulkLoads::Drain() {
  const std::lock_guard lock(mutex_);
  draining_ = true;
  // A load takes itself out under this same mutex before it dies, so each of these is alive.
  for (BulkLoad* load : loads_) load->Drain();
}

void BulkLoads::Remove(BulkLoad* load) {
  const std::lock_guard lock(mutex_);
  loads_.erase(load);
}

}  // namespace taanu::rpc
