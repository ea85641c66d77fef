#include "service/observers/http_loop.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "service/observers/listener.h"

namespace taanu::observers {
namespace {

constexpr size_t kConnectionBytes = 16 * 1024;
constexpr std::chrono::milliseconds kSweep{1000};
// Viewers give way to voters on the same cores; see setpriority(2), which is of a thread on Linux.
constexpr int kNiceness = 10;
// An event goes out to so many in each pause, or to a hundredth of all where that is more: viewers
// are then no burst that a voter would feel, cost no more than 500 writes a second up to 5,000 of
// them, and each has the latest event within ten seconds.
constexpr size_t kBatch = 50;
constexpr size_t kBatchesMax = 100;
constexpr std::chrono::milliseconds kBatchPause{100};
constexpr std::chrono::milliseconds kTick{20};
// Rounds in which streams are told their end when the server stops.
constexpr int kLastRounds = 4;

}  // namespace

Status HttpLoop::Start() {
  TAANU_RETURN_IF_ERROR(AllowOpenFiles(options_.connections_max));
  TAANU_ASSIGN_OR_RETURN(const Listener listener, Listen(options_.listen));
  port_ = listener.port;
  wake_fd_ = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  const std::array settings = {
      MHD_OptionItem{MHD_OPTION_LISTEN_SOCKET, listener.fd, nullptr},
      MHD_OptionItem{MHD_OPTION_CONNECTION_LIMIT, options_.connections_max, nullptr},
      MHD_OptionItem{MHD_OPTION_PER_IP_CONNECTION_LIMIT, options_.connections_per_address_max,
                     nullptr},
      MHD_OptionItem{MHD_OPTION_CONNECTION_MEMORY_LIMIT, kConnectionBytes, nullptr},
      MHD_OptionItem{MHD_OPTION_CONNECTION_TIMEOUT, options_.stall.count(), nullptr},
      MHD_OptionItem{MHD_OPTION_STRICT_FOR_CLIENT, 1, nullptr},
      MHD_OptionItem{MHD_OPTION_END, 0, nullptr}};
  daemon_ = wake_fd_ < 0
                ? nullptr
                : MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, nullptr, nullptr,
                                   &OnAccess, this, MHD_OPTION_NOTIFY_COMPLETED, &OnCompleted, this,
                                   MHD_OPTION_NOTIFY_CONNECTION, &OnConnection, this,
                                   MHD_OPTION_ARRAY, settings.data(), MHD_OPTION_END);
  if (daemon_ == nullptr) {
    return Fail(ErrorCode::kUnavailable, "CANNOT_LISTEN",
                "[observers] the HTTP server could not be started on " + options_.listen);
  }
  epoll_fd_ = MHD_get_daemon_info(daemon_, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
  thread_ = std::thread([this] { Run(); });
  return {};
}

HttpLoop::~HttpLoop() {
  stopping_ = true;
  if (thread_.joinable()) {
    Wake();
    thread_.join();
  }
  if (daemon_ != nullptr) MHD_stop_daemon(daemon_);
  if (wake_fd_ >= 0) close(wake_fd_);
}

void HttpLoop::Run() {
  setpriority(PRIO_PROCESS, 0, kNiceness);
  while (!stopping_) {
    Wait();
    if (more_to_resume_ && Clock::now() >= batch_due_) {
      ResumeStreams(std::max(kBatch, streams_.size() / kBatchesMax));
      batch_due_ = Clock::now() + kBatchPause;
    }
    MHD_run(daemon_);
    if (Clock::now() - swept_ >= kSweep) Sweep();
  }
  End();
}

void HttpLoop::Wait() {
  MHD_UNSIGNED_LONG_LONG timeout_ms = 0;
  auto wait_ms = static_cast<int>((more_to_resume_ ? kTick : kSweep).count());
  if (MHD_get_timeout(daemon_, &timeout_ms) == MHD_YES &&
      timeout_ms < static_cast<unsigned>(wait_ms)) {
    wait_ms = static_cast<int>(timeout_ms);
  }
  std::array<pollfd, 2> ready = {pollfd{epoll_fd_, POLLIN, 0}, pollfd{wake_fd_, POLLIN, 0}};
  if (poll(ready.data(), ready.size(), wait_ms) <= 0 || (ready[1].revents & POLLIN) == 0) return;
  uint64_t wakes = 0;
  if (read(wake_fd_, &wakes, sizeof(wakes)) == sizeof(wakes)) {
    ++wakes_;
    more_to_resume_ = true;
    ResumeHeld();
  }
}

// In turn, so that events which come faster than a round goes reach everybody alike.
void HttpLoop::ResumeStreams(size_t count_max) {
  more_to_resume_ = false;
  auto next = streams_.upper_bound(resumed_last_);
  for (size_t looked = 0; looked < streams_.size(); ++looked, ++next) {
    if (next == streams_.end()) next = streams_.begin();
    Stream* const stream = *next;
    if (!stream->suspended || stream->resumed == wakes_) continue;
    if (count_max-- == 0) {
      more_to_resume_ = true;
      return;
    }
    resumed_last_ = stream;
    stream->resumed = wakes_;
    stream->suspended = false;
    MHD_resume_connection(stream->connection);
  }
}

void HttpLoop::ResumeHeld() {
  for (Exchange* const exchange : held_) {
    MHD_resume_connection(exchange->connection);
  }
  held_.clear();
}

// Who takes longer than the limits allow is cut off: libmicrohttpd sees the end of the socket, and
// closes it.
void HttpLoop::Sweep() {
  swept_ = Clock::now();
  if (!streams_.empty()) site_.Watched();
  for (const Peer* const peer : peers_) {
    const Clock::duration taken = swept_ - peer->since;
    if ((peer->doing == Peer::kHead && taken > options_.head) ||
        (peer->doing == Peer::kAnswer && taken > options_.answer)) {
      shutdown(peer->fd, SHUT_RDWR);
    }
  }
  if (std::ranges::any_of(held_, [&](const Exchange* exchange) {
        return swept_ - exchange->since > options_.hold;
      })) {
    ResumeHeld();
  }
}

// A suspended connection must not be there when the daemon is stopped.
void HttpLoop::End() {
  MHD_quiesce_daemon(daemon_);
  for (int i = 0; i < kLastRounds; ++i) {
    ++wakes_;
    ResumeStreams(streams_.size());
    ResumeHeld();
    MHD_run(daemon_);
  }
}

}  // namespace taanu::observers
