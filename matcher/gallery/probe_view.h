// One view of a probe, made ready for all steps of a search.
//
// Thread-safety: immutable once built.
#pragma once

#include "matcher/compare/prepared.h"
#include "matcher/gallery/probe_code.h"
#include "matcher/gallery/segment_index.h"

namespace taanu::gallery {

struct ProbeView {
  ProbeView(const FingerView& view, bool with_keys)
      : position(view.position), prepared(view), code(Describe(prepared.data())) {
    if (with_keys) lookups = ProbeLookups(KeysOf(prepared.data()), prepared.data().angles);
  }

  FingerPosition position;
  Prepared prepared;
  ProbeCode code;
  ProbeLookups lookups;  // empty where no index is asked
};

}  // namespace taanu::gallery
