// One change of a gallery: begins with a copy of its state, and ends with another one.
//
// Only segments that change are copied. Invariants between edits:
//   1. every subject is in exactly one part, and the index says in which;
//   2. no part is empty;
//   3. a segment of which less than a quarter of kSegmentViews is left, or an indexed one of which
//      less than half of kIndexedViewsMax is, is emptied into the last one, so that removals cannot
//      leave many small ones;
//   4. where the gallery is indexed, fewer than kIndexedViewsMax views are in closed segments
//      without an index.
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
  // Where `indexed`, all views that are appended must have keys.
  Edit(const State& base, SubjectIndex* index, bool indexed = false)
      : state_(base), index_(index), indexed_(indexed) {}

  // The subject must not be there.
  void Append(const PackedSubject& subject);
  // The subject must be there.
  void Remove(const SubjectId& id);
  PackedSubject Extract(const SubjectId& id) const;
  std::shared_ptr<const State> Finish();

 private:
  void Put(Part part);
  Part Take(size_t k);
  void Enter(size_t k);
  void Tally(const Part& part, bool there);
  void RemoveFromOpen(size_t k, const SubjectId& id);
  void RemoveFromIndexed(size_t k, const SubjectId& id);
  void Scatter(const Part& part);
  void OpenTail();
  void CloseTail();
  void IndexClosed();

  State state_;
  SubjectIndex* index_;
  bool indexed_;
  std::optional<SegmentBuilder> tail_;  // what will be the last segment
};

}  // namespace taanu::gallery
