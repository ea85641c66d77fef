// Names a person in a gallery: 16 bytes, such as a UUID, or a number.
//
// Thread-safety: plain values.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

namespace taanu {

struct SubjectId {
  uint64_t high = 0;
  uint64_t low = 0;

  SubjectId() = default;
  // A number is the identifier whose upper half is zero.
  explicit SubjectId(uint64_t number) : low(number) {}
  SubjectId(uint64_t upper, uint64_t lower) : high(upper), low(lower) {}

  friend auto operator<=>(const SubjectId&, const SubjectId&) = default;
};

struct SubjectIdHash {
  size_t operator()(const SubjectId& id) const {
    // The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014), so that identifiers that
    // count up, or were chosen to collide in their low bits, still spread.
    uint64_t z = id.low + 0x9E3779B97F4A7C15ULL * (id.high + 1);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return static_cast<size_t>(z ^ (z >> 31));
  }
};

}  // namespace taanu
