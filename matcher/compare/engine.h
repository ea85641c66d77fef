// The whole comparison before calibration.
//
// Not thread-safe: one engine belongs to one thread at a time. Nothing is
// allocated by Run.
#pragma once

#include <array>

#include "matcher/compare/alignment.h"
#include "matcher/compare/calibration.h"
#include "matcher/compare/evidence.h"
#include "matcher/compare/parameters.h"
#include "matcher/compare/prepared.h"
#include "matcher/compare/relaxation.h"
#include "matcher/compare/similarity_table.h"

namespace taanu::compare {

class Engine {
 public:
  // Of hopeless pairs, which most comparisons of different fingers are, nothing but kRawNothing.
  struct Outcome {
    double raw = kRawNothing;
    Evidence evidence;
    const Alignment* alignment =
        nullptr;  // of the best seed; valid until the next Run; may be null
  };
  Outcome Run(const Prepared::Data& probe, const Prepared::Data& reference);

 private:
  // Aligns by the strongest candidates, none of which supports another. Returns how many.
  int Start(const Prepared::Data& probe, const Prepared::Data& reference);

  SimilarityTable similarities_;
  Relaxation relaxation_;
  std::array<Alignment, kSeeds> alignments_;
};

// What a pair of minutiae can add to the calibrated score at most. The calibration knows no prints
// of only a few minutiae, where it would promise too much: a second pair that agrees by chance in
// place (10 pixels) and direction (28 degrees) with any of 40 minutiae on a fingertip is a matter
// of about one in 25, or 14, and an alignment can be chosen among some; so 6 is on the safe side.
inline constexpr double kScorePerPair = 6.0;

// The calibrated score of a comparison.
double FinalScore(const Engine::Outcome& outcome);

}  // namespace taanu::compare
