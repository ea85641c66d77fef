#include "service/ledger/clock_log.h"

#include "enroll/store/connection.h"
#include "service/ledger/event_leaf.h"
#include "service/ledger/event_log.h"

namespace taanu {

Result<std::optional<int64_t>> ClockLog::LastTimeUs() const {
  std::optional<int64_t> last;
  TAANU_RETURN_IF_ERROR(database_.Read([&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(Statement row,
                           connection.Query("SELECT json_extract(leaf, '$.time_us') FROM event "
                                            "ORDER BY idx DESC LIMIT 1"));
    TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (found) last = row.Int64(0);
    return row.Check();
  }));
  return last;
}

Status ClockLog::Record(int64_t expected_us, int64_t found_us, std::string_view seen) {
  return database_.Write([&](Connection& connection) -> Status {
    TAANU_RETURN_IF_ERROR(AppendEvent(connection, ClockJumpedLeaf(expected_us, found_us, seen)));
    return {};
  });
}

}  // namespace taanu
