// Screens segments against one view of a probe.
//
// Holds scratch memory, which grows with the largest segment; otherwise nothing is allocated. One
// screener belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "matcher/gallery/probe_code.h"
#include "matcher/gallery/restriction.h"
#include "matcher/gallery/segment.h"
#include "matcher/gallery/shortlist.h"
#include "matcher/gallery/stop_check.h"

namespace taanu::gallery {

class SegmentScreener {
 public:
  // Adds what does well to the shortlist, and returns how many views were screened: those that are
  // allowed, or none where the search has to stop.
  size_t Run(const Segment& segment, uint32_t segment_number, const ProbeCode& probe,
             FingerPosition position, const Restriction& restriction, StopCheck* stop,
             Shortlist* shortlist);

 private:
  struct Allowed {
    uint32_t subject;
    uint32_t view;  // within the segment
  };

  void Choose(const Segment& segment, FingerPosition position, const Restriction& restriction);
  bool RunKernel(const Segment& segment, const ProbeCode& probe, StopCheck* stop);

  std::vector<Allowed> allowed_;
  std::vector<uint8_t> needed_;  // by block
  std::vector<uint8_t> strengths_;
};

// The score of a view in screening: the strengths of its minutiae, less than in proportion to how
// many there are.
uint32_t ScreeningScore(const uint8_t* strengths, size_t count);

}  // namespace taanu::gallery
