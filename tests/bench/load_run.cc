#include "tests/bench/load_run.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace taanu::test {
namespace {

using Clock = std::chrono::steady_clock;

double MsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

}  // namespace

struct LoadRun::Call {
  grpc::ClientContext context;
  v1::VerifyVoterRequest request;
  v1::VerifyVoterResponse response;
  Clock::time_point start = Clock::now();
};

double LoadTally::Percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<size_t>(at)];
}

LoadRun::LoadRun(std::vector<std::shared_ptr<grpc::Channel>> connections, Request request)
    : request_(std::move(request)) {
  for (const auto& connection : connections) {
    stubs_.push_back(v1::VerificationService::NewStub(connection));
  }
}

LoadRun::~LoadRun() { Wait(0); }

void LoadRun::Wait(size_t on_their_way_max) {
  std::unique_lock lock(mutex_);
  answered_.wait(lock, [&] { return on_their_way_ <= on_their_way_max; });
}

void LoadRun::Send(uint64_t n) {
  auto* const call = new Call;
  call->request = request_(n);
  {
    const std::lock_guard lock(mutex_);
    ++on_their_way_;
  }
  call->start = Clock::now();
  stubs_[n % stubs_.size()]->async()->VerifyVoter(
      &call->context, &call->request, &call->response,
      [this, call](const grpc::Status& status) { Done(call, status); });
}

void LoadRun::Done(Call* call, const grpc::Status& status) {
  const double taken_ms = MsSince(call->start);
  const v1::Outcome outcome = call->response.outcome();
  // Before it is counted as answered, after which this may be gone.
  delete call;
  const std::lock_guard lock(mutex_);
  if (status.ok()) {
    ++tally_.answered;
    ++tally_.outcomes[outcome];
    tally_.answer_ms.push_back(taken_ms);
  } else if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED &&
             RetryDelayOf(status) > 0) {
    ++tally_.refused;
    tally_.refusal_ms.push_back(taken_ms);
  } else {
    if (tally_.failed++ == 0) tally_.first_failure = status.error_message();
  }
  --on_their_way_;
  answered_.notify_all();
}

LoadTally LoadRun::Closed(uint64_t calls, size_t window) {
  const Clock::time_point start = Clock::now();
  for (uint64_t n = 0; n < calls; ++n) {
    Wait(window - 1);
    Send(n);
  }
  Wait(0);
  const std::lock_guard lock(mutex_);
  tally_.seconds = MsSince(start) / 1000;
  return std::exchange(tally_, {});
}

LoadTally LoadRun::Open(double rate, std::chrono::seconds time) {
  const Clock::time_point start = Clock::now();
  uint64_t n = 0;
  while (Clock::now() - start < time) {
    const auto due = static_cast<uint64_t>(MsSince(start) / 1000 * rate);
    for (; n < due; ++n) Send(n);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  Wait(0);
  const std::lock_guard lock(mutex_);
  tally_.seconds = MsSince(start) / 1000;
  return std::exchange(tally_, {});
}

}  // namespace taanu::test
