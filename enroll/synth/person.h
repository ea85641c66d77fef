// A made-up register of voters: every field is drawn from a seed, none from a real person.
//
// Names combine common Kyrgyz and Russian given names with family names put together from
// syllables. Voter numbers have 14 digits, as Kyrgyz personal numbers have, but begin with 9, which
// those (1 for women, 2 for men, then the date of birth) never do.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "enroll/register/register.h"
#include "matcher/template.h"

namespace taanu {

struct SyntheticVoterFinger {
  FingerPosition position = FingerPosition::kUnknown;
  uint64_t seed = 0;  // of its SyntheticFinger
};

struct SyntheticVoter {
  // Every field is set: a ValidVoterNumber, names in Cyrillic UTF-8, a precinct of
  // SyntheticPrecinctId.
  VoterData data;
  std::vector<SyntheticVoterFinger> fingers;
};

// What a register has in common; values out of range are brought into it.
struct SyntheticRegisterOptions {
  uint32_t precincts = 10;  // 1 to 9,999
  int fingers = 2;          // 1 to 10: index fingers first, then thumbs, middle, ring, little
  int birth_year_youngest = 2007;  // the year of birth of the youngest voter
};

// Voter `index` of the register of `seed`. Within a register, indices below 10^12 have different
// numbers, and no two fingers have the same seed. The same arguments give the same voter on every
// machine, and an index does not depend on how many others are made.
SyntheticVoter MakeSyntheticVoter(uint64_t seed, uint64_t index,
                                  const SyntheticRegisterOptions& options = {});

// The identifier of the precinct of that number, counted from 1, such as "P0001".
std::string SyntheticPrecinctId(uint32_t precinct);

// 14 digits of which the last is the check digit of ISO/IEC 7064, MOD 11,10, which catches every
// wrong digit and almost every transposition.
bool ValidVoterNumber(std::string_view number);

}  // namespace taanu
