// How promising a first alignment is: cheap, since every seed of every comparison is looked at.
//
// It decides which seeds are refined, and ends a comparison with nothing where none reaches
// kSeedScoreMin; else the score of a comparison does not depend on it (evidence.h).
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
