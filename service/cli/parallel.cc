#include "service/cli/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace taanu::cli {

unsigned DefaultThreads() {
  return std::clamp(std::thread::hardware_concurrency(), 1U, kThreadsMax);
}

void ParallelFor(size_t count, unsigned threads,
                 const std::function<void(size_t index, unsigned worker)>& work) {
  std::atomic<size_t> next{0};
  std::exception_ptr failure;
  std::mutex failure_mutex;
  const auto run = [&](unsigned worker) {
    try {
      for (size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) work(i, worker);
    } catch (...) {
      next.store(count);
      const std::lock_guard lock(failure_mutex);
      if (!failure) failure = std::current_exception();
    }
  };
  const auto wanted = static_cast<unsigned>(std::min<size_t>(std::max(threads, 1U), count));
  std::vector<std::thread> helpers;
  for (unsigned worker = 1; worker < wanted; ++worker) {
    try {
      helpers.emplace_back(run, worker);
    } catch (const std::system_error&) {
      break;  // The machine gives no more threads; those that run do all the work.
    }
  }
  run(0);
  for (std::thread& helper : helpers) helper.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace taanu::cli
