// A voter of the register as a gallery has one.
//
// Thread-safety: pure functions.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "enroll/register/register.h"
#include "matcher/gallery/gallery.h"

namespace taanu {

// A keyed reference is 16 bytes, and so is an identifier; they mean the same in memory alone.
inline SubjectId IdOf(const KeyedReference& voter) {
  const auto halves = std::bit_cast<std::array<uint64_t, 2>>(voter);
  return {halves[0], halves[1]};
}

inline KeyedReference ReferenceOf(const SubjectId& id) {
  return std::bit_cast<KeyedReference>(std::array{id.high, id.low});
}

// The references that can be compared: none of a voter who was taken off the roll.
inline std::vector<FingerView> SearchableViews(const EnrolledVoter& voter) {
  std::vector<FingerView> views;
  if (voter.inactive) return views;
  for (const FingerReference& finger : voter.fingers) {
    if (!finger.view.minutiae.empty()) views.push_back(finger.view);
  }
  return views;
}

struct KeyedReferenceHash {
  size_t operator()(const KeyedReference& voter) const { return SubjectIdHash()(IdOf(voter)); }
};

}  // namespace taanu
