#include "service/daemon/unix_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace taanu {
namespace {

// True where a process accepts connections there.
bool SomebodyListens(const sockaddr_un& address) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const bool listens =
      connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  close(fd);
  return listens;
}

}  // namespace

Status RemoveStaleSocket(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string& text = path.native();
  if (text.size() >= sizeof(address.sun_path)) {
    return Fail(ErrorCode::kBadInput, "SOCKET_PATH_TOO_LONG",
                "[listen] unix_socket has " + std::to_string(text.size()) +
                    " bytes; a socket's path has at most 107");
  }
  std::memcpy(address.sun_path, text.c_str(), text.size() + 1);

  struct stat info {};
  if (lstat(text.c_str(), &info) != 0) {
    if (errno == ENOENT) return {};
    return Fail(ErrorCode::kUnavailable, "SOCKET_UNAVAILABLE",
                "cannot look at " + text + ": " + std::generic_category().message(errno));
  }
  if (!S_ISSOCK(info.st_mode)) {
    return Fail(ErrorCode::kConflict, "SOCKET_IN_USE",
                text + " exists and is not a socket; remove it, or set [listen] unix_socket");
  }
  if (SomebodyListens(address)) {
    return Fail(ErrorCode::kConflict, "SOCKET_IN_USE",
                "another process listens on " + text + "; stop it, or set [listen] unix_socket");
  }
  if (unlink(text.c_str()) != 0) {
    return Fail(
        ErrorCode::kUnavailable, "SOCKET_UNAVAILABLE",
        "cannot remove the stale socket " + text + ": " + std::generic_category().message(errno));
  }
  return {};
}

Status SetSocketMode(const std::filesystem::path& path, uint32_t mode) {
  if (chmod(path.c_str(), mode) != 0) {
    return Fail(
        ErrorCode::kUnavailable, "SOCKET_UNAVAILABLE",
        "cannot set the mode of " + path.string() + ": " + std::generic_category().message(errno));
  }
  return {};
}

}  // namespace taanu
