// Runs independent pieces of work on several threads.
#pragma once

#include <cstddef>
#include <functional>

namespace taanu::cli {

inline constexpr unsigned kThreadsMax = 256;

// One thread for each core, at least one.
unsigned DefaultThreads();

// Calls `work(index, worker)` once for each index below `count`, in no fixed order, on at most
// `threads` threads, of which the caller's is one; returns when all are done. `worker` is below
// `threads` and is never used by two calls at once, so that scratch memory can be kept by worker.
// Where a call throws, no further index is begun and the first exception is thrown again here.
void ParallelFor(size_t count, unsigned threads,
                 const std::function<void(size_t index, unsigned worker)>& work);

}  // namespace taanu::cli
