#include "service/terminal/printer.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <optional>
#include <string_view>

#include "service/slip/escpos.h"

namespace taanu::terminal {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kSecondsPerMinute = 60;

tl::unexpected<Error> Unavailable(const std::string& device) {
  return Fail(ErrorCode::kUnavailable, "PRINTER_UNAVAILABLE",
              device + ": " + std::strerror(errno) + "; see that it is plugged in and switched on");
}

tl::unexpected<Error> Stuck(const std::string& device) {
  return Fail(ErrorCode::kUnavailable, "PRINTER_STUCK",
              device + " takes nothing; look at its paper and its cover");
}

class Descriptor {
 public:
  // Does not wait for a printer that is not ready.
  explicit Descriptor(const std::string& path)
      : fd_(open(path.c_str(), O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  const int fd_;
};

Status WriteAll(const std::string& device, std::chrono::milliseconds patience,
                std::string_view bytes) {
  const Descriptor out(device);
  if (out.get() < 0) return Unavailable(device);
  const Clock::time_point end = Clock::now() + patience;
  while (!bytes.empty()) {
    const ssize_t written = write(out.get(), bytes.data(), bytes.size());
    if (written > 0) {
      bytes.remove_prefix(static_cast<size_t>(written));
      continue;
    }
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno != EAGAIN) return Unavailable(device);
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    pollfd ready = {.fd = out.get(), .events = POLLOUT, .revents = 0};
    if (left.count() <= 0 || poll(&ready, 1, static_cast<int>(left.count())) == 0) {
      return Stuck(device);
    }
  }
  return {};
}

// Of the precinct's clock at that time.
int UtcOffsetMinutes(int64_t time_s) {
  const auto time = static_cast<time_t>(time_s);
  tm local{};
  if (localtime_r(&time, &local) == nullptr) return 0;
  return static_cast<int>(local.tm_gmtoff / kSecondsPerMinute);
}

}  // namespace

Status PrintSlip(const PrinterOptions& options, const GivenSlip& slip) {
  TAANU_ASSIGN_OR_RETURN(const slip::SignedSlip parsed, slip::ParseSlipCode(slip.code));
  const slip::TextOptions text = {
      .columns = options.paper_mm == 80 ? slip::kColumns80mm : slip::kColumns58mm,
      .issue_number = slip.issue_number,
      .utc_offset_minutes = UtcOffsetMinutes(parsed.facts.time_s)};
  TAANU_ASSIGN_OR_RETURN(const std::string bytes,
                         slip::EscPosSlip(parsed, text, slip::QrMode::kRaster));
  return WriteAll(options.device, options.patience, bytes);
}

PrinterLoop::PrinterLoop(const PrinterOptions& options, Agent* agent) {
  if (options.device.empty()) return;
  agent->HasPrinter();
  thread_ = std::jthread([options, agent] {
    while (const std::optional<GivenSlip> slip = agent->WaitForSlip()) {
      agent->OnPrinted(PrintSlip(options, *slip));
    }
  });
}

}  // namespace taanu::terminal
