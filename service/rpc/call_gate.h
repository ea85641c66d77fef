// Counts the calls that are being worked on, and closes when the daemon drains: what is inside gets
// out, and nothing else gets in.
//
// gRPC's own graceful shutdown also waits until every idle client has answered a ping, and one that
// was cut off never does.
//
// Thread-safety: may be used from any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace taanu {

class CallGate {
 public:
  // False where the gate is closed. Otherwise Leave must be called once.
  [[nodiscard]] bool TryEnter() {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    ++inside_;
    return true;
  }

  void Leave() {
    const std::lock_guard lock(mutex_);
    --inside_;
    // Under the lock, since the waiter may destroy the gate as soon as it sees that nobody is
    // inside.
    if (inside_ == 0) empty_.notify_all();
  }

  void Close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }

  // False where calls are still inside at the deadline.
  bool WaitUntilEmpty(std::chrono::system_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    return empty_.wait_until(lock, deadline, [this] { return inside_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable empty_;
  size_t inside_ = 0;
  bool closed_ = false;
};

}  // namespace taanu
