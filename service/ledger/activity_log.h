// Who asked the log for what, and who was refused: counted, and logged once a minute, so that
// neither an attacker nor a page that asks every second can fill the log.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "enroll/store/database.h"
#include "matcher/error.h"

namespace taanu {

// Different askers that are told apart between two flushes; those beyond are counted together.
inline constexpr size_t kAskersMax = 200;

// Thread-safety: may be used from any thread.
class ActivityLog {
 public:
  // It is not owned, and must outlive this.
  explicit ActivityLog(Database* database);

  // A call that was refused before any handler saw it. `roles` are those of its certificate.
  void CountRefusal(std::string_view roles, std::string_view reason);

  // A question to the log or for figures. `peer` is a keyed reference, in hexadecimal.
  void CountQuery(std::string_view method, std::string_view roles, std::string_view peer);

  // Logs an export before its first entry leaves, and waits until that is durable. Errors: those of
  // the store.
  Status LogExport(std::string_view roles, std::string_view peer, uint64_t log_size);

  // Logs what was counted since the last time, an event to each kind. What could not be logged
  // stays counted. Errors: those of the store.
  Status Flush();

 private:
  struct Kind {
    std::string type;
    std::string what;  // the reason of a refusal, or the method
    std::string roles;
    std::string peer;  // empty for a refusal

    friend auto operator<=>(const Kind&, const Kind&) = default;
  };
  using Counts = std::map<Kind, uint64_t>;

  void Count(Kind kind);

  Database& database_;
  std::mutex mutex_;
  Counts counts_;
  int64_t from_us_;  // when counting began
};

}  // namespace taanu
