// One change of a gallery: begins with a copy of its state, and ends with another one.
//
// Only segments that change are copied. Invariants between edits:
//   1. every subject is in exactly one segment, and the index says in which;
//   2. no segment is empty;
//   3. a segment that falls below a quarter of kSegmentViews is emptied into the last one, so that
//      removals cannot leave many small ones.
//
// Thread-safety: one thread at a time, the only one that changes the index.
#pragma once

#include <memory>
#include <optional>
#include <unordered_map>

#include "matcher/gallery/state.h"

namespace taanu::gallery {

using SubjectIndex = std::unordered_map<SubjectId, uint32_t, SubjectIdHash>;

class Edit {
 public:
  Edit(const State& base, SubjectIndex* index) : state_(base), index_(index) {}

  // The subject must not be there.
  void Append(const PackedSubject& subject);
  // The subject must be there.
  void Remove(const SubjectId& id);
  PackedSubject Extract(const SubjectId& id) const;
  std::shared_ptr<const State> Finish();

 private:
  void Count(const Segment& segment);
  void Discount(const Segment& segment);
  std::shared_ptr<const Segment> Take(size_t k);
  void CloseTail();

  State state_;
  SubjectIndex* index_;
  std::optional<SegmentBuilder> tail_;  // what will be the last segment
};

}  // namespace taanu::gallery
