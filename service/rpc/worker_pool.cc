#include "service/rpc/worker_pool.h"

#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace taanu {
namespace {

using Clock = std::chrono::steady_clock;

// The weight of the newest task in the smoothed time of a task.
constexpr double kSmoothing = 0.05;
constexpr std::chrono::milliseconds kRetryDelayMin{100};
constexpr std::chrono::milliseconds kRetryDelayMax{5000};

}  // namespace

WorkerPool::WorkerPool(const Options& options)
    : queue_max_(std::max<size_t>(1, options.queue_max)) {
  const int count = std::max(1, options.threads);
  threads_.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    threads_.emplace_back([this, options] { Run(options); });
  }
}

WorkerPool::~WorkerPool() { Stop(); }

bool WorkerPool::TrySubmit(Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || unreserved_waiting_ + slots_reserved_ >= queue_max_) return false;
    queue_.push_back({std::move(task), false});
    ++unreserved_waiting_;
  }
  wake_.notify_one();
  return true;
}

std::unique_ptr<WorkerPool::Reservation> WorkerPool::TryReserve(size_t slots) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || unreserved_waiting_ + slots_reserved_ + slots > queue_max_) return nullptr;
  slots_reserved_ += slots;
  return std::unique_ptr<Reservation>(new Reservation(this, slots));
}

WorkerPool::Reservation::~Reservation() {
  const std::lock_guard lock(pool_->mutex_);
  pool_->slots_reserved_ -= slots_;
}

bool WorkerPool::Reservation::Submit(Task task) {
  {
    const std::lock_guard lock(pool_->mutex_);
    if (pool_->stopping_) return false;
    pool_->queue_.push_back({std::move(task), true});
  }
  pool_->wake_.notify_one();
  return true;
}

void WorkerPool::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

std::chrono::milliseconds WorkerPool::RetryDelay() const {
  const std::lock_guard lock(mutex_);
  const auto work = task_time_ * (static_cast<double>(queue_.size() + 1) /
                                  static_cast<double>(std::max<size_t>(1, threads_.size())));
  return std::clamp(std::chrono::duration_cast<std::chrono::milliseconds>(work), kRetryDelayMin,
                    kRetryDelayMax);
}

void WorkerPool::Run(const Options& options) {
  pthread_setname_np(pthread_self(), options.name);
  // On Linux "who" 0 is the calling thread alone. Refused only where niceness is lowered; the pool
  // works without it.
  if (options.niceness > 0) (void)setpriority(PRIO_PROCESS, 0, options.niceness);

  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    Item item = std::move(queue_.front());
    queue_.pop_front();
    if (!item.reserved) --unreserved_waiting_;
    lock.unlock();

    const Clock::time_point start = Clock::now();
    item.task();
    item.task = nullptr;  // what it captured is destroyed outside the lock
    const std::chrono::duration<double> taken = Clock::now() - start;

    lock.lock();
    task_time_ += (taken - task_time_) * kSmoothing;
  }
}

}  // namespace taanu
