// HTTP by hand: what a test sends is what is on the wire.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace taanu::test {

// One connection to loopback. Thread-safety: used by one thread.
class HttpConnection {
 public:
  explicit HttpConnection(int port, int receive_buffer_bytes = 0)
      : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer_bytes > 0) {
      setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof(receive_buffer_bytes));
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
      close(fd_);
      throw std::runtime_error("cannot connect to port " + std::to_string(port));
    }
  }
  ~HttpConnection() {
    if (fd_ >= 0) close(fd_);
  }
  HttpConnection(HttpConnection&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), text_(std::move(other.text_)) {}
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  int fd() const { return fd_; }
  // False where the other side has closed.
  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }
  // Everything that came so far, once `what` is in it or the connection has ended or `patience` is
  // over.
  const std::string& ReadUntil(std::string_view what,
                               std::chrono::milliseconds patience = std::chrono::seconds(30)) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!ended_ && text_.find(what) == std::string::npos) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          end - std::chrono::steady_clock::now());
      if (left.count() <= 0) break;
      ReadSome(static_cast<int>(left.count()));
    }
    return text_;
  }
  const std::string& ReadToEnd(std::chrono::milliseconds patience = std::chrono::seconds(30)) {
    return ReadUntil("\x01 never sent \x01", patience);
  }
  bool ended() const { return ended_; }
  // Forgets what came so far.
  void Clear() { text_.clear(); }

 private:
  void ReadSome(int wait_ms) {
    pollfd ready{fd_, POLLIN, 0};
    if (poll(&ready, 1, wait_ms) <= 0) return;
    char bytes[16 * 1024];
    const ssize_t count = recv(fd_, bytes, sizeof(bytes), 0);
    if (count <= 0) {
      ended_ = true;
      return;
    }
    text_.append(bytes, static_cast<size_t>(count));
  }

  int fd_;
  std::string text_;
  bool ended_ = false;
};

struct HttpReply {
  int status = 0;
  std::string head;
  std::string body;
};

// GET with a connection of its own. `headers` are lines, each with its end.
inline HttpReply HttpGet(int port, const std::string& path, const std::string& headers = "",
                         const std::string& method = "GET") {
  HttpConnection connection(port);
  connection.Send(method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" +
                  headers + "\r\n");
  const std::string& text = connection.ReadToEnd();
  HttpReply reply;
  const size_t end = text.find("\r\n\r\n");
  if (end == std::string::npos || text.size() < 12) return reply;
  reply.status = std::stoi(text.substr(9, 3));
  reply.head = text.substr(0, end + 2);
  reply.body = text.substr(end + 4);
  return reply;
}

// The value of a header; empty where it is absent.
inline std::string HeaderOf(const HttpReply& reply, const std::string& name) {
  const size_t at = reply.head.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "";
  const size_t begin = at + name.size() + 4;
  return reply.head.substr(begin, reply.head.find("\r\n", begin) - begin);
}

}  // namespace taanu::test
