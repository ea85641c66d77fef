// All that a gallery holds at one moment.
//
// Thread-safety: immutable once published.
#pragma once

#include <memory>
#include <vector>

#include "matcher/gallery/segment.h"

namespace taanu::gallery {

struct State {
  std::vector<std::shared_ptr<const Segment>> segments;
  size_t subjects = 0;
  size_t views = 0;
  size_t minutiae = 0;
  size_t segment_bytes = 0;
};

}  // namespace taanu::gallery
