// The clock's jumps in the audit log.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "enroll/store/database.h"
#include "matcher/error.h"

namespace taanu {

// Thread-safety: may be used from any thread.
class ClockLog {
 public:
  // Not owned; it must outlive this.
  explicit ClockLog(Database* database) : database_(*database) {}

  // The time of the last entry, microseconds since 1970; none where the log is empty.
  Result<std::optional<int64_t>> LastTimeUs() const;

  // Adds "clock_jumped", and waits until it is durable: what the clock should have shown and what
  // it shows. `seen` is "running" or "start". Errors: those of the store.
  Status Record(int64_t expected_us, int64_t found_us, std::string_view seen);

 private:
  Database& database_;
};

}  // namespace taanu
