// An attempt without a voter's number: the finger is searched on the precinct's roll (1:N), and
// whoever is found is then treated by the rules of every attempt.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>

#include "service/rules/election.h"

namespace taanu::rules {

// Nobody: the voter of an attempt that found no one. No keyed reference is all zeros but by a
// chance of 2^-128.
inline constexpr KeyedReference kNobody{};

// What a search of a roll gave.
struct RollSearch {
  // False where not everybody was searched: it then decides nothing.
  bool complete = false;
  uint64_t searched_count = 0;  // people
  // Who reached the threshold, which keeps the election's false match rate for the search as a
  // whole.
  uint64_t found_count = 0;
};

// As DecideFingerAttempt, for an attempt that a search of the roll has gone before. Where the polls
// are open and there is a usable sample, the search is complete.
Outcome DecideSearchAttempt(const AttemptFacts& facts, const Evidence& evidence,
                            const RollSearch& search);

}  // namespace taanu::rules
