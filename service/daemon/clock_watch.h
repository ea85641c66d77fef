// Watches the wall clock for jumps.
//
// No rule asks for the time: the order of the log decides who came first, a voter is accredited
// once by a primary key, and polls are opened and closed by people. So a clock that is set back or
// forward changes no outcome; it only makes the times in the log untrue, and an auditor has to be
// told where. A time zone changes nothing at all: every time is kept in UTC.
//
// The wall clock (CLOCK_REALTIME) is compared once a second with CLOCK_BOOTTIME, which nobody can
// set and which goes on while the machine sleeps; the kernel tells at once of a clock that was set
// (timerfd, TFD_TIMER_CANCEL_ON_SET). What happened while the daemon was stopped is seen only where
// the clock stands before the last entry of the log.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <thread>

namespace taanu {

// Smaller steps are what time servers do (a second of difference is not yet a wrong hour), and what
// a busy machine makes of two readings.
inline constexpr int64_t kClockToleranceUs = 1'000'000;

struct ClockReading {
  int64_t wall_us = 0;  // since 1970, UTC
  int64_t boot_us = 0;  // since the machine started, asleep or not
};
ClockReading ReadClocks();

struct ClockJump {
  int64_t expected_us = 0;  // what the wall clock should have shown
  int64_t found_us = 0;     // what it shows
};

// Tells jumps from the time that passed. Thread-safety: used by one thread.
class ClockJudge {
 public:
  explicit ClockJudge(const ClockReading& first) : last_(first) {}
  // A jump since the reading before.
  std::optional<ClockJump> Observe(const ClockReading& now);

 private:
  ClockReading last_;
};

// Thread-safety: used by one thread.
class ClockWatch {
 public:
  // Called on the watch's own thread. False where it could not be kept: it is tried again.
  using Report = std::function<bool(const ClockJump&)>;

  explicit ClockWatch(Report report);
  // Stops.
  ~ClockWatch();
  ClockWatch(const ClockWatch&) = delete;
  ClockWatch& operator=(const ClockWatch&) = delete;

 private:
  void Run();

  const Report report_;
  const int stop_fd_;
  const ClockReading first_;
  std::thread thread_;
};

}  // namespace taanu
