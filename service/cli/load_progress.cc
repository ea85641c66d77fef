#include "service/cli/load_progress.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace taanu::cli {
namespace {

constexpr std::chrono::milliseconds kTerminalInterval{200};
constexpr std::chrono::milliseconds kLogInterval{5000};

// "42 s", "3 min 20 s", "2 h 5 min".
std::string Duration(double seconds) {
  const auto whole = static_cast<int64_t>(std::max(0.0, seconds));
  if (whole < 60) return std::to_string(whole) + " s";
  if (whole < 3600) {
    return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
  }
  return std::to_string(whole / 3600) + " h " + std::to_string(whole % 3600 / 60) + " min";
}

}  // namespace

LoadProgress::LoadProgress(uint64_t manifest_bytes, bool quiet)
    : manifest_bytes_(std::max<uint64_t>(1, manifest_bytes)),
      quiet_(quiet),
      terminal_(isatty(STDERR_FILENO) == 1) {}

LoadProgress::~LoadProgress() {
  if (on_screen_) std::fputs("\n", stderr);
}

std::string LoadProgress::Line(const LoadReport& report, uint64_t manifest_bytes_read,
                               double seconds) const {
  const double part = std::min(
      1.0, static_cast<double>(manifest_bytes_read) / static_cast<double>(manifest_bytes_));
  const double rate = seconds > 0 ? static_cast<double>(report.rows()) / seconds : 0;
  std::array<char, 192> text{};
  std::snprintf(text.data(), text.size(), "%llu rows (%.0f %%), %.1f rows/s, %llu rejected",
                static_cast<unsigned long long>(report.rows()), part * 100, rate,
                static_cast<unsigned long long>(report.rejected));
  std::string line = text.data();
  // The first percent says too little about the rest.
  if (part > 0.01) line += ", " + Duration(seconds / part - seconds) + " left";
  return line;
}

void LoadProgress::Show(const LoadReport& report, uint64_t manifest_bytes_read) {
  const Clock::time_point now = Clock::now();
  if (quiet_ || now - shown_ < (terminal_ ? kTerminalInterval : kLogInterval)) return;
  shown_ = now;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const std::string line = Line(report, manifest_bytes_read, seconds);
  if (terminal_) {
    std::fprintf(stderr, "\r\x1b[K%s", line.c_str());
    on_screen_ = true;
  } else {
    std::fprintf(stderr, "%s\n", line.c_str());
  }
}

}  // namespace taanu::cli
