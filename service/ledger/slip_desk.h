// Slips in the SQLite file: those issued again, and the name of the election that stands on all.
//
// Thread-safety: SlipDesk may be used from any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "enroll/store/database.h"
#include "matcher/error.h"
#include "service/rules/reissue.h"

namespace taanu {

// Migration 10: the tables of this file.
extern const std::string_view kSlipTables;

class SlipDesk {
 public:
  // Not owned; it must outlive the desk.
  explicit SlipDesk(Database* database) : database_(*database) {}

  // The name of the election that slips carry. It is `configured` until the first voter is
  // accredited; from then on it stays what it was, whatever the settings say later, so that one
  // accreditation has one slip. Errors: those of the store.
  Result<std::string> SettleElectionName(std::string_view configured);

  // Queues the re-issue; `done` is called, on another thread, once it is durable or has failed.
  // Errors: those of rules::ReissueSlip; kExhausted, kUnavailable.
  Status Reissue(rules::ReissueRequest request,
                 std::function<void(Result<rules::ReissueAnswer>)> done);

 private:
  Database& database_;
};

}  // namespace taanu
