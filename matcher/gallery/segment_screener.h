// Screens views of a segment against one view of a probe.
//
// Holds scratch memory, which grows with the largest segment; otherwise nothing is allocated. One
// screener belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "matcher/gallery/permitted_views.h"
#include "matcher/gallery/probe_code.h"
#include "matcher/gallery/shortlist.h"
#include "matcher/gallery/stop_check.h"

namespace taanu::gallery {

class SegmentScreener {
 public:
  // Adds those of `views` that do well to the shortlist. False where the search has to stop; then
  // nothing is added.
  bool Run(const Segment& segment, uint32_t part, const ProbeCode& probe,
           std::span<const ViewAt> views, StopCheck* stop, Shortlist* shortlist);

 private:
  bool RunKernel(const Segment& segment, const ProbeCode& probe, StopCheck* stop);

  std::vector<uint8_t> needed_;  // by block
  std::vector<uint8_t> strengths_;
};

}  // namespace taanu::gallery
