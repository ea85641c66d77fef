// The views of a part that a search may look at.
//
// Thread-safety: pure functions.
#pragma once

#include <vector>

#include "matcher/gallery/restriction.h"
#include "matcher/gallery/state.h"

namespace taanu::gallery {

struct ViewAt {
  uint32_t subject = 0;  // within the segment
  uint32_t view = 0;     // within the segment
};

// Fills `views` in the segment's order.
void FindPermittedViews(const Part& part, FingerPosition position, const Restriction& restriction,
                        std::vector<ViewAt>* views);

}  // namespace taanu::gallery
