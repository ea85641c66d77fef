#include "enroll/store/file_format.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

namespace taanu {
namespace {

Result<int64_t> ReadNumber(Connection& connection, std::string_view sql) {
  TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query(sql));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return 0;
  const int64_t value = row.Int64(0);
  TAANU_RETURN_IF_ERROR(row.Check());
  return value;
}

// True for a file of ours, false for an empty one.
Result<bool> IsOurs(Connection& connection) {
  TAANU_ASSIGN_OR_RETURN(const int64_t id, ReadNumber(connection, "PRAGMA application_id"));
  if (id == kApplicationId) return true;
  TAANU_ASSIGN_OR_RETURN(const int64_t objects,
                         ReadNumber(connection, "SELECT count(*) FROM sqlite_schema"));
  TAANU_ASSIGN_OR_RETURN(const int64_t version, ReadNumber(connection, "PRAGMA user_version"));
  if (id == 0 && objects == 0 && version == 0) return false;
  return Fail(ErrorCode::kBadInput, "NOT_A_REGISTER",
              "this file is not a register of Taanu: it is an SQLite file of another program; "
              "nothing in it was changed; check the path");
}

// Runs `script` with the pragma that belongs to it in one transaction: both happen, or neither.
Status RunStep(Connection& connection, std::string_view script, std::string_view pragma) {
  TAANU_RETURN_IF_ERROR(connection.Run("BEGIN IMMEDIATE"));
  Status status = connection.RunScript(script);
  if (status) status = connection.RunScript(pragma);
  if (status) status = connection.Run("COMMIT");
  if (!status && connection.in_transaction()) {
    // The first error is the one that says what is wrong; the rollback can add nothing to it.
    (void)connection.Run("ROLLBACK");
  }
  return status;
}

Status CheckNumbers(const std::vector<Migration>& migrations) {
  int last = 0;
  for (const Migration& migration : migrations) {
    if (migration.number <= last) {
      return Fail(ErrorCode::kInternal, "MIGRATION_ORDER",
                  "migration " + std::to_string(migration.number) + " comes twice or is below 1");
    }
    last = migration.number;
  }
  return {};
}

Status SetWalMode(Connection& connection) {
  TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query("PRAGMA journal_mode=WAL"));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found || row.Text(0) != "wal") {
    return Fail(ErrorCode::kUnavailable, "STORAGE_FAILED",
                "the register's file cannot use a write-ahead log; it must be on a local disk");
  }
  return row.Check();
}

}  // namespace

Status EnsurePrivateFile(const std::filesystem::path& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return Fail(ErrorCode::kUnavailable, "STORAGE_FAILED",
                "the register's file " + path.string() +
                    " cannot be opened or made: " + std::strerror(errno));
  }
  close(fd);
  return {};
}

Status PrepareFile(Connection& connection, std::vector<Migration> migrations) {
  std::sort(migrations.begin(), migrations.end(),
            [](const Migration& a, const Migration& b) { return a.number < b.number; });
  TAANU_RETURN_IF_ERROR(CheckNumbers(migrations));
  const int known = migrations.empty() ? 0 : migrations.back().number;

  TAANU_ASSIGN_OR_RETURN(const bool ours, IsOurs(connection));
  TAANU_ASSIGN_OR_RETURN(const int64_t version, ReadNumber(connection, "PRAGMA user_version"));
  if (version > known) {
    return Fail(ErrorCode::kUnsupported, "NEWER_FILE",
                "a newer version of Taanu wrote this register (schema " + std::to_string(version) +
                    ", this program knows " + std::to_string(known) +
                    "); nothing in it was changed; use that version or a later one");
  }
  TAANU_RETURN_IF_ERROR(SetWalMode(connection));
  // Once a long reader has let the WAL grow, its space is given back down to this size.
  TAANU_RETURN_IF_ERROR(connection.RunScript("PRAGMA journal_size_limit=67108864"));
  if (!ours) {
    TAANU_RETURN_IF_ERROR(RunStep(
        connection,
        "CREATE TABLE store_meta(key TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) STRICT",
        "PRAGMA application_id=" + std::to_string(kApplicationId)));
  }
  for (const Migration& migration : migrations) {
    if (migration.number <= version) continue;
    TAANU_RETURN_IF_ERROR(RunStep(connection, migration.sql,
                                  "PRAGMA user_version=" + std::to_string(migration.number)));
  }
  return {};
}

Status CheckpointAll(Connection& connection) {
  return connection.RunScript("PRAGMA wal_checkpoint(TRUNCATE)");
}

Result<bool> TryCheckpointAll(Connection& connection) {
  TAANU_RETURN_IF_ERROR(connection.RunScript("PRAGMA busy_timeout=0"));
  auto blocked = ReadNumber(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
  TAANU_RETURN_IF_ERROR(
      connection.RunScript("PRAGMA busy_timeout=" + std::to_string(kBusyTimeoutMs)));
  TAANU_RETURN_IF_ERROR(blocked);
  return *blocked == 0;
}

Status ProbeWrite(Connection& connection) {
  return connection.Run(
      "INSERT INTO store_meta(key, value) VALUES ('probe', randomblob(1024)) "
      "ON CONFLICT(key) DO UPDATE SET value = excluded.value");
}

}  // namespace taanu
