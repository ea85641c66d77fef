#include "service/cli/backup_file.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <functional>
#include <memory>
#include <span>
#include <system_error>
#include <vector>

#include "enroll/store/bind_vault.h"
#include "enroll/store/connection.h"
#include "enroll/store/lock_file.h"
#include "enroll/store/sealing.h"
#include "enroll/store/secret_file.h"
#include "service/audit/note.h"
#include "service/cli/file_io.h"
#include "service/ledger/store_check.h"

namespace taanu::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kTextBytesMax = size_t{64} << 10;
constexpr size_t kBlockBytes = size_t{1} << 20;

class File {
 public:
  File(const fs::path& path, int flags) : fd_(open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

tl::unexpected<Error> FileError(const fs::path& path, std::string_view what) {
  const int code = errno;
  return Fail(code == ENOENT ? ErrorCode::kNotFound : ErrorCode::kUnavailable,
              code == ENOENT ? "NO_SUCH_FILE" : "STORAGE_FAILED",
              path.string() + " cannot be " + std::string(what) + ": " + std::strerror(code));
}

Result<std::string> ReadText(const fs::path& path) {
  auto bytes = ReadFile(path, kTextBytesMax);
  if (!bytes) {
    Error error = std::move(bytes).error();
    error.message = path.string() + ": " + error.message;
    return tl::make_unexpected(std::move(error));
  }
  return std::string(bytes->begin(), bytes->end());
}

// Gives `take` every block of the file.
Status EachBlock(const fs::path& path,
                 const std::function<Status(std::span<const uint8_t>)>& take) {
  const File file(path, O_RDONLY);
  if (file.fd() < 0) return FileError(path, "opened");
  std::vector<uint8_t> block(kBlockBytes);
  for (;;) {
    const ssize_t got = read(file.fd(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FileError(path, "read");
    if (got == 0) return {};
    TAANU_RETURN_IF_ERROR(take(std::span(block).first(static_cast<size_t>(got))));
  }
}

// Hashes what it is given, so that what was copied is what was hashed.
class Digest {
 public:
  Digest() { crypto_hash_sha256_init(&state_); }
  void Add(std::span<const uint8_t> bytes) {
    crypto_hash_sha256_update(&state_, bytes.data(), bytes.size());
    size_ += bytes.size();
  }
  Status Compare(const BackupNote& note) {
    std::array<uint8_t, crypto_hash_sha256_BYTES> hash{};
    crypto_hash_sha256_final(&state_, hash.data());
    if (size_ == note.bytes && ToHex(hash) == note.sha256) return {};
    return Fail(ErrorCode::kBadInput, "BACKUP_CHANGED",
                "the file is not the one that the note was signed for: it was changed or cut off "
                "since; use another backup");
  }

 private:
  crypto_hash_sha256_state state_{};
  uint64_t size_ = 0;
};

Result<BackupNote> ReadNote(const BackupPaths& paths, note::VerifierKey* key) {
  TAANU_ASSIGN_OR_RETURN(std::string verifier, ReadText(paths.verifier));
  while (!verifier.empty() && verifier.back() == '\n') verifier.pop_back();
  TAANU_ASSIGN_OR_RETURN(*key, note::ParseVerifierKey(verifier));
  TAANU_ASSIGN_OR_RETURN(const std::string signed_note, ReadText(paths.note));
  TAANU_ASSIGN_OR_RETURN(const std::string text, note::Verify(signed_note, *key));
  return ParseBackupNote(text);
}

// What is inside the file.
Status CheckInside(const fs::path& file, const BackupPaths& paths, const BackupNote& note,
                   const note::VerifierKey& key) {
  std::unique_ptr<Vault> vault;
  if (!paths.key_file.empty()) {
    TAANU_ASSIGN_OR_RETURN(vault, Vault::FromKeyFile(paths.key_file));
  }
  TAANU_ASSIGN_OR_RETURN(const auto connection,
                         Connection::Open(file, Connection::Mode::kReadOnly));
  if (vault != nullptr) TAANU_RETURN_IF_ERROR(BindToCopy(*connection, *vault));
  TAANU_ASSIGN_OR_RETURN(const StoreCheck check, CheckStore(*connection, vault.get(), &key));
  if (!check.problems.empty()) {
    return Fail(ErrorCode::kBadInput, "BACKUP_DAMAGED",
                "the backup is not sound: " + check.problems.front() +
                    (check.problems.size() > 1
                         ? " (and " + std::to_string(check.problems.size() - 1) + " more)"
                         : std::string()));
  }
  if (check.log_size != note.log_size || ToHex(check.log_root) != note.log_root) {
    return Fail(ErrorCode::kBadInput, "BACKUP_DAMAGED",
                "the audit log in the backup is not the one that the note names");
  }
  return {};
}

// The one who owns the folder is to own the file, which only root can bring about for another.
Status GiveToFolder(const fs::path& file, const fs::path& folder) {
  struct stat info {};
  if (stat(folder.c_str(), &info) != 0) return FileError(folder, "examined");
  if (geteuid() == 0 && chown(file.c_str(), info.st_uid, info.st_gid) != 0) {
    return FileError(file, "given to the owner of its folder");
  }
  return {};
}

// Refuses where a register is, or a log of writes that belongs to one; an empty log and the index
// of one, which a daemon that was stopped leaves behind, belong to nothing and go. Under the lock.
Status ClearPlace(const fs::path& database) {
  std::error_code ignored;
  for (const char* suffix : {"", "-journal", "-wal"}) {
    const fs::path there = database.string() + suffix;
    const auto status = fs::symlink_status(there, ignored);
    if (!fs::exists(status)) continue;
    if (suffix == std::string_view("-wal") && fs::is_regular_file(status) &&
        fs::file_size(there, ignored) == 0) {
      continue;
    }
    return Fail(ErrorCode::kConflict, "DATABASE_EXISTS",
                there.string() +
                    " exists; a register is never overwritten: move it, and what begins with its "
                    "name, to a safe place first");
  }
  fs::remove(database.string() + "-wal", ignored);
  fs::remove(database.string() + "-shm", ignored);
  return {};
}

Status CopyChecked(const BackupPaths& paths, const BackupNote& note, const fs::path& to) {
  const File out(to, O_WRONLY | O_CREAT | O_TRUNC);
  if (out.fd() < 0) return FileError(to, "made");
  Digest digest;
  TAANU_RETURN_IF_ERROR(EachBlock(paths.file, [&](std::span<const uint8_t> block) -> Status {
    digest.Add(block);
    while (!block.empty()) {
      const ssize_t wrote = write(out.fd(), block.data(), block.size());
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote <= 0) return FileError(to, "written");
      block = block.subspan(static_cast<size_t>(wrote));
    }
    return {};
  }));
  TAANU_RETURN_IF_ERROR(digest.Compare(note));
  if (fsync(out.fd()) != 0) return FileError(to, "made durable");
  return {};
}

}  // namespace

Result<BackupNote> VerifyBackup(const BackupPaths& paths) {
  note::VerifierKey key;
  TAANU_ASSIGN_OR_RETURN(BackupNote note, ReadNote(paths, &key));
  Digest digest;
  TAANU_RETURN_IF_ERROR(EachBlock(paths.file, [&](std::span<const uint8_t> block) -> Status {
    digest.Add(block);
    return {};
  }));
  TAANU_RETURN_IF_ERROR(digest.Compare(note));
  TAANU_RETURN_IF_ERROR(CheckInside(paths.file, paths, note, key));
  return note;
}

Result<BackupNote> RestoreBackup(const BackupPaths& paths, const fs::path& database) {
  TAANU_ASSIGN_OR_RETURN(BackupNote note, VerifyBackup(paths));
  TAANU_ASSIGN_OR_RETURN(const auto lock, LockFile::Acquire(database.string() + ".lock"));
  TAANU_RETURN_IF_ERROR(ClearPlace(database));
  const fs::path draft = database.string() + ".restoring";
  const fs::path folder = database.has_parent_path() ? database.parent_path() : fs::path(".");
  Status status = CopyChecked(paths, note, draft);
  if (status) status = GiveToFolder(draft, folder);
  if (status) status = GiveToFolder(database.string() + ".lock", folder);
  if (status && rename(draft.c_str(), database.c_str()) != 0) status = FileError(database, "made");
  if (!status) {
    unlink(draft.c_str());
    return tl::make_unexpected(std::move(status).error());
  }
  SyncFolder(database);
  return note;
}

}  // namespace taanu::cli
