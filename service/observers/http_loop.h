// The loop behind HttpServer: one thread, one epoll, and what is known of each connection.
#pragma once

#include <microhttpd.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <thread>

#include "matcher/error.h"
#include "service/observers/http_server.h"

namespace taanu::observers {

// Thread-safety: Start and the destructor on one thread; Wake from any; everything else happens on
// the one thread of the loop.
class HttpLoop {
 public:
  HttpLoop(const HttpOptions& options, HttpSite* site) : options_(options), site_(*site) {}
  ~HttpLoop();
  HttpLoop(const HttpLoop&) = delete;
  HttpLoop& operator=(const HttpLoop&) = delete;

  Status Start();
  int port() const { return port_; }
  void Wake() const {
    const uint64_t one = 1;
    // It fails only where as many wakes wait as can be counted.
    [[maybe_unused]] const ssize_t written = write(wake_fd_, &one, sizeof(one));
  }

 private:
  using Clock = std::chrono::steady_clock;

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
  };

  // One event stream. It belongs to its response.
  struct Stream {
    HttpLoop* loop;
    MHD_Connection* connection;
    uint64_t seen = 0;
    std::shared_ptr<const std::string> bytes = nullptr;
    size_t sent = 0;
    bool suspended = false;
    uint64_t resumed = 0;  // the wake for which it was last resumed
  };

  void Run();
  void Wait();
  // Of those that wait for an event that has come: so many, or all.
  void ResumeStreams(size_t count_max);
  void ResumeHeld();
  void Sweep();
  void End();

  MHD_Result Access(MHD_Connection* connection, const char* url, std::string_view method,
                    void** exchange);
  MHD_Result Refuse(MHD_Connection* connection, int status);
  MHD_Result Send(MHD_Connection* connection, const HttpAnswer& answer);
  MHD_Response* MakeResponse(MHD_Connection* connection, const HttpAnswer& answer);
  ssize_t Pull(Stream* stream, char* to, size_t max);

  static Peer* PeerOf(MHD_Connection* connection);
  static void Do(MHD_Connection* connection, decltype(Peer::doing) what);

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
  uint64_t wakes_ = 0;
  bool more_to_resume_ = false;
  Stream* resumed_last_ = nullptr;  // may be gone: it is an order, and not read
  Clock::time_point batch_due_;
  Clock::time_point swept_ = Clock::now();
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace taanu::observers
