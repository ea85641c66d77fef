#include "service/cli/file_io.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace taanu::cli {
namespace {

// A file descriptor that is closed with the scope.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

 private:
  int fd_;
};

std::string Why(int error_number) { return std::generic_category().message(error_number); }

tl::unexpected<Error> CannotOpen(int error_number) {
  if (error_number == ENOENT || error_number == ENOTDIR) {
    return Fail(ErrorCode::kNotFound, "FILE_NOT_FOUND", "there is no such file; check the name");
  }
  return Fail(ErrorCode::kUnavailable, "FILE_NOT_READ",
              "cannot be opened (" + Why(error_number) + "); check its permissions");
}

tl::unexpected<Error> CannotWrite(const std::filesystem::path& path, int error_number) {
  return Fail(ErrorCode::kUnavailable, "FILE_NOT_WRITTEN",
              path.string() + ": cannot be written (" + Why(error_number) +
                  "); check the folder's permissions and the space on the disk");
}

// Gives errno where it fails.
int WriteAll(int fd, std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return 0;
}

}  // namespace

Result<std::vector<uint8_t>> ReadFile(const std::filesystem::path& path, size_t size_max) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return CannotOpen(errno);
  constexpr size_t kStep = size_t{64} << 10;
  struct stat info {};
  std::vector<uint8_t> bytes;
  if (::fstat(file.get(), &info) == 0) {
    if (S_ISDIR(info.st_mode)) {
      return Fail(ErrorCode::kBadInput, "FILE_IS_FOLDER", "is a folder; name the files in it");
    }
    bytes.reserve(std::min(size_max, static_cast<size_t>(std::max<off_t>(info.st_size, 0))) + 1);
  }
  // The size that fstat gave is only a hint: a pipe has none, and a file may grow.
  for (;;) {
    const size_t had = bytes.size();
    bytes.resize(bytes.capacity() > had ? bytes.capacity() : had + kStep);
    const ssize_t got = ::read(file.get(), bytes.data() + had, bytes.size() - had);
    if (got < 0 && errno == EINTR) {
      bytes.resize(had);
      continue;
    }
    if (got < 0) {
      return Fail(ErrorCode::kUnavailable, "FILE_NOT_READ",
                  "cannot be read (" + Why(errno) + "); check the disk");
    }
    bytes.resize(had + static_cast<size_t>(got));
    if (bytes.size() > size_max) {
      return Fail(ErrorCode::kBadInput, "FILE_TOO_LARGE",
                  "is longer than the " + std::to_string(size_max) + " bytes that are taken");
    }
    if (got == 0) return bytes;
  }
}

Status WriteFile(const std::filesystem::path& path, std::span<const uint8_t> bytes) {
  static std::atomic<unsigned> serial{0};
  const std::string temporary = path.string() + "." + std::to_string(::getpid()) + "-" +
                                std::to_string(serial.fetch_add(1)) + ".tmp";
  const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file.valid()) return CannotWrite(path, errno);
  int failed = WriteAll(file.get(), bytes);
  if (failed == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) failed = errno;
  if (failed == 0) return {};
  ::unlink(temporary.c_str());
  return CannotWrite(path, failed);
}

Status WriteText(const std::filesystem::path& path, std::string_view text) {
  return WriteFile(path, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

Status MakeFolder(const std::filesystem::path& path) {
  std::error_code failed;
  std::filesystem::create_directories(path, failed);
  if (failed || !std::filesystem::is_directory(path, failed)) {
    return Fail(ErrorCode::kUnavailable, "FOLDER_NOT_MADE",
                path.string() + ": the folder cannot be made (" +
                    (failed ? failed.message() : "a file has that name") +
                    "); choose another or check permissions");
  }
  return {};
}

Status CreateFile(const std::filesystem::path& path, std::string_view text, bool secret) {
  const Descriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, secret ? 0600 : 0644));
  if (!file.valid()) {
    if (errno == EEXIST) {
      return Fail(ErrorCode::kConflict, "FILE_EXISTS",
                  path.string() + ": exists already and is never overwritten; move it away first");
    }
    return CannotWrite(path, errno);
  }
  const auto* data = reinterpret_cast<const uint8_t*>(text.data());
  int failed = WriteAll(file.get(), {data, text.size()});
  if (failed == 0 && ::fsync(file.get()) != 0) failed = errno;
  if (failed != 0) {
    ::unlink(path.c_str());
    return CannotWrite(path, failed);
  }
  return {};
}

}  // namespace taanu::cli
