#include "service/daemon/clock_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <deque>
#include <limits>
#include <utility>

namespace taanu {
namespace {

constexpr int kIntervalMs = 1000;
// Two readings of one clock with the other between them are one moment if they are this near; a
// busy machine may need a few attempts.
constexpr int64_t kMomentUs = 20'000;
constexpr int kAttempts = 50;
// Jumps that wait for room on the disk; the program's log has all of them.
constexpr size_t kKeptBackMax = 1000;

int64_t Read(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1000;
}

// Asks the kernel to end a wait when the wall clock is set. Below 0 where it cannot.
int WatchForSetting() {
  const int fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  if (fd < 0) return -1;
  itimerspec never{};
  never.it_value.tv_sec = std::numeric_limits<int32_t>::max();
  timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, nullptr);
  return fd;
}

}  // namespace

ClockReading ReadClocks() {
  ClockReading best;
  int64_t nearest = std::numeric_limits<int64_t>::max();
  for (int attempt = 0; attempt < kAttempts && nearest > kMomentUs; ++attempt) {
    const int64_t before = Read(CLOCK_BOOTTIME);
    const int64_t wall = Read(CLOCK_REALTIME);
    const int64_t after = Read(CLOCK_BOOTTIME);
    if (after - before >= nearest) continue;
    nearest = after - before;
    best = {wall, before + (after - before) / 2};
  }
  return best;
}

std::optional<ClockJump> ClockJudge::Observe(const ClockReading& now) {
  const int64_t expected_us = last_.wall_us + (now.boot_us - last_.boot_us);
  last_ = now;
  if (std::abs(now.wall_us - expected_us) <= kClockToleranceUs) return std::nullopt;
  return ClockJump{expected_us, now.wall_us};
}

ClockWatch::ClockWatch(Report report)
    : report_(std::move(report)),
      stop_fd_(eventfd(0, EFD_CLOEXEC)),
      first_(ReadClocks()),
      thread_([this] { Run(); }) {}

ClockWatch::~ClockWatch() {
  eventfd_write(stop_fd_, 1);
  thread_.join();
  close(stop_fd_);
}

void ClockWatch::Run() {
  ClockJudge judge(first_);
  std::deque<ClockJump> kept_back;  // that could not be logged yet
  int set_fd = WatchForSetting();
  for (;;) {
    std::array<pollfd, 2> waited = {{{stop_fd_, POLLIN, 0}, {set_fd, POLLIN, 0}}};
    poll(waited.data(), waited.size(), kIntervalMs);
    if ((waited[0].revents & POLLIN) != 0) break;
    if (waited[1].revents != 0) {
      // The timer was cancelled by the setting; a new one waits for the next.
      close(set_fd);
      set_fd = WatchForSetting();
    }
    const auto jump = judge.Observe(ReadClocks());
    if (jump && kept_back.size() < kKeptBackMax) kept_back.push_back(*jump);
    while (!kept_back.empty() && report_(kept_back.front())) kept_back.pop_front();
  }
  if (set_fd >= 0) close(set_fd);
}

}  // namespace taanu
