#include "service/cli/parallel.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <stdexcept>
#include <vector>

namespace taanu::cli {
namespace {

TEST(ParallelTest, EveryIndexIsDoneExactlyOnce) {
  for (const unsigned threads : {1U, 2U, 7U, 64U}) {
    std::vector<std::atomic<int>> done(1000);
    ParallelFor(done.size(), threads, [&](size_t i, unsigned) { done[i].fetch_add(1); });
    for (const auto& count : done) EXPECT_EQ(count.load(), 1);
  }
}

TEST(ParallelTest, AWorkerIsNeverUsedByTwoCallsAtOnce) {
  constexpr unsigned kThreads = 4;
  std::array<std::atomic<int>, kThreads> busy{};
  std::atomic<bool> shared{false};
  ParallelFor(10'000, kThreads, [&](size_t, unsigned worker) {
    ASSERT_LT(worker, kThreads);
    if (busy[worker].fetch_add(1) != 0) shared.store(true);
    busy[worker].fetch_sub(1);
  });
  EXPECT_FALSE(shared.load());
}

TEST(ParallelTest, NothingIsCalledForNoWork) {
  ParallelFor(0, 4, [](size_t, unsigned) { FAIL(); });
}

TEST(ParallelTest, AnExceptionReachesTheCallerAndEndsTheRest) {
  std::atomic<int> calls{0};
  EXPECT_THROW(ParallelFor(1'000'000, 3,
                           [&](size_t, unsigned) {
                             calls.fetch_add(1);
                             throw std::runtime_error("broken");
                           }),
               std::runtime_error);
  EXPECT_LE(calls.load(), 3);
}

}  // namespace
}  // namespace taanu::cli
