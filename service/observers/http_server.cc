#include "service/observers/http_server.h"

#include <microhttpd.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <list>
#include <set>
#include <thread>
#include <utility>

#include "service/observers/listener.h"

namespace taanu::observers {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kConnectionBytes = 16 * 1024;
constexpr size_t kBlockBytes = 8 * 1024;
constexpr std::chrono::seconds kSweep{1};
constexpr int kNiceness = 5;
// Rounds in which streams are told their end when the server stops.
constexpr int kLastRounds = 4;
constexpr int kUnavailableStatus = 503;
constexpr int kBadRequest = 400;
constexpr int kWrongMethod = 405;

// One connection, from its accept to its close.
struct Peer {
  int fd = -1;
  Clock::time_point since;  // of what it does now
  enum { kHead, kAnswer, kStream } doing = kHead;
};

// One request.
struct Exchange {
  MHD_Connection* connection = nullptr;
  Clock::time_point since = Clock::now();
  bool held = false;
};

}  // namespace

// Everything but Wake happens on the one thread of the loop.
class HttpServer::Loop {
 public:
  Loop(const HttpOptions& options, HttpSite* site) : options_(options), site_(*site) {}
  ~Loop();

  Status Start();
  int port() const { return port_; }
  void Wake() const {
    const uint64_t one = 1;
    // It fails only where as many wakes wait as can be counted.
    [[maybe_unused]] const ssize_t written = write(wake_fd_, &one, sizeof(one));
  }

 private:
  // One event stream. It belongs to its response.
  struct Stream {
    Loop* loop;
    MHD_Connection* connection;
    uint64_t seen = 0;
    std::shared_ptr<const std::string> bytes = nullptr;
    size_t sent = 0;
    bool suspended = false;
  };

  void Run();
  void Wait();
  void ResumeStreams();
  void ResumeHeld();
  void Sweep();
  void End();

  MHD_Result Access(MHD_Connection* connection, const char* url, std::string_view method,
                    void** exchange);
  MHD_Result Refuse(MHD_Connection* connection, int status);
  MHD_Result Send(MHD_Connection* connection, const HttpAnswer& answer);
  MHD_Response* MakeResponse(MHD_Connection* connection, const HttpAnswer& answer);
  ssize_t Pull(Stream* stream, char* to, size_t max);

  static MHD_Result OnAccess(void* loop, MHD_Connection* connection, const char* url,
                             const char* method, const char* version, const char* body,
                             size_t* body_size, void** exchange);
  static void OnCompleted(void* loop, MHD_Connection* connection, void** exchange,
                          MHD_RequestTerminationCode code);
  static void OnConnection(void* loop, MHD_Connection* connection, void** peer,
                           MHD_ConnectionNotificationCode code);
  static ssize_t OnPull(void* stream, uint64_t position, char* to, size_t max);
  static void OnStreamEnd(void* stream);

  const HttpOptions options_;
  HttpSite& site_;
  int port_ = 0;
  int wake_fd_ = -1;
  int epoll_fd_ = -1;
  MHD_Daemon* daemon_ = nullptr;
  std::set<Peer*> peers_;
  std::set<Stream*> streams_;
  std::set<Exchange*> held_;
  Clock::time_point swept_ = Clock::now();
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

namespace {

Peer* PeerOf(MHD_Connection* connection) {
  const MHD_ConnectionInfo* const info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info == nullptr ? nullptr : static_cast<Peer*>(info->socket_context);
}

void Do(MHD_Connection* connection, decltype(Peer::doing) what) {
  if (Peer* const peer = PeerOf(connection); peer != nullptr) {
    peer->doing = what;
    peer->since = Clock::now();
  }
}

std::string_view Header(MHD_Connection* connection, const char* name) {
  const char* const value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

Status HttpServer::Loop::Start() {
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

HttpServer::Loop::~Loop() {
  stopping_ = true;
  if (thread_.joinable()) {
    Wake();
    thread_.join();
  }
  if (daemon_ != nullptr) MHD_stop_daemon(daemon_);
  if (wake_fd_ >= 0) close(wake_fd_);
}

void HttpServer::Loop::Run() {
  setpriority(PRIO_PROCESS, 0, kNiceness);
  while (!stopping_) {
    Wait();
    MHD_run(daemon_);
    if (Clock::now() - swept_ >= kSweep) Sweep();
  }
  End();
}

void HttpServer::Loop::Wait() {
  MHD_UNSIGNED_LONG_LONG timeout_ms = 0;
  int wait_ms = std::chrono::duration_cast<std::chrono::milliseconds>(kSweep).count();
  if (MHD_get_timeout(daemon_, &timeout_ms) == MHD_YES &&
      timeout_ms < static_cast<unsigned>(wait_ms)) {
    wait_ms = static_cast<int>(timeout_ms);
  }
  std::array<pollfd, 2> ready = {pollfd{epoll_fd_, POLLIN, 0}, pollfd{wake_fd_, POLLIN, 0}};
  if (poll(ready.data(), ready.size(), wait_ms) <= 0 || (ready[1].revents & POLLIN) == 0) return;
  uint64_t wakes = 0;
  if (read(wake_fd_, &wakes, sizeof(wakes)) == sizeof(wakes)) {
    ResumeStreams();
    ResumeHeld();
  }
}

void HttpServer::Loop::ResumeStreams() {
  for (Stream* const stream : streams_) {
    if (!stream->suspended) continue;
    stream->suspended = false;
    MHD_resume_connection(stream->connection);
  }
}

void HttpServer::Loop::ResumeHeld() {
  for (Exchange* const exchange : held_) {
    exchange->held = false;
    MHD_resume_connection(exchange->connection);
  }
  held_.clear();
}

// Who takes longer than the limits allow is cut off: libmicrohttpd sees the end of the socket, and
// closes it.
void HttpServer::Loop::Sweep() {
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
void HttpServer::Loop::End() {
  MHD_quiesce_daemon(daemon_);
  for (int i = 0; i < kLastRounds; ++i) {
    ResumeStreams();
    ResumeHeld();
    MHD_run(daemon_);
  }
}

MHD_Result HttpServer::Loop::OnAccess(void* loop, MHD_Connection* connection, const char* url,
                                      const char* method, const char* /*version*/,
                                      const char* /*body*/, size_t* /*body_size*/,
                                      void** exchange) {
  return static_cast<Loop*>(loop)->Access(connection, url, method, exchange);
}

// Called once when the head has come, and again until there is an answer.
MHD_Result HttpServer::Loop::Access(MHD_Connection* connection, const char* url,
                                    std::string_view method, void** exchange) {
  const bool head = method == "HEAD";
  if (*exchange == nullptr) {
    Do(connection, Peer::kAnswer);
    *exchange = new Exchange{.connection = connection};
    if (!head && method != "GET") return Refuse(connection, kWrongMethod);
    if (!Header(connection, "Transfer-Encoding").empty() ||
        (!Header(connection, "Content-Length").empty() &&
         Header(connection, "Content-Length") != "0")) {
      return Refuse(connection, kBadRequest);
    }
    return MHD_YES;
  }
  auto* const current = static_cast<Exchange*>(*exchange);
  const HttpRequest request{.head = head,
                            .path = url,
                            .if_none_match = Header(connection, "If-None-Match"),
                            .accept_encoding = Header(connection, "Accept-Encoding")};
  if (const auto answer = site_.Answer(request, streams_.size())) return Send(connection, *answer);
  if (stopping_ || Clock::now() - current->since > options_.hold) {
    return Refuse(connection, kUnavailableStatus);
  }
  current->held = true;
  held_.insert(current);
  MHD_suspend_connection(connection);
  return MHD_YES;
}

MHD_Result HttpServer::Loop::Refuse(MHD_Connection* connection, int status) {
  HttpAnswer answer{.status = status, .headers = {{"Connection", "close"}}};
  if (status == kWrongMethod) answer.headers.emplace_back("Allow", "GET, HEAD");
  if (status == kUnavailableStatus) answer.headers.emplace_back("Retry-After", "5");
  return Send(connection, answer);
}

MHD_Response* HttpServer::Loop::MakeResponse(MHD_Connection* connection, const HttpAnswer& answer) {
  if (answer.stream) {
    Do(connection, Peer::kStream);
    auto* const stream = new Stream{.loop = this, .connection = connection};
    streams_.insert(stream);
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, kBlockBytes, &OnPull, stream,
                                             &OnStreamEnd);
  }
  if (answer.body == nullptr) {
    return MHD_create_response_from_buffer(0, nullptr, MHD_RESPMEM_PERSISTENT);
  }
  // The bytes are shared: the response keeps its part of them until it is sent.
  auto* const share = new std::shared_ptr<const std::string>(answer.body);
  return MHD_create_response_from_buffer_with_free_callback_cls(
      answer.body->size(), const_cast<char*>(answer.body->data()),
      [](void* bytes) { delete static_cast<std::shared_ptr<const std::string>*>(bytes); }, share);
}

MHD_Result HttpServer::Loop::Send(MHD_Connection* connection, const HttpAnswer& answer) {
  MHD_Response* const response = MakeResponse(connection, answer);
  if (response == nullptr) return MHD_NO;
  for (const auto& [name, value] : answer.headers) {
    MHD_add_response_header(response, std::string(name).c_str(), value.c_str());
  }
  const MHD_Result queued =
      MHD_queue_response(connection, static_cast<unsigned>(answer.status), response);
  MHD_destroy_response(response);
  return queued;
}

ssize_t HttpServer::Loop::OnPull(void* stream, uint64_t /*position*/, char* to, size_t max) {
  auto* const self = static_cast<Stream*>(stream);
  return self->loop->Pull(self, to, max);
}

// What a slow reader missed is left out: it gets the latest event when it has read the one before.
ssize_t HttpServer::Loop::Pull(Stream* stream, char* to, size_t max) {
  if (stopping_) return MHD_CONTENT_READER_END_OF_STREAM;
  if (stream->bytes == nullptr) {
    HttpEvent event = site_.Next(stream->seen);
    if (event.bytes == nullptr) {
      stream->suspended = true;
      MHD_suspend_connection(stream->connection);
      return 0;
    }
    stream->seen = event.number;
    stream->bytes = std::move(event.bytes);
    stream->sent = 0;
  }
  const size_t count = std::min(max, stream->bytes->size() - stream->sent);
  std::memcpy(to, stream->bytes->data() + stream->sent, count);
  stream->sent += count;
  if (stream->sent == stream->bytes->size()) stream->bytes.reset();
  return static_cast<ssize_t>(count);
}

void HttpServer::Loop::OnStreamEnd(void* stream) {
  auto* const self = static_cast<Stream*>(stream);
  self->loop->streams_.erase(self);
  delete self;
}

void HttpServer::Loop::OnCompleted(void* loop, MHD_Connection* connection, void** exchange,
                                   MHD_RequestTerminationCode /*code*/) {
  auto* const current = static_cast<Exchange*>(*exchange);
  static_cast<Loop*>(loop)->held_.erase(current);
  delete current;
  *exchange = nullptr;
  Do(connection, Peer::kHead);
}

void HttpServer::Loop::OnConnection(void* loop, MHD_Connection* connection, void** peer,
                                    MHD_ConnectionNotificationCode code) {
  auto& peers = static_cast<Loop*>(loop)->peers_;
  if (code == MHD_CONNECTION_NOTIFY_STARTED) {
    const MHD_ConnectionInfo* const info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    auto* const started =
        new Peer{.fd = info == nullptr ? -1 : info->connect_fd, .since = Clock::now()};
    peers.insert(started);
    *peer = started;
    return;
  }
  auto* const ended = static_cast<Peer*>(*peer);
  peers.erase(ended);
  delete ended;
  *peer = nullptr;
}

Result<std::unique_ptr<HttpServer>> HttpServer::Start(const HttpOptions& options, HttpSite* site) {
  auto loop = std::make_unique<Loop>(options, site);
  TAANU_RETURN_IF_ERROR(loop->Start());
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(loop)));
}

HttpServer::HttpServer(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}
HttpServer::~HttpServer() = default;

int HttpServer::port() const { return loop_->port(); }
void HttpServer::Wake() { loop_->Wake(); }

}  // namespace taanu::observers
