#include "service/ledger/daemon_runs.h"

#include <chrono>
#include <optional>
#include <utility>

#include "enroll/store/connection.h"
#include "service/ledger/event_leaf.h"
#include "service/ledger/event_log.h"

namespace taanu {
namespace {

int64_t WallClockUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

struct Run {
  bool stopped = false;
  std::string store_key;
  std::string audit_key;
};

Result<std::optional<Run>> LastRun(Connection& connection) {
  TAANU_ASSIGN_OR_RETURN(Statement row,
                         connection.Query("SELECT stopped IS NOT NULL, store_key, audit_key FROM "
                                          "daemon_run ORDER BY started DESC LIMIT 1"));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return std::nullopt;
  Run run{row.Int64(0) != 0, row.Text(1), row.Text(2)};
  TAANU_RETURN_IF_ERROR(row.Check());
  return run;
}

Status LogKey(Connection& connection, std::string_view purpose, const std::string& key,
              const std::string& before) {
  if (key == before) return {};
  TAANU_RETURN_IF_ERROR(
      AppendEvent(connection, KeyTakenIntoUseLeaf(purpose, key, before, WallClockUs())));
  return {};
}

}  // namespace

DaemonRuns::DaemonRuns(Database* database, DaemonIdentity identity)
    : database_(*database), identity_(std::move(identity)) {}

Status DaemonRuns::LogStart() {
  const std::lock_guard lock(mutex_);
  if (started_) return {};
  TAANU_RETURN_IF_ERROR(database_.Write([&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(const auto last, LastRun(connection));
    std::optional<bool> clean;
    if (last) clean = last->stopped;
    TAANU_ASSIGN_OR_RETURN(
        const uint64_t index,
        AppendEvent(connection, DaemonStartedLeaf(identity_, clean, WallClockUs())));
    const Run before = last.value_or(Run{});
    const Status keys = LogKey(connection, "store", identity_.store_key, before.store_key);
    if (!keys) return keys;
    const Status audit = LogKey(connection, "audit", identity_.audit_key, before.audit_key);
    if (!audit) return audit;
    return connection.Run(
        "INSERT INTO daemon_run(started, store_key, audit_key) VALUES (?1, ?2, ?3)", index,
        identity_.store_key, identity_.audit_key);
  }));
  started_ = true;
  return {};
}

Status DaemonRuns::LogStop() {
  const std::lock_guard lock(mutex_);
  if (!started_ || stopped_) return {};
  TAANU_RETURN_IF_ERROR(database_.Write([&](Connection& connection) -> Status {
    const auto index = AppendEvent(connection, DaemonStoppedLeaf(WallClockUs()));
    if (!index) return tl::make_unexpected(index.error());
    return connection.Run(
        "UPDATE daemon_run SET stopped = ?1 WHERE started = (SELECT max(started) FROM daemon_run)",
        *index);
  }));
  stopped_ = true;
  return {};
}

}  // namespace taanu
