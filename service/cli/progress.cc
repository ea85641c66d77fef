#include "service/cli/progress.h"

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <utility>

namespace taanu::cli {
namespace {

constexpr std::chrono::milliseconds kRedrawInterval{200};
constexpr const char* kClearLine = "\r\x1b[K";

}  // namespace

Progress::Progress(std::string label, size_t total)
    : label_(std::move(label)), total_(total), shown_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() { Clear(); }

std::string Progress::Line(double elapsed_s) const {
  const double rate = elapsed_s > 0 ? static_cast<double>(done_) / elapsed_s : 0;
  std::string line = label_ + ": " + std::to_string(done_);
  if (total_ > 0) {
    line += " of " + std::to_string(total_) + " (" + std::to_string(done_ * 100 / total_) + " %)";
  }
  if (rate > 0) {
    line += ", " + std::to_string(std::lround(rate)) + "/s";
    if (total_ > done_) {
      line += ", " + std::to_string(std::lround(static_cast<double>(total_ - done_) / rate)) +
              " s left";
    }
  }
  return line;
}

void Progress::Add(size_t done) {
  const std::lock_guard lock(mutex_);
  done_ += done;
  const Clock::time_point now = Clock::now();
  if (!shown_ || now - drawn_ < kRedrawInterval) return;
  drawn_ = now;
  on_screen_ = true;
  const std::string line = kClearLine + Line(std::chrono::duration<double>(now - start_).count());
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fflush(stderr);
}

void Progress::Clear() {
  const std::lock_guard lock(mutex_);
  if (!on_screen_) return;
  on_screen_ = false;
  std::fputs(kClearLine, stderr);
  std::fflush(stderr);
}

}  // namespace taanu::cli
