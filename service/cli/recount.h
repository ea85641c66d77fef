// Counts figures again from the entries of the log, and says where those that were given differ.
//
// Thread-safety: plain values.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/error.h"
#include "service/ledger/figures.h"
#include "taanu/v1/audit_service.pb.h"

namespace taanu::cli {

// One split of the figures: what is asked of the daemon, and what to compare.
struct RecountQuestion {
  std::string name;  // "outcome by precinct", for people
  v1::GetStatisticsRequest request;
  Facet facet = Facet::kNone;
};

// Splits that between them show every counter: by precinct, by hour, and by each facet.
std::vector<RecountQuestion> RecountQuestions();

class Recount {
 public:
  // Errors: kBadInput (BAD_LOG_ENTRY) with the index of the entry.
  Status Add(std::string_view leaf);
  uint64_t entries() const { return entries_; }

  // A line for each cell that is not what the entries so far give, 20 at most; none where all are.
  std::vector<std::string> Differences(const RecountQuestion& question,
                                       const v1::GetStatisticsResponse& given) const;

 private:
  uint64_t entries_ = 0;
  Figures figures_;
};

}  // namespace taanu::cli
