#include "enroll/store/secret_file.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace taanu {
namespace {

class FileHandle {
 public:
  explicit FileHandle(int fd) : fd_(fd) {}
  ~FileHandle() {
    if (fd_ >= 0) close(fd_);
  }
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

std::string Named(const std::filesystem::path& path) { return "the key file " + path.string(); }

bool IsSystemdCredential(const std::filesystem::path& path, const struct stat& file) {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  return folder != nullptr && file.st_uid == 0 && path.parent_path() == folder;
}

Status CheckPrivate(const std::filesystem::path& path, const struct stat& file) {
  if (!S_ISREG(file.st_mode)) {
    return Fail(ErrorCode::kRefused, "KEY_FILE_MODE", Named(path) + " is not a regular file");
  }
  if (file.st_uid != geteuid() && file.st_uid != 0) {
    return Fail(ErrorCode::kRefused, "KEY_FILE_MODE",
                Named(path) + " belongs to user " + std::to_string(file.st_uid) +
                    "; it must belong to the user that runs this program, or to root");
  }
  const mode_t allowed = IsSystemdCredential(path, file) ? 0740 : 0700;
  if ((file.st_mode & 0777 & ~allowed) != 0) {
    return Fail(ErrorCode::kRefused, "KEY_FILE_MODE",
                Named(path) + " may be read by others; run: chmod 600 " + path.string());
  }
  return {};
}

Status WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      return Fail(ErrorCode::kUnavailable, "STORAGE_FAILED",
                  std::string("the key file cannot be written: ") + std::strerror(errno));
    }
    text.remove_prefix(static_cast<size_t>(written));
  }
  if (fsync(fd) != 0) {
    return Fail(ErrorCode::kUnavailable, "STORAGE_FAILED",
                std::string("the key file cannot be made durable: ") + std::strerror(errno));
  }
  return {};
}

}  // namespace

SecretText::~SecretText() {
  if (!text_.empty()) sodium_memzero(text_.data(), text_.size());
}

SecretText::SecretText(SecretText&& other) noexcept : text_(other.text_) {
  // A short string is copied by a move, so the source is wiped in place and then emptied.
  if (!other.text_.empty()) sodium_memzero(other.text_.data(), other.text_.size());
  other.text_.clear();
}

Result<SecretText> ReadSecretFile(const std::filesystem::path& path, size_t size_max) {
  // Without O_NONBLOCK a named pipe in its place would hold the program until someone writes.
  const FileHandle file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) {
    if (errno == ENOENT) {
      return Fail(ErrorCode::kNotFound, "KEY_FILE_MISSING",
                  Named(path) + " does not exist; make one with `taanu keys`");
    }
    return Fail(ErrorCode::kUnavailable, "STORAGE_FAILED",
                Named(path) + " cannot be opened: " + std::strerror(errno));
  }
  struct stat info {};
  if (fstat(file.get(), &info) != 0) {
    return Fail(ErrorCode::kUnavailable, "STORAGE_FAILED",
                Named(path) + " cannot be examined: " + std::strerror(errno));
  }
  TAANU_RETURN_IF_ERROR(CheckPrivate(path, info));

  std::string text(size_max + 1, '\0');
  size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = read(file.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      sodium_memzero(text.data(), text.size());
      return Fail(ErrorCode::kUnavailable, "STORAGE_FAILED",
                  Named(path) + " cannot be read: " + std::strerror(errno));
    }
    if (got == 0) break;
    size += static_cast<size_t>(got);
  }
  if (size > size_max) {
    sodium_memzero(text.data(), text.size());
    return Fail(ErrorCode::kBadInput, "KEY_FILE_MALFORMED",
                Named(path) + " is longer than a key file can be");
  }
  text.resize(size);
  return SecretText(std::move(text));
}

Status WriteNewFile(const std::filesystem::path& path, std::string_view text, unsigned mode) {
  const FileHandle file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (file.get() < 0) {
    if (errno == EEXIST) {
      return Fail(
          ErrorCode::kConflict, "KEY_FILE_EXISTS",
          Named(path) + " exists; it is never overwritten, since what it seals would be lost");
    }
    return Fail(ErrorCode::kUnavailable, "STORAGE_FAILED",
                Named(path) + " cannot be made: " + std::strerror(errno));
  }
  // The mode that was asked for, whatever the umask has taken from it.
  Status status;
  if (fchmod(file.get(), mode) != 0) {
    status = Fail(ErrorCode::kUnavailable, "STORAGE_FAILED",
                  Named(path) + " cannot be given its mode: " + std::strerror(errno));
  }
  if (status) status = WriteAll(file.get(), text);
  if (!status) {
    unlink(path.c_str());
    return status;
  }
  SyncFolder(path);
  return {};
}

Status SyncFile(const std::filesystem::path& path) {
  const FileHandle handle(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (handle.get() >= 0 && fsync(handle.get()) == 0) return {};
  return Fail(ErrorCode::kUnavailable, "STORAGE_FAILED",
              path.string() + " cannot be made durable: " + std::strerror(errno));
}

void SyncFolder(const std::filesystem::path& path) {
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const FileHandle handle(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // A file system that cannot sync a folder keeps the entry in its own time.
  if (handle.get() >= 0) (void)fsync(handle.get());
}

}  // namespace taanu
