// Whether a search should go on.
//
// Thread-safety: any number of threads may ask; the first reason found stays.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>

#include "matcher/gallery/gallery.h"

namespace taanu::gallery {

class StopCheck {
 public:
  StopCheck(const std::optional<std::chrono::steady_clock::time_point>& deadline,
            const std::atomic<bool>* cancelled)
      : deadline_(deadline), cancelled_(cancelled) {}

  // Some tens of nanoseconds: ask at least every few hundred microseconds of work.
  bool ShouldStop();
  SearchEnd end() const { return end_.load(std::memory_order_relaxed); }

 private:
  void Stop(SearchEnd reason);

  std::optional<std::chrono::steady_clock::time_point> deadline_;
  const std::atomic<bool>* cancelled_;
  std::atomic<SearchEnd> end_{SearchEnd::kComplete};
};

}  // namespace taanu::gallery
