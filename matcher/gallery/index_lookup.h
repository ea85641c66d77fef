// Looks one view of a probe up in the index of a segment.
//
// Holds scratch memory; nothing else is allocated. One belongs to one thread at a time.
#pragma once

#include <span>

#include "matcher/gallery/permitted_views.h"
#include "matcher/gallery/probe_view.h"
#include "matcher/gallery/segment_index.h"
#include "matcher/gallery/shortlist.h"

namespace taanu::gallery {

class IndexLookup {
 public:
  // Adds those of `views` that have many votes to the shortlist. The segment must have an index,
  // and each view may be of the finger of the probe.
  void Run(const Segment& segment, uint32_t part, const ProbeView& probe,
           std::span<const ViewAt> views, Shortlist* shortlist);

 private:
  SegmentIndex::Votes votes_;
};

}  // namespace taanu::gallery
