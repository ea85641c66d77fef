// What an alignment says for and against the two prints being of one finger.
//
// Thread-safety: pure functions.
#pragma once

#include <array>

#include "matcher/compare/alignment.h"
#include "matcher/compare/prepared.h"
#include "matcher/compare/similarity_table.h"

namespace taanu::compare {

struct Evidence {
  int pairs = 0;
  // Of the pairs, each up to 1 by how well it fits.
  float weight = 0;
  // Minutiae of the probe that lie where the reference was imaged, and the
  // other way round.
  int probe_overlap = 0;
  int reference_overlap = 0;
  // Minutiae in all.
  int probe_count = 0;
  int reference_count = 0;
  // Sum over the pairs of how alike the surroundings of the two minutiae are, 0
  // to 1 each by the fit.
  float similarity = 0;
  // Sum over the pairs of 1 / (1 + rivals): other minutiae of either print that
  // are locally more alike one of the two. A pair found by position alone has
  // many rivals; one that is also the best choice locally, without knowing the
  // alignment, was found twice.
  float distinction = 0;
  // Pairs of which both minutiae are of a known type: with the same one, and
  // with different ones.
  int same_type = 0;
  int other_type = 0;
};

Evidence Gather(const Prepared::Data& probe, const Prepared::Data& reference,
                const SimilarityTable& similarities, Alignment* alignment);

// What the raw score is a linear function of (score_weights.inc).
inline constexpr int kFeatures = 5;
std::array<double, kFeatures> FeaturesOf(const Evidence& evidence);

// The raw score where there is no pair at all.
inline constexpr double kRawNothing = -100.0;

// One number that grows with the evidence, not yet calibrated: the logarithm of
// the odds, but for a constant.
double RawScore(const Evidence& evidence);

}  // namespace taanu::compare
