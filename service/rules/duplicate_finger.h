// Whether a finger belongs to somebody who was accredited under another identity.
//
// The search is made before the transaction, and is as old as that; so it gives everybody whom the
// finger matches and who was, or might yet be, accredited. Whether they were is asked inside the
// transaction, of the ledger alone: of two attempts with one finger the one that is decided second
// finds the first.
//
// Thread-safety: plain values; a LedgerTransaction belongs to its step.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "matcher/error.h"
#include "service/rules/election.h"

namespace taanu::rules {

class LedgerTransaction;
struct Attempt;

// A voter whom the finger of an attempt matches.
struct FingerHit {
  KeyedReference voter{};
  double score = 0;  // -10 log10(FMR)
};

// The search of an attempt's finger among those who were accredited (1:N).
struct AccreditedSearch {
  // False where none was made: the finger did not match the voter, the voter was accredited
  // already, or the daemon keeps no rolls.
  bool made = false;
  // False where somebody who was accredited could not be searched yet, as in the moments after a
  // restart.
  bool complete = false;
  uint64_t searched_count = 0;  // people
  // From which score a hit is one: the chance of a false alarm is the election's for the attempt
  // as a whole, whatever the number of people.
  double threshold_score = 0;
  // At or above the threshold, the best first; not all of them need have been accredited.
  std::vector<FingerHit> hits;
};

// Who holds the finger: the accreditation of another voter, and the score.
struct FingerHolder {
  Accreditation accreditation;
  double score = 0;
};

// The best hit of the attempt's search who was accredited, if any.
Result<std::optional<FingerHolder>> FindFingerHolder(LedgerTransaction& ledger,
                                                     const Attempt& attempt);

}  // namespace taanu::rules
