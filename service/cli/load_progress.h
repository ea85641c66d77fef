// Shows how far a load is: a line rewritten in place on a terminal, and a plain line every few
// seconds elsewhere, so that a log shows it too.
//
// Thread-safety: none; see BulkLoader, which makes its calls one at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "service/cli/load_report.h"

namespace taanu::cli {

class LoadProgress {
 public:
  // `manifest_bytes` is the size of the whole manifest. Shows nothing where `quiet`.
  LoadProgress(uint64_t manifest_bytes, bool quiet);
  // Ends the line.
  ~LoadProgress();
  LoadProgress(const LoadProgress&) = delete;
  LoadProgress& operator=(const LoadProgress&) = delete;

  void Show(const LoadReport& report, uint64_t manifest_bytes_read);

 private:
  using Clock = std::chrono::steady_clock;
  std::string Line(const LoadReport& report, uint64_t manifest_bytes_read, double seconds) const;

  const uint64_t manifest_bytes_;
  const bool quiet_;
  const bool terminal_;
  const Clock::time_point start_ = Clock::now();
  Clock::time_point shown_ = start_;
  bool on_screen_ = false;
};

}  // namespace taanu::cli
