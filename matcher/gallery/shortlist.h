// The best of many, in bounded memory, and the same ones in whatever order they come.
//
// Not thread-safe: each thread fills its own, and they are merged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "matcher/gallery/subject_id.h"

namespace taanu::gallery {

// A view that did well in screening, or in an index.
struct Screened {
  uint32_t score = 0;
  uint32_t part = 0;     // of the state
  uint32_t subject = 0;  // within the segment
  uint32_t view = 0;     // within the subject
  SubjectId id;
};

class Shortlist {
 public:
  explicit Shortlist(size_t limit) : limit_(limit) {}

  // Keeps `entry` while it is among the `limit` best by score, then by the lowest identifier and
  // view, which is a total order: where the views lie in memory does not matter.
  void Add(const Screened& entry);
  // True where an entry of this score could not be kept, so need not be made.
  bool Rejects(uint32_t score) const {
    return limit_ == 0 || (entries_.size() == limit_ && score < entries_.front().score);
  }
  void Merge(const Shortlist& other);
  // The best first.
  std::vector<Screened> Sorted() const;

 private:
  size_t limit_;
  std::vector<Screened> entries_;  // a heap with the worst at the front
};

}  // namespace taanu::gallery
