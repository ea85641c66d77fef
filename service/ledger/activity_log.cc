#include "service/ledger/activity_log.h"

#include <chrono>
#include <utility>

#include "service/ledger/event_leaf.h"
#include "service/ledger/event_log.h"

namespace taanu {
namespace {

constexpr std::string_view kRefused = "calls_refused";
constexpr std::string_view kQueried = "log_queried";
constexpr std::string_view kOthers = "others";

int64_t WallClockUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

ActivityLog::ActivityLog(Database* database) : database_(*database), from_us_(WallClockUs()) {}

void ActivityLog::CountRefusal(std::string_view roles, std::string_view reason) {
  Count({std::string(kRefused), std::string(reason), std::string(roles), {}});
}

void ActivityLog::CountQuery(std::string_view method, std::string_view roles,
                             std::string_view peer) {
  Count({std::string(kQueried), std::string(method), std::string(roles), std::string(peer)});
}

void ActivityLog::Count(Kind kind) {
  const std::lock_guard lock(mutex_);
  if (!kind.peer.empty() && counts_.size() >= kAskersMax && !counts_.contains(kind)) {
    kind.peer = kOthers;
  }
  ++counts_[std::move(kind)];
}

Status ActivityLog::LogExport(std::string_view roles, std::string_view peer, uint64_t log_size) {
  const std::string leaf = LogExportedLeaf(roles, peer, log_size, WallClockUs());
  return database_.Write([&](Connection& connection) -> Status {
    TAANU_RETURN_IF_ERROR(AppendEvent(connection, leaf));
    return {};
  });
}

Status ActivityLog::Flush() {
  Counts counts;
  int64_t from_us = 0;
  const int64_t now_us = WallClockUs();
  {
    const std::lock_guard lock(mutex_);
    counts.swap(counts_);
    from_us = std::exchange(from_us_, now_us);
  }
  if (counts.empty()) return {};
  const Status logged = database_.Write([&](Connection& connection) -> Status {
    for (const auto& [kind, count] : counts) {
      const CountedCalls calls{kind.type, kind.what, kind.roles, kind.peer, count, from_us};
      TAANU_RETURN_IF_ERROR(AppendEvent(connection, CountedCallsLeaf(calls, now_us)));
    }
    return {};
  });
  if (logged) return {};
  const std::lock_guard lock(mutex_);
  from_us_ = from_us;
  for (const auto& [kind, count] : counts) counts_[kind] += count;
  return logged;
}

}  // namespace taanu
