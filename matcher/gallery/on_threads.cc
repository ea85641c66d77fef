#include "matcher/gallery/on_threads.h"

#include <system_error>
#include <thread>
#include <vector>

namespace taanu::gallery {

void OnThreads(size_t threads, const std::function<void(size_t)>& work) {
  std::vector<std::thread> running;
  running.reserve(threads);
  try {
    for (size_t t = 1; t < threads; ++t) running.emplace_back(work, t);
  } catch (const std::system_error&) {
    // The threads that did start share the work with this one.
  }
  work(0);
  for (std::thread& thread : running) thread.join();
}

}  // namespace taanu::gallery
