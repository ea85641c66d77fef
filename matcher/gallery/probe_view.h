// One view of a probe, made ready for all steps of a search.
//
// Thread-safety: immutable once built.
#pragma once

#include "matcher/compare/prepared.h"
#include "matcher/gallery/probe_code.h"
#include "matcher/gallery/segment_index.h"

namespace taanu::gallery {

struct ProbeView {
  // `clusters` of an index for each minutia; 0 where no index is asked.
  ProbeView(const FingerView& view, size_t clusters)
      : position(view.position), prepared(view), code(DescribeProbe(prepared.data())) {
    if (clusters > 0) lookups = ProbeLookups(code, clusters);
  }

  FingerPosition position;
  Prepared prepared;
  ProbeCode code;
  ProbeLookups lookups;
};

}  // namespace taanu::gallery
