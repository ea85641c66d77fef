// Draws precincts for a recount from a public seed, so that everybody gets the same ones and can
// check them by hand.
//
// Method: the SHA-256 counter generator of Ronald L. Rivest's sampler.py (14 November 2011), which
// M. Lindeman and P. B. Stark recommend in "A Gentle Introduction to Risk-limiting Audits" (IEEE
// Security & Privacy 10(5), 2012). The precincts are numbered from 1 in the order of the bytes of
// their identifiers. For a counter 1, 2, 3 ... the text "SEED,COUNTER" is hashed; the 256 bits,
// read as one number, modulo the number of precincts, plus 1, is the number drawn. A precinct that
// was drawn before is passed over. The remainder favours no precinct by more than one part in 2^256
// / precincts.
//
// With strata, each is drawn on its own, from the text "SEED,STRATUM,COUNTER". That is this
// program's own addition; without strata the draw is Rivest's, number for number.
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/error.h"

namespace taanu::reconcile {

// One hash of the derivation.
struct DrawStep {
  std::string text;     // what is hashed, in UTF-8, without a line feed
  std::string sha256;   // 64 hexadecimal digits
  uint64_t number = 0;  // from 1: the hash modulo the number of precincts, plus 1
  std::string precinct_id;
  bool repeated = false;  // drawn before, and passed over
};

struct Draw {
  std::string stratum;                    // empty: there is one list only
  std::vector<std::string> precinct_ids;  // the list, numbered from 1
  std::string list_sha256;                // of the list, one identifier to a line, each with "\n"
  std::vector<DrawStep> steps;
  std::vector<std::string> drawn;  // in the order in which they were drawn
};

inline constexpr size_t kSeedBytesMax = 1000;
// Precincts that may be drawn from at most.
inline constexpr size_t kDrawListMax = 100'000;

// Draws `count` different precincts. `precinct_ids` may be in any order. Errors: kBadInput
// (BAD_SEED: empty, too long, or with a control character, which nobody could type again;
// BAD_COUNT: 0, or more than there are; BAD_LIST: a precinct twice, or too many).
Result<Draw> DrawPrecincts(std::string_view seed, std::string_view stratum,
                           std::vector<std::string> precinct_ids, size_t count);

// SHA-256 in hexadecimal.
std::string Sha256Hex(std::string_view text);
// The number that hexadecimal digits stand for, modulo `divisor`, which is 1 to 2^32.
uint64_t HexModulo(std::string_view hex, uint64_t divisor);

}  // namespace taanu::reconcile
