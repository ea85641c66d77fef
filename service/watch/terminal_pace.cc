#include "service/watch/terminal_pace.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace taanu {
namespace {

// Terminals that are kept in mind before those that have rested are looked for.
constexpr size_t kTerminalsMax = 4096;
constexpr double kSecondsPerMinute = 60;
constexpr double kMsPerMinute = 60'000;

}  // namespace

void TerminalPace::Fill(Bucket* bucket, Clock::time_point now) const {
  const double seconds = std::chrono::duration<double>(now - bucket->filled).count();
  bucket->filled = now;
  bucket->tokens = std::min<double>(
      options_.burst,
      bucket->tokens + std::max(0.0, seconds) * options_.per_minute / kSecondsPerMinute);
  if (bucket->tokens >= options_.burst) bucket->told = false;
}

void TerminalPace::ForgetRested(Clock::time_point now) {
  for (auto it = buckets_.begin(); it != buckets_.end();) {
    Fill(&it->second, now);
    it = it->second.tokens >= options_.burst ? buckets_.erase(it) : std::next(it);
  }
}

std::optional<TerminalPace::Refusal> TerminalPace::Take(const KeyedReference& terminal,
                                                        Clock::time_point now) {
  if (options_.per_minute <= 0) return std::nullopt;
  const std::lock_guard lock(mutex_);
  if (buckets_.size() >= kTerminalsMax) ForgetRested(now);
  const auto [it, added] = buckets_.try_emplace(
      terminal, Bucket{.tokens = static_cast<double>(options_.burst), .filled = now});
  Bucket& bucket = it->second;
  if (!added) Fill(&bucket, now);
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return std::nullopt;
  }
  Refusal refusal;
  refusal.retry_delay = std::chrono::milliseconds(
      static_cast<int64_t>(std::ceil((1 - bucket.tokens) * kMsPerMinute / options_.per_minute)));
  refusal.first = !bucket.told;
  bucket.told = true;
  return refusal;
}

size_t TerminalPace::terminals() const {
  const std::lock_guard lock(mutex_);
  return buckets_.size();
}

}  // namespace taanu
