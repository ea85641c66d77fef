// Files of precincts put together: voters who were accredited in more than one, and the totals.
//
// A voter is told by a keyed reference, which is the same on two daemons only where both make
// references with the same key. A nation therefore gives every daemon a store whose key came from
// one file (`taanu keys init`); rotating that key later changes no reference. Where the keys
// differ nobody would ever be found twice, so that such files are not merged.
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "matcher/error.h"
#include "service/polls/polls_file.h"

namespace taanu::polls {

// Where one voter was accredited.
struct Place {
  std::string precinct_id;
  AccreditationEntry entry;
};

struct MultipleVoter {
  KeyedReference voter{};
  std::vector<Place> places;  // two or more, in the order of their times
};

struct MergedPolls {
  uint64_t precincts = 0;
  uint64_t voters = 0;
  uint64_t accreditations = 0;
  uint64_t voters_accredited = 0;  // each counted once
  std::map<std::string, uint64_t> accredited_by_method;
  std::vector<MultipleVoter> multiple;  // in the order of the references
};

// `reports` are of files that were proved. Errors: kRefused (KEYS_DIFFER, ELECTIONS_DIFFER,
// PRELIMINARY: the polls of a precinct are not closed), kConflict (PRECINCT_TWICE: two files of one
// precinct, as from a device and its backup; a person must say which one counts).
Result<MergedPolls> MergePolls(std::span<const PollsReport> reports);

}  // namespace taanu::polls
