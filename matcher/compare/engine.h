// The whole comparison before calibration.
//
// Not thread-safe: one engine belongs to one thread at a time. Nothing is
// allocated by Run.
#pragma once

#include <array>

#include "matcher/compare/alignment.h"
#include "matcher/compare/evidence.h"
#include "matcher/compare/prepared.h"
#include "matcher/compare/relaxation.h"

namespace taanu::compare {

class Engine {
 public:
  struct Outcome {
    double raw = kRawNothing;
    Evidence evidence;
    const Alignment* alignment =
        nullptr;  // of the best seed; valid until the next Run; may be null
  };
  Outcome Run(const Prepared::Data& probe, const Prepared::Data& reference);

 private:
  static constexpr int kSeedsMax = 16;

  Relaxation relaxation_;
  std::array<Alignment, kSeedsMax> alignments_;
};

}  // namespace taanu::compare
