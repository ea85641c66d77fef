// All that a gallery holds at one moment.
//
// Thread-safety: immutable once published.
#pragma once

#include <memory>
#include <vector>

#include "matcher/gallery/segment.h"

namespace taanu::gallery {

// A segment, and who of it has been removed since it was built: an index is too large to be built
// again for each removal.
struct Part {
  std::shared_ptr<const Segment> segment;
  std::shared_ptr<const std::vector<bool>> removed;  // by subject; null where nobody is

  bool Holds(size_t subject) const { return !removed || !(*removed)[subject]; }
};

struct State {
  std::vector<Part> parts;
  size_t subjects = 0;
  size_t views = 0;
  size_t minutiae = 0;
  size_t segment_bytes = 0;
};

}  // namespace taanu::gallery
