#include "service/observers/listener.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace taanu::observers {
namespace {

constexpr int kBacklog = 1024;
// What the kernel keeps for one that does not read, in bytes; it doubles it.
constexpr int kSendBufferBytes = 64 * 1024;
// After which a peer that acknowledges nothing is given up.
constexpr unsigned kUserTimeoutMs = 30'000;
// Beside those of connections.
constexpr size_t kOtherFiles = 512;

tl::unexpected<Error> BadAddress() {
  return Fail(ErrorCode::kBadInput, "BAD_ADDRESS",
              "[observers] listen must be HOST:PORT, such as \"127.0.0.1:8090\"");
}

tl::unexpected<Error> CannotListen(const std::string& address, const char* why) {
  return Fail(ErrorCode::kUnavailable, "CANNOT_LISTEN",
              "[observers] cannot listen on " + address + ": " + why);
}

void Set(int fd, int level, int option, int value) {
  setsockopt(fd, level, option, &value, sizeof(value));
}

int PortOf(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return address.ss_family == AF_INET6
             ? ntohs(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port)
             : ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

}  // namespace

Result<std::pair<std::string, std::string>> SplitAddress(const std::string& address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0) return BadAddress();
  std::string host = address.substr(0, colon);
  std::string port = address.substr(colon + 1);
  const bool digits = !port.empty() && port.size() <= 5 &&
                      port.find_first_not_of("0123456789") == std::string::npos;
  if (!digits || std::stoi(port) > 65535) return BadAddress();
  if (host.front() == '[') {
    if (host.size() < 3 || host.back() != ']') return BadAddress();
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string::npos) {
    return BadAddress();
  }
  return std::pair(std::move(host), std::move(port));
}

Result<Listener> Listen(const std::string& address) {
  TAANU_ASSIGN_OR_RETURN(const auto parts, SplitAddress(address));
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int failed = getaddrinfo(parts.first.c_str(), parts.second.c_str(), &hints, &found);
      failed != 0) {
    return CannotListen(address, gai_strerror(failed));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
  const int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return CannotListen(address, std::strerror(errno));
  // What is accepted inherits them.
  Set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  Set(fd, SOL_SOCKET, SO_SNDBUF, kSendBufferBytes);
  Set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  Set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(kUserTimeoutMs));
  if (bind(fd, found->ai_addr, found->ai_addrlen) != 0 || listen(fd, kBacklog) != 0) {
    const std::string why = std::strerror(errno);
    close(fd);
    return CannotListen(address, why.c_str());
  }
  return Listener{fd, PortOf(fd)};
}

Status AllowOpenFiles(size_t count) {
  rlimit limit{};
  const rlim_t wanted = count + kOtherFiles;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < wanted) {
    limit.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max);
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < wanted) {
    return Fail(ErrorCode::kUnavailable, "TOO_FEW_FILES",
                "[observers] viewers_max needs " + std::to_string(wanted) +
                    " open files; raise the limit (LimitNOFILE of the unit), or lower it");
  }
  return {};
}

}  // namespace taanu::observers
