#include "matcher/gallery/stop_check.h"

namespace taanu::gallery {

bool StopCheck::ShouldStop() {
  if (end() != SearchEnd::kComplete) return true;
  if (cancelled_ != nullptr && cancelled_->load(std::memory_order_relaxed)) {
    Stop(SearchEnd::kCancelled);
  } else if (deadline_ && std::chrono::steady_clock::now() >= *deadline_) {
    Stop(SearchEnd::kDeadline);
  }
  return end() != SearchEnd::kComplete;
}

void StopCheck::Stop(SearchEnd reason) {
  SearchEnd expected = SearchEnd::kComplete;
  end_.compare_exchange_strong(expected, reason, std::memory_order_relaxed);
}

}  // namespace taanu::gallery
