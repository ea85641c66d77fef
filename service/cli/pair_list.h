// The list of pairs that `taanu compare` is given.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/error.h"

namespace taanu::cli {

// Each pair is two indices into `names`, in which every name stands once, however often it is
// used; so a list of millions of pairs over few files stays small.
struct PairList {
  struct Pair {
    uint32_t probe = 0;
    uint32_t reference = 0;
  };
  std::vector<std::string> names;
  std::vector<Pair> pairs;
};

// The longest list that is read, in bytes.
inline constexpr size_t kPairListBytesMax = size_t{4} << 30;

// Reads lines PROBE<TAB>REFERENCE. Lines end in LF or CR LF; empty lines are passed over.
// Errors: kBadInput with reason BAD_PAIR and the number of the line, counted from 1.
Result<PairList> ParsePairList(std::string_view text);

}  // namespace taanu::cli
