#include "enroll/load/sample_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

namespace taanu {
namespace {

namespace fs = std::filesystem;

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) close(fd_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

tl::unexpected<Error> FailWithErrno(int number) {
  const std::string what = std::strerror(number);
  if (number == ENOENT || number == ENOTDIR) {
    return Fail(ErrorCode::kNotFound, "FILE_NOT_FOUND", "there is no such file");
  }
  if (number == EACCES || number == EPERM) {
    return Fail(ErrorCode::kRefused, "FILE_NOT_PERMITTED", "the file may not be read: " + what);
  }
  return Fail(ErrorCode::kUnavailable, "FILE_UNREADABLE", "the file cannot be read: " + what);
}

bool IsInside(const fs::path& folder, const fs::path& path) {
  const auto [folder_end, rest] =
      std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return folder_end == folder.end() && rest != path.end();
}

}  // namespace

Result<fs::path> ResolveSamplePath(const fs::path& folder, std::string_view name) {
  if (name.find('\0') != std::string_view::npos) {
    return Fail(ErrorCode::kBadInput, "PATH_NOT_USABLE", "the path has a zero byte in it");
  }
  const fs::path relative(name);
  if (relative.is_absolute()) {
    return Fail(ErrorCode::kBadInput, "PATH_ABSOLUTE",
                "the path must be relative to the manifest's folder");
  }
  if (std::find(relative.begin(), relative.end(), "..") != relative.end()) {
    return Fail(ErrorCode::kBadInput, "PATH_LEAVES_FOLDER", "the path must not contain \"..\"");
  }
  std::error_code error;
  fs::path resolved = fs::weakly_canonical(folder / relative, error);
  if (error) {
    return Fail(ErrorCode::kBadInput, "PATH_NOT_USABLE",
                "the path cannot be followed: " + error.message());
  }
  if (!IsInside(folder, resolved)) {
    return Fail(ErrorCode::kBadInput, "PATH_LEAVES_FOLDER",
                "the path names no file inside the manifest's folder");
  }
  return resolved;
}

Result<std::vector<uint8_t>> ReadSampleFile(const fs::path& path, size_t bytes_max) {
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return FailWithErrno(errno);
  struct stat info {};
  if (fstat(file.get(), &info) != 0) return FailWithErrno(errno);
  if (!S_ISREG(info.st_mode)) {
    return Fail(ErrorCode::kBadInput, "FILE_NOT_REGULAR", "that is no ordinary file");
  }
  if (info.st_size == 0) return Fail(ErrorCode::kBadInput, "FILE_EMPTY", "the file is empty");
  if (static_cast<uintmax_t>(info.st_size) > bytes_max) {
    return Fail(ErrorCode::kBadInput, "FILE_TOO_LARGE",
                "the file has " + std::to_string(info.st_size) + " bytes; at most " +
                    std::to_string(bytes_max) + " are taken");
  }
  std::vector<uint8_t> bytes(static_cast<size_t>(info.st_size));
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = read(file.get(), bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FailWithErrno(errno);
    if (got == 0) break;  // the file was cut short meanwhile
    done += static_cast<size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

}  // namespace taanu
