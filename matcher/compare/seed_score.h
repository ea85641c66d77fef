// How promising a first alignment is: cheap, since every seed of every comparison is looked at.
//
// Only the order of the seeds follows from it, never the score of a comparison (evidence.h).
// Thread-safety: pure functions.
#pragma once

#include "matcher/compare/alignment.h"
#include "matcher/compare/prepared.h"
#include "matcher/compare/similarity_table.h"

namespace taanu::compare {

// Of an alignment without pairs.
inline constexpr double kSeedNothing = -100.0;

// Grows with what speaks for the alignment: pairs that fit, less what is missing in the overlap of
// both prints, and how distinctive the pairs are locally.
double SeedScore(const Prepared::Data& probe, const Prepared::Data& reference,
                 const SimilarityTable& similarities, Alignment* alignment);

}  // namespace taanu::compare
