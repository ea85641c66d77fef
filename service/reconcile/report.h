// The comparison of a whole election: every precinct with its state, and how many do not agree by
// kind.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <vector>

#include "service/reconcile/change.h"
#include "service/reconcile/compare.h"
#include "service/reconcile/figures.h"

namespace taanu::reconcile {

// Numbers as in taanu/v1/reconciliation_service.proto.
enum class State : uint8_t {
  kNotClosed = 1,  // polls are not closed, and nothing was imported
  kWaiting = 2,    // closed; neither protocol was imported
  kPartial = 3,    // one of the two protocols was imported, and agrees as far as can be told
  kAgrees = 4,     // both were imported, and no rule finds more than the tolerance
  kDiffers = 5,    // at least one rule finds more than the tolerance
};

struct PrecinctReport {
  PrecinctFigures figures;
  State state = State::kNotClosed;
  Comparison comparison;
  std::vector<TotalChange> moved;

  // The largest difference beyond the tolerance; 0 where there is none.
  uint64_t LargestDifference() const;
};

// Precincts with a difference of this kind beyond the tolerance, and its sum over them.
struct KindTally {
  Kind kind = Kind::kPollsNotClosed;
  uint64_t precinct_count = 0;
  uint64_t magnitude_sum = 0;
};

struct Report {
  Tolerance tolerance;
  std::vector<PrecinctReport> precincts;  // in the order of their identifiers
  std::vector<KindTally> kinds;           // those that occur, in the order of the rules

  uint64_t CountOf(State state) const;
};

Report MakeReport(std::vector<PrecinctFigures> precincts, const Tolerance& tolerance);

}  // namespace taanu::reconcile
