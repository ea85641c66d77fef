#include "service/terminal/feed.h"

#include <utility>

namespace taanu::terminal {

void Feed::Publish(std::string json) {
  const std::lock_guard lock(mutex_);
  if (json == screen_.json) return;
  screen_.json = std::move(json);
  ++screen_.number;
  changed_.notify_all();
}

std::optional<Screen> Feed::Next(uint64_t seen, std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  const uint64_t wakes = wakes_;
  changed_.wait_for(lock, time, [&] { return ended_ || wakes_ != wakes || screen_.number > seen; });
  if (ended_ || wakes_ != wakes || screen_.number <= seen) return std::nullopt;
  return screen_;
}

void Feed::Wake() {
  const std::lock_guard lock(mutex_);
  ++wakes_;
  changed_.notify_all();
}

void Feed::End() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

bool Feed::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_;
}

}  // namespace taanu::terminal
