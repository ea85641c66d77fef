#include "enroll/store/lock_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

namespace taanu {
namespace {

// What the holder wrote into the file: its process number, or nothing that can be trusted.
std::string Holder(int fd) {
  std::array<char, 20> text{};
  const ssize_t size = pread(fd, text.data(), text.size(), 0);
  if (size <= 0) return "another process";
  std::string_view pid(text.data(), static_cast<size_t>(size));
  pid = pid.substr(0, pid.find('\n'));
  const bool digits = !pid.empty() && std::all_of(pid.begin(), pid.end(), [](unsigned char c) {
    return std::isdigit(c) != 0;
  });
  return digits ? "process " + std::string(pid) : "another process";
}

}  // namespace

Result<std::unique_ptr<LockFile>> LockFile::Acquire(const std::filesystem::path& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    return Fail(ErrorCode::kUnavailable, "STORAGE_FAILED",
                "the lock file " + path.string() + " cannot be opened: " + std::strerror(errno));
  }
  std::unique_ptr<LockFile> lock(new LockFile(fd));
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return Fail(ErrorCode::kUnavailable, "STORAGE_FAILED",
                  "the lock file " + path.string() + " cannot be locked: " + std::strerror(errno));
    }
    return Fail(ErrorCode::kUnavailable, "STORE_IN_USE",
                Holder(fd) + " has this register open (" + path.string() +
                    "); only one may write it: stop that one, or ask it over gRPC");
  }
  // The number is for the message above alone; a lock without it is as good.
  const std::string pid = std::to_string(getpid()) + "\n";
  if (ftruncate(fd, 0) == 0) {
    [[maybe_unused]] const ssize_t written = pwrite(fd, pid.data(), pid.size(), 0);
  }
  return lock;
}

LockFile::~LockFile() { close(fd_); }

}  // namespace taanu
