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
  // True where an entry of this score cannot be kept, so need not be made.
  bool Rejects(uint32_t score) const { return limit_ == 0 || score < least_; }
  void Merge(const Shortlist& other);
  // The best first.
  std::vector<Screened> Sorted() const;

 private:
  void Prune();

  size_t limit_;
  // Up to twice as many as are kept, so that the worse half is dropped only now and then.
  std::vector<Screened> entries_;
  uint32_t least_ = 0;  // what lies below is known to be of no use
};

}  // namespace taanu::gallery
