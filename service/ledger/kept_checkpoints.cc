#include "service/ledger/kept_checkpoints.h"

#include <cstdio>
#include <fstream>
#include <system_error>
#include <utility>

#include "enroll/store/secret_file.h"
#include "service/ledger/event_log.h"

namespace taanu {
namespace {

KeptCheckpoint ReadRow(Statement* row) {
  return {static_cast<uint64_t>(row->Int64(0)), row->Int64(1), row->Text(2)};
}

}  // namespace

Result<bool> KeepsCheckpoints(Connection& connection) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'checkpoint'"));
  return row.Step();
}

Result<std::vector<KeptCheckpoint>> QueryCheckpoints(Connection& connection, uint64_t after,
                                                     int limit) {
  std::vector<KeptCheckpoint> checkpoints;
  // No log is that long, and SQLite's integers end there.
  if (!std::in_range<int64_t>(after)) return checkpoints;
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT log_size, time_us, signed_note FROM checkpoint WHERE log_size > ?1 "
                       "ORDER BY log_size LIMIT ?2",
                       after, limit));
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return checkpoints;
    checkpoints.push_back(ReadRow(&row));
    TAANU_RETURN_IF_ERROR(row.Check());
  }
}

Result<std::optional<KeptCheckpoint>> LastCheckpoint(Connection& connection) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row, connection.Query("SELECT log_size, time_us, signed_note FROM checkpoint ORDER "
                                      "BY log_size DESC LIMIT 1"));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return std::nullopt;
  KeptCheckpoint checkpoint = ReadRow(&row);
  TAANU_RETURN_IF_ERROR(row.Check());
  return checkpoint;
}

Status InsertCheckpoint(Connection& connection, const KeptCheckpoint& checkpoint) {
  return connection.Run(
      "INSERT INTO checkpoint(log_size, time_us, signed_note) VALUES (?1, ?2, ?3) ON CONFLICT DO "
      "NOTHING",
      checkpoint.log_size, checkpoint.time_us, checkpoint.signed_note);
}

Status CheckLogBeginsWith(Connection& connection, const note::CheckpointHead& head) {
  TAANU_ASSIGN_OR_RETURN(const uint64_t size, LogSize(connection));
  if (size < head.size) {
    return Fail(ErrorCode::kConflict, "LOG_TOO_SHORT",
                "the audit log has " + std::to_string(size) + " entries, and a checkpoint of " +
                    std::to_string(head.size) + " was signed");
  }
  TAANU_ASSIGN_OR_RETURN(const merkle::Hash root, LogRoot(connection, head.size));
  if (root == head.root) return {};
  return Fail(ErrorCode::kConflict, "LOG_DIFFERS",
              "the first " + std::to_string(head.size) +
                  " entries of the audit log are not those that a checkpoint was signed for");
}

Result<std::optional<note::CheckpointHead>> ReadCheckpointFile(const std::filesystem::path& path,
                                                               const note::VerifierKey& key) {
  std::error_code failed;
  if (!std::filesystem::exists(path, failed) && !failed) return std::nullopt;
  std::ifstream in(path, std::ios::binary);
  std::string text(note::kNoteBytesMax, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad() || (!in && !in.eof())) {
    return Fail(ErrorCode::kUnavailable, "CANNOT_READ", path.string() + " cannot be read");
  }
  text.resize(static_cast<size_t>(in.gcount()));
  TAANU_ASSIGN_OR_RETURN(note::CheckpointHead head, note::VerifyCheckpoint(text, key));
  return head;
}

Status WriteCheckpointFile(const std::filesystem::path& path, const std::string& signed_note) {
  const std::filesystem::path draft = path.string() + ".new";
  std::error_code failed;
  std::filesystem::remove(draft, failed);
  TAANU_RETURN_IF_ERROR(WriteNewFile(draft, signed_note, 0644));
  std::filesystem::rename(draft, path, failed);
  if (failed) {
    return Fail(ErrorCode::kUnavailable, "CANNOT_WRITE",
                path.string() + " cannot be written: " + failed.message());
  }
  SyncFolder(path);
  return {};
}

}  // namespace taanu
