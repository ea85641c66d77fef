#include "service/rpc/backup.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <memory>
#include <system_error>
#include <utility>

#include "enroll/store/connection.h"
#include "enroll/store/file_copy.h"
#include "service/audit/backup_note.h"
#include "service/ledger/event_log.h"

namespace taanu::rpc {
namespace {

constexpr std::string_view kSuffix = ".copy-";

std::string TimeText() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

Result<uint64_t> Number(Connection& connection, std::string_view sql) {
  TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query(sql));
  TAANU_RETURN_IF_ERROR(row.Step());
  const int64_t number = row.Int64(0);
  TAANU_RETURN_IF_ERROR(row.Check());
  return static_cast<uint64_t>(number);
}

tl::unexpected<Error> CannotRead(int code) {
  return Fail(ErrorCode::kUnavailable, "STORAGE_FAILED",
              std::string("the copy of the store cannot be read: ") + std::strerror(code));
}

}  // namespace

struct Backup::Hash {
  crypto_hash_sha256_state state;
};

void RemoveStaleCopies(const std::filesystem::path& database) {
  const std::string prefix = database.filename().string() + std::string(kSuffix);
  std::error_code ignored;
  const auto folder = database.has_parent_path() ? database.parent_path() : ".";
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (!entry.path().filename().string().starts_with(prefix)) continue;
    std::error_code left;
    std::filesystem::remove(entry.path(), left);
  }
}

Backup::Backup(const std::filesystem::path& database, const Signer* signer, const Vault* vault)
    : database_(database), signer_(*signer), vault_(*vault), hash_(std::make_unique<Hash>()) {
  crypto_hash_sha256_init(&hash_->state);
}

Backup::~Backup() {
  if (fd_ >= 0) close(fd_);
  if (!copy_.empty()) unlink(copy_.c_str());
}

Status Backup::Make() {
  std::array<uint8_t, 8> random{};
  randombytes_buf(random.data(), random.size());
  std::filesystem::path copy = database_;
  copy += std::string(kSuffix) + ToHex(random);
  TAANU_RETURN_IF_ERROR(CopyDatabase(database_, copy));
  copy_ = std::move(copy);
  fd_ = open(copy_.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd_ < 0) return CannotRead(errno);
  return {};
}

Result<std::string> Backup::Read(size_t size_max) {
  std::string bytes(size_max, '\0');
  ssize_t got = -1;
  do {
    got = read(fd_, bytes.data(), bytes.size());
  } while (got < 0 && errno == EINTR);
  if (got < 0) return CannotRead(errno);
  bytes.resize(static_cast<size_t>(got));
  bytes_ += bytes.size();
  crypto_hash_sha256_update(&hash_->state, reinterpret_cast<const uint8_t*>(bytes.data()),
                            bytes.size());
  if (bytes.empty() && digest_.empty()) {
    std::array<uint8_t, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256_final(&hash_->state, digest.data());
    digest_ = ToHex(digest);
  }
  return bytes;
}

Result<std::string> Backup::SignNote() const {
  // What it says of the register is read from the copy, not from what the daemon has meanwhile.
  TAANU_ASSIGN_OR_RETURN(const auto copy, Connection::Open(copy_, Connection::Mode::kReadOnly));
  BackupNote note;
  note.origin = signer_.name();
  note.time = TimeText();
  note.bytes = bytes_;
  note.sha256 = digest_;
  TAANU_ASSIGN_OR_RETURN(note.schema, Number(*copy, "PRAGMA user_version"));
  TAANU_ASSIGN_OR_RETURN(note.voters,
                         Number(*copy, "SELECT coalesce(sum(voter_count), 0) FROM precinct"));
  TAANU_ASSIGN_OR_RETURN(note.log_size, LogSize(*copy));
  TAANU_ASSIGN_OR_RETURN(const auto root, LogRoot(*copy, note.log_size));
  note.log_root = ToHex(root);
  note.key = ToHex(vault_.Fingerprint());
  return signer_.SignNote(FormatBackupNote(note));
}

}  // namespace taanu::rpc
