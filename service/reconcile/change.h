// Totals that moved after they had been shown: what they were, what they became, and why.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "service/reconcile/figures.h"

namespace taanu::reconcile {

struct TotalChange {
  std::string figure;              // "identified", "hand: counted_by_hand", "machine: President/A"
  std::optional<uint64_t> before;  // none: was not stated
  std::optional<uint64_t> after;   // none: is no longer stated
  int64_t time_us = 0;
  uint64_t event_index = 0;  // of the correction, or of the import that brought it
  uint64_t import_id = 0;    // 0: a correction
  std::string reason;
};

// What a later version of a protocol says otherwise than an earlier one.
std::vector<TotalChange> ChangesBetween(const ImportedProtocol& earlier,
                                        const ImportedProtocol& later);

// Every change of a precinct's totals, corrections and imports, by time.
std::vector<TotalChange> MovedTotals(const PrecinctFigures& precinct);

}  // namespace taanu::reconcile
