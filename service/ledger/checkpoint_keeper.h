// Signs and keeps a checkpoint at least each minute in which the log grew, at each closing of polls
// and at the stop; and checks at the start that the log still is what was signed.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "enroll/store/database.h"
#include "matcher/error.h"
#include "service/audit/signer.h"
#include "service/ledger/audit_log.h"
#include "service/ledger/kept_checkpoints.h"

namespace taanu {

// Thread-safety: Start and Stop by one thread; everything else from any.
class CheckpointKeeper {
 public:
  struct Rhythm {
    std::chrono::milliseconds interval{60'000};
    // Called before each checkpoint, to log what is counted until then.
    std::function<void()> before;
    // Called where one could not be kept; the next one is tried at its time.
    std::function<void(const Error&)> failed;
  };

  // Nothing is owned; all must outlive this. `file` is that of the last checkpoint.
  CheckpointKeeper(Database* database, const Signer* signer, std::filesystem::path file);
  // Stops.
  ~CheckpointKeeper();
  CheckpointKeeper(const CheckpointKeeper&) = delete;
  CheckpointKeeper& operator=(const CheckpointKeeper&) = delete;

  // What stands in the way of serving this log: it must begin with the last checkpoint of the table
  // and with that of the file, and what came after the former must fit to its hashes. Gives whether
  // the file was there. Errors: kConflict (LOG_ROLLED_BACK, LOG_CHANGED), kRefused
  // (AUDIT_KEY_CHANGED), each with what to do; those of the store.
  Result<bool> CheckLog() const;

  // Signs the head of the log and keeps it, unless it is kept already. Errors: those of the store,
  // kUnavailable (the file).
  Status Keep();

  // Keeps one at each interval, and soon after each call of KeepSoon, on a thread of its own.
  void Start(Rhythm rhythm);
  void KeepSoon();
  // Ends the thread; then keeps a last one.
  void Stop();

  Result<std::vector<KeptCheckpoint>> List(uint64_t after_log_size, int limit) const;

 private:
  void Run();
  note::VerifierKey Key() const;

  Database& database_;
  const Signer& signer_;
  const std::filesystem::path file_;
  const AuditLog log_;

  std::mutex keeping_;  // one Keep at a time
  std::mutex mutex_;
  std::condition_variable wake_;
  bool soon_ = false;
  bool stopping_ = false;
  Rhythm rhythm_;
  std::thread thread_;
};

}  // namespace taanu
