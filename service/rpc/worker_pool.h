// A bounded pool of threads: what keeps a burst from taking the whole machine, and one kind of work
// from starving another.
//
// Thread-safety: may be used from any thread.
// Invariants:
//   1. Tasks waiting and slots reserved are never more than queue_max together.
//   2. A task that was accepted runs exactly once, also while the pool is being stopped.
//   3. After Stop returns no task runs, and none is accepted.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace taanu {

class WorkerPool {
 public:
  // A task must not throw: there is nobody to whom the pool could report it.
  using Task = std::function<void()>;

  struct Options {
    const char* name = "worker";  // of the threads; at most 15 characters
    int threads = 1;              // at least 1
    size_t queue_max = 1;         // at least 1
    int niceness = 0;             // above 0: gives way to other threads (Linux; see setpriority(2))
  };

  explicit WorkerPool(const Options& options);
  // Stops.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False where the queue is full or the pool is stopping; the task is then not kept.
  [[nodiscard]] bool TrySubmit(Task task);

  // Slots of the queue that are kept for one user, so that its tasks are never refused.
  // Thread-safety: as the pool's, which must outlive it.
  class Reservation {
   public:
    ~Reservation();
    Reservation(const Reservation&) = delete;
    Reservation& operator=(const Reservation&) = delete;

    // The caller has at most as many tasks waiting as it has slots. False only where the pool is
    // stopping.
    [[nodiscard]] bool Submit(Task task);

   private:
    friend class WorkerPool;
    Reservation(WorkerPool* pool, size_t slots) : pool_(pool), slots_(slots) {}
    WorkerPool* const pool_;
    const size_t slots_;
  };
  // Null where so many slots are not free.
  [[nodiscard]] std::unique_ptr<Reservation> TryReserve(size_t slots);

  // Refuses new tasks, runs those that wait, and joins the threads. Not to be called from a task.
  void Stop();

  // About how long a task that was refused now should wait before it comes again: the time in which
  // the queue is worked off, at the pace of late; 0.1 to 5 seconds.
  std::chrono::milliseconds RetryDelay() const;

 private:
  struct Item {
    Task task;
    bool reserved = false;  // it waits in a slot that was reserved for it
  };

  void Run(const Options& options);

  const size_t queue_max_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Item> queue_;
  size_t unreserved_waiting_ = 0;
  size_t slots_reserved_ = 0;
  bool stopping_ = false;
  std::chrono::duration<double> task_time_{0.01};  // smoothed
  std::vector<std::thread> threads_;
};

}  // namespace taanu
