// Made-up people for tests of the gallery.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <vector>

#include "matcher/gallery/gallery.h"
#include "tests/conformance/synthetic_views.h"

namespace taanu::test {

// The finger at `position` of a person, as enrolled.
inline FingerView Finger(uint64_t person, FingerPosition position = FingerPosition::kUnknown) {
  const uint64_t seed = person * 16 + static_cast<uint64_t>(position);
  FingerView view = SyntheticView(seed, 30 + static_cast<int>(seed * 7 % 20));
  view.position = position;
  return view;
}

// The same finger seen again: a fifth of the minutiae lost, turned by some degrees.
inline FingerView Again(const FingerView& finger, uint64_t seed) {
  FingerView view = Moved(Impression(finger, seed, 20), static_cast<uint16_t>(1'500), 700, -400);
  view.position = finger.position;
  return view;
}

inline GallerySubject Person(uint64_t person) {
  return {SubjectId(person),
          static_cast<uint32_t>(person / 10),
          static_cast<uint32_t>(person),
          {Finger(person)}};
}

inline std::vector<GallerySubject> People(uint64_t first, uint64_t count) {
  std::vector<GallerySubject> people;
  for (uint64_t k = first; k < first + count; ++k) people.push_back(Person(k));
  return people;
}

}  // namespace taanu::test
