// How well the minutiae of two prints that look alike agree about one motion: what tells mates from
// prints that only have similar neighbourhoods, at a tenth of the price of a comparison.
//
// Holds scratch memory of some 300 KB; nothing else is allocated. One belongs to one thread at a
// time.
#pragma once

#include <cstdint>
#include <memory>

#include "matcher/gallery/probe_view.h"
#include "matcher/gallery/segment.h"

namespace taanu::gallery {

class StructureCheck {
 public:
  StructureCheck();
  ~StructureCheck();

  // The coherence (compare/relaxation.h) of the pairs of minutiae with the nearest descriptors, in
  // millionths: more is better, 0 where nothing agrees.
  uint32_t Run(const ProbeView& probe, const Segment& segment, size_t view);

 private:
  struct Scratch;
  std::unique_ptr<Scratch> scratch_;
};

}  // namespace taanu::gallery
