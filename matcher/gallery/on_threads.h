// Shares work among threads.
//
// Thread-safety: a pure function.
#pragma once

#include <cstddef>
#include <functional>

namespace taanu::gallery {

// Calls work(0) on the caller's thread, and work(1) to work(threads - 1) each on one of its own as
// far as the system gives threads. The work must share itself out, so that fewer only take longer.
void OnThreads(size_t threads, const std::function<void(size_t)>& work);

}  // namespace taanu::gallery
