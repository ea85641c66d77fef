// A precinct's part of the audit log, with proofs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "enroll/store/database.h"
#include "matcher/error.h"
#include "service/audit/merkle.h"

namespace taanu {

struct ProvedEvent {
  uint64_t index = 0;
  std::string leaf;  // canonical JSON
  std::vector<merkle::Hash> proof;
};

// A part of the log that was read through.
struct ProvedEvents {
  std::vector<ProvedEvent> events;
  uint64_t next = 0;  // the first entry that was not looked at
};

// A precinct's totals: sealed by its closing, or as they stand.
struct PollsTotals {
  std::optional<uint64_t> closing_index;
  uint64_t voters = 0;
  uint64_t accredited = 0;
  std::map<std::string, uint64_t> attempts;  // by the name of their outcome
};

// Thread-safety: may be used from any thread.
class PrecinctLog {
 public:
  // Not owned; it must outlive this.
  explicit PrecinctLog(Database* database) : database_(*database) {}

  // Entries that name the precinct, from `first` on, each proved to be in the tree of the first
  // `log_size` entries. It looks at a bounded part of the log; the end is reached when `next` is
  // `log_size`. Errors: those of the store.
  Result<ProvedEvents> Read(std::string_view precinct_id, uint64_t first, uint64_t log_size) const;

  // The totals that the first `log_size` entries of the log tell. Errors: kNotFound
  // (UNKNOWN_PRECINCT), those of the store.
  Result<PollsTotals> Totals(std::string_view precinct_id, uint64_t log_size) const;

 private:
  Database& database_;
};

}  // namespace taanu
