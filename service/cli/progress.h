// A line on standard error that shows how far a long command is.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>

namespace taanu::cli {

// Shows "extracting: 120 of 800 (15 %), 41/s, 17 s left", rewritten in place, at most five times a
// second; shows nothing where standard error is no terminal, so that logs stay clean.
// Thread-safety: all functions may be called from any thread.
class Progress {
 public:
  // `total` 0 where the end is not known.
  Progress(std::string label, size_t total);
  // Clears the line.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Add(size_t done);
  // Removes the line until the next Add, so that another line can be printed.
  void Clear();

 private:
  std::string Line(double elapsed_s) const;

  using Clock = std::chrono::steady_clock;
  const std::string label_;
  const size_t total_;
  const bool shown_;
  const Clock::time_point start_ = Clock::now();
  std::mutex mutex_;
  size_t done_ = 0;
  Clock::time_point drawn_{};
  bool on_screen_ = false;
};

}  // namespace taanu::cli
