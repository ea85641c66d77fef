// What a minutia is looked up by in an index: for each of kIndexTables tables a key, such that
// similar neighbourhoods often have the same one (locality-sensitive hashing: Indyk, Motwani,
// "Approximate Nearest Neighbors", STOC 1998).
//
// Thread-safety: pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "matcher/compare/prepared.h"

namespace taanu::gallery {

inline constexpr size_t kIndexTables = 24;
inline constexpr size_t kIndexKeyBits = 12;
inline constexpr size_t kIndexKeys = size_t{1} << kIndexKeyBits;

using IndexKeys = std::array<uint16_t, kIndexTables>;

// One set of keys for each minutia of `print`, in its order.
std::vector<IndexKeys> KeysOf(const Prepared::Data& print);

}  // namespace taanu::gallery
