#include "service/rpc/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <thread>
#include <vector>

namespace taanu {
namespace {

// Keeps the only thread of a pool busy until it is released or destroyed. What the task uses is the
// task's own, since it may go on for a moment after that.
class Blocker {
 public:
  explicit Blocker(WorkerPool& pool) {
    auto begun = std::make_shared<std::promise<void>>();
    EXPECT_TRUE(pool.TrySubmit([begun, released = release_.get_future().share()] {
      begun->set_value();
      released.wait();
    }));
    begun->get_future().wait();
  }
  ~Blocker() { Release(); }
  void Release() {
    if (!released_) release_.set_value();
    released_ = true;
  }

 private:
  std::promise<void> release_;
  bool released_ = false;
};

TEST(WorkerPoolTest, EveryAcceptedTaskRunsOnceAlsoThoseThatWaitWhenItStops) {
  std::atomic<int> runs = 0;
  int accepted = 0;
  {
    WorkerPool pool({.threads = 3, .queue_max = 10'000});
    for (int i = 0; i < 5'000; ++i) accepted += pool.TrySubmit([&] { ++runs; }) ? 1 : 0;
  }
  EXPECT_EQ(accepted, 5'000);
  EXPECT_EQ(runs, accepted);
}

TEST(WorkerPoolTest, AFullQueueRefusesAndTakesAgainOnceThereIsRoom) {
  WorkerPool pool({.threads = 1, .queue_max = 2});
  std::promise<void> both;
  std::atomic<int> runs = 0;
  const auto task = [&] {
    if (++runs == 2) both.set_value();
  };
  {
    Blocker blocker(pool);
    EXPECT_TRUE(pool.TrySubmit(task));
    EXPECT_TRUE(pool.TrySubmit(task));
    EXPECT_FALSE(pool.TrySubmit(task));
  }
  both.get_future().wait();
  EXPECT_TRUE(pool.TrySubmit([] {}));
}

TEST(WorkerPoolTest, ReservedSlotsAreKeptAndGivenBack) {
  WorkerPool pool({.threads = 1, .queue_max = 3});
  Blocker blocker(pool);
  auto reservation = pool.TryReserve(2);
  ASSERT_NE(reservation, nullptr);
  EXPECT_EQ(pool.TryReserve(2), nullptr) << "only one slot is left";
  EXPECT_TRUE(pool.TrySubmit([] {}));
  EXPECT_FALSE(pool.TrySubmit([] {}));
  // A flood of others does not take what was reserved.
  std::promise<void> done;
  EXPECT_TRUE(reservation->Submit([] {}));
  EXPECT_TRUE(reservation->Submit([&] { done.set_value(); }));
  blocker.Release();
  done.get_future().wait();
  reservation.reset();
  EXPECT_NE(pool.TryReserve(3), nullptr);
}

TEST(WorkerPoolTest, NothingIsTakenAfterStop) {
  WorkerPool pool({.threads = 2, .queue_max = 8});
  auto reservation = pool.TryReserve(1);
  pool.Stop();
  EXPECT_FALSE(pool.TrySubmit([] {}));
  EXPECT_FALSE(reservation->Submit([] {}));
  EXPECT_EQ(pool.TryReserve(1), nullptr);
  pool.Stop();
}

TEST(WorkerPoolTest, WhatATaskHoldsIsGivenBackWhenItHasRun) {
  WorkerPool pool({.threads = 1, .queue_max = 8});
  auto held = std::make_shared<int>(1);
  std::promise<void> second;
  ASSERT_TRUE(pool.TrySubmit([held] {}));
  ASSERT_TRUE(pool.TrySubmit([&] { second.set_value(); }));
  second.get_future().wait();
  EXPECT_EQ(held.use_count(), 1);
}

TEST(WorkerPoolTest, TheRetryDelayStaysWithinItsBounds) {
  WorkerPool pool({.threads = 1, .queue_max = 1000});
  EXPECT_GE(pool.RetryDelay(), std::chrono::milliseconds(100));
  Blocker blocker(pool);
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(pool.TrySubmit([] {}));
  EXPECT_LE(pool.RetryDelay(), std::chrono::seconds(5));
  EXPECT_GT(pool.RetryDelay(), std::chrono::milliseconds(100)) << "it grows with the queue";
}

TEST(WorkerPoolTest, ManyThreadsMaySubmitAndReserveWhileItStops) {
  std::atomic<int> accepted = 0;
  std::atomic<int> runs = 0;
  std::promise<void> halfway;
  {
    WorkerPool pool({.threads = 4, .queue_max = 64, .niceness = 5});
    std::vector<std::thread> users;
    for (int t = 0; t < 4; ++t) {
      users.emplace_back([&] {
        for (int i = 0; i < 2'000; ++i) {
          if (pool.TrySubmit([&] { ++runs; }) && ++accepted == 500) halfway.set_value();
          if (const auto reservation = pool.TryReserve(8)) {
            std::promise<void> done;
            if (reservation->Submit([&] {
                  ++runs;
                  done.set_value();
                })) {
              if (++accepted == 500) halfway.set_value();
              done.get_future().wait();
            }
          }
        }
      });
    }
    // In the middle of it.
    std::thread stopper([&] {
      halfway.get_future().wait();
      pool.Stop();
    });
    for (std::thread& user : users) user.join();
    stopper.join();
  }
  EXPECT_EQ(runs, accepted);
}

}  // namespace
}  // namespace taanu
