// Searches of the rolls in memory: of one roll for who somebody is, and of everybody accredited so
// far for whom else a finger belongs to.
//
// Thresholds are for the search as a whole: among N people the false match rate of one comparison
// is the one asked for divided by N (union bound; the scores are fused over all samples and
// references already, so captures need no bound of their own).
//
// Thread-safety: pure functions of what they are given; rolls may be used from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "matcher/error.h"
#include "matcher/template.h"
#include "service/config/config.h"
#include "service/rolls/rolls.h"
#include "service/rules/duplicate_finger.h"

namespace taanu {

// The score at which a search among `people` gives a false hit at a rate of `fmr`; kScoreMax at
// most, which no two fingers reach by chance.
double ScoreForSearch(double fmr, uint64_t people);

struct RollFinding {
  uint64_t searched_count = 0;  // people
  double threshold_score = 0;
  // At or above the threshold, the best first; two at most, since more mean the same.
  std::vector<rules::FingerHit> found;
  // Where nobody was found, the score of whoever came nearest; 0 for none.
  double best_score = 0;
};

// Searches everybody on a precinct's roll. Errors: kUnavailable (SEARCH_INCOMPLETE: the roll is
// being loaded, a change of it waits, or the deadline passed), kConflict (ROLL_NOT_KEPT), those of
// Gallery::Search. Somebody who could not be searched is never passed over in silence.
Result<RollFinding> SearchRoll(Rolls& rolls, std::string_view precinct_id,
                               std::span<const FingerView> probe, double fmr,
                               std::chrono::steady_clock::time_point deadline);

// Searches those accredited so far, but for the voter. `others` counts people beyond the rolls
// among whom the finger was compared too, for the threshold. Which finger a sample or a reference
// is said to be of plays no part: a second identity may have been given on purpose. What keeps it
// from searching everybody makes it incomplete, and is no error.
rules::AccreditedSearch SearchAccredited(const Rolls& rolls, DuplicateScope scope,
                                         std::string_view precinct_id, const KeyedReference& voter,
                                         std::span<const FingerView> probe, double fpir,
                                         size_t others);

}  // namespace taanu
