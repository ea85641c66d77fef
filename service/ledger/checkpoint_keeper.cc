#include "service/ledger/checkpoint_keeper.h"

#include <string>
#include <utility>

#include "enroll/store/connection.h"
#include "service/audit/note.h"
#include "service/ledger/event_log.h"
#include "service/ledger/log_check.h"

namespace taanu {
namespace {

int64_t WallClockUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// What an administrator does where the database is older than what was signed.
tl::unexpected<Error> RolledBack(const std::filesystem::path& file, const Error& error) {
  return Fail(ErrorCode::kConflict, "LOG_ROLLED_BACK",
              error.message + " (" + file.string() +
                  "): this database was put back to an earlier state, or is of another election. "
                  "Put the newest database in its place. Where it is lost and an older backup must "
                  "serve, write that down, move the checkpoint file to a safe place as evidence, "
                  "and start again: the log will say that it was missing, and every witness will "
                  "see that entries are gone");
}

tl::unexpected<Error> Changed(const std::string& what) {
  return Fail(ErrorCode::kConflict, "LOG_CHANGED",
              what +
                  "; the audit log was changed after it was signed. Keep this file as evidence, "
                  "and restore the newest backup whose check is good (`taanu backup verify`)");
}

tl::unexpected<Error> OtherKey(const std::string& where, const Error& error) {
  return Fail(ErrorCode::kRefused, "AUDIT_KEY_CHANGED",
              where + ": " + error.message +
                  "; the key of the audit log is not the one that signed this log: put that key "
                  "back ([audit] key_file)");
}

}  // namespace

CheckpointKeeper::CheckpointKeeper(Database* database, const Signer* signer,
                                   std::filesystem::path file)
    : database_(*database), signer_(*signer), file_(std::move(file)), log_(database, signer) {}

CheckpointKeeper::~CheckpointKeeper() { Stop(); }

note::VerifierKey CheckpointKeeper::Key() const { return {signer_.name(), signer_.public_key()}; }

Result<bool> CheckpointKeeper::CheckLog() const {
  const note::VerifierKey key = Key();
  const auto file = ReadCheckpointFile(file_, key);
  if (!file && file.error().code == ErrorCode::kUnavailable) {
    return tl::make_unexpected(file.error());
  }
  if (!file) return OtherKey(file_.string(), file.error());
  const auto check = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(const auto last, LastCheckpoint(connection));
    uint64_t from = 0;
    if (last) {
      const auto head = note::VerifyCheckpoint(last->signed_note, key);
      if (!head) return OtherKey("the last checkpoint in the database", head.error());
      from = head->size;
    }
    if (*file) {
      const Status begins = CheckLogBeginsWith(connection, **file);
      if (!begins && begins.error().code != ErrorCode::kConflict) return begins;
      if (!begins) return RolledBack(file_, begins.error());
    }
    TAANU_ASSIGN_OR_RETURN(const LogCheck log,
                           CheckLogPart(connection, {.from = from, .key = &key}));
    if (!log.problems.empty()) return Changed(log.problems.front());
    return {};
  };
  TAANU_RETURN_IF_ERROR(database_.Read(check));
  return file->has_value();
}

Status CheckpointKeeper::Keep() {
  const std::lock_guard one(keeping_);
  // What is read is committed and durable, so that no checkpoint covers what a crash takes away.
  TAANU_ASSIGN_OR_RETURN(const Checkpoint checkpoint, log_.GetCheckpoint());
  std::optional<KeptCheckpoint> last;
  const auto read = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(last, LastCheckpoint(connection));
    return {};
  };
  TAANU_RETURN_IF_ERROR(database_.Read(read));
  if (!last || last->log_size != checkpoint.log_size) {
    TAANU_RETURN_IF_ERROR(database_.Write([&](Connection& connection) {
      return InsertCheckpoint(connection,
                              {checkpoint.log_size, WallClockUs(), checkpoint.signed_note});
    }));
  }
  return WriteCheckpointFile(file_, checkpoint.signed_note);
}

void CheckpointKeeper::Start(Rhythm rhythm) {
  rhythm_ = std::move(rhythm);
  thread_ = std::thread([this] { Run(); });
}

void CheckpointKeeper::KeepSoon() {
  {
    const std::lock_guard lock(mutex_);
    soon_ = true;
  }
  wake_.notify_one();
}

void CheckpointKeeper::Stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void CheckpointKeeper::Run() {
  for (bool stopping = false; !stopping;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, rhythm_.interval, [this] { return soon_ || stopping_; });
      soon_ = false;
      stopping = stopping_;
    }
    if (rhythm_.before) rhythm_.before();
    if (const Status kept = Keep(); !kept && rhythm_.failed) rhythm_.failed(kept.error());
  }
}

Result<std::vector<KeptCheckpoint>> CheckpointKeeper::List(uint64_t after_log_size,
                                                           int limit) const {
  std::vector<KeptCheckpoint> checkpoints;
  const auto read = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(checkpoints, QueryCheckpoints(connection, after_log_size, limit));
    return {};
  };
  TAANU_RETURN_IF_ERROR(database_.Read(read));
  return checkpoints;
}

}  // namespace taanu
