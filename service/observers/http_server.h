// A small HTTP server for many who read and nobody who writes: GET and HEAD, shared bodies, and
// event streams, on one thread.
//
// It is libmicrohttpd on epoll. An open stream that has nothing to send is suspended and costs its
// memory alone (16 KiB), so that 1,000 of them cost no thread. Limits on everything: connections,
// of one address too; the bytes of a request's head (16 KiB); the time that a head may take to
// come, an answer to be read, and a stream to be written to; what the kernel buffers for one
// connection. A request with a body is refused.
//
// Thread-safety: Start and the destructor on one thread; Wake from any.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "matcher/error.h"

namespace taanu::observers {

struct HttpRequest {
  bool head = false;  // as GET, without the body
  std::string_view path = {};
  std::string_view if_none_match = {};    // empty where it is absent
  std::string_view accept_encoding = {};  // the same
};

struct HttpAnswer {
  int status = 200;
  std::vector<std::pair<std::string_view, std::string>> headers = {};
  std::shared_ptr<const std::string> body = nullptr;
  bool stream = false;  // events, as HttpSite::Next gives them, without an end
};

struct HttpEvent {
  uint64_t number = 0;
  std::shared_ptr<const std::string> bytes = nullptr;  // there is none
};

// What is served. Called on the server's thread, and must not block.
class HttpSite {
 public:
  virtual ~HttpSite() = default;
  // Nothing where the answer is not there yet: it is asked for again after the next Wake, and
  // given up with 503 after HttpOptions::hold.
  virtual std::optional<HttpAnswer> Answer(const HttpRequest& request, size_t streams) = 0;
  // The latest event, if it is newer than `seen`.
  virtual HttpEvent Next(uint64_t seen) = 0;
  // About once a second, where there are streams.
  virtual void Watched() = 0;
};

struct HttpOptions {
  std::string listen = {};  // HOST:PORT, [ADDRESS]:PORT; port 0 takes a free one
  unsigned connections_max = 2256;
  unsigned connections_per_address_max = 0;  // 0: no limit
  // Until a request's head has come, from the connection's begin or the answer before.
  std::chrono::seconds head{10};
  std::chrono::seconds answer{60};  // until an answer has been read
  std::chrono::seconds stall{20};   // without a byte of progress
  std::chrono::seconds hold{5};
};

class HttpLoop;  // http_loop.h

class HttpServer {
 public:
  // `site` is not owned, and must outlive this. Errors: kUnavailable (CANNOT_LISTEN,
  // TOO_FEW_FILES), kBadInput (BAD_ADDRESS).
  static Result<std::unique_ptr<HttpServer>> Start(const HttpOptions& options, HttpSite* site);
  // Ends every connection.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const;
  // There is a new event, or what a request waits for.
  void Wake();

 private:
  explicit HttpServer(std::unique_ptr<HttpLoop> loop);
  std::unique_ptr<HttpLoop> loop_;
};

}  // namespace taanu::observers
