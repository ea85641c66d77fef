// What an alignment says for and against the two prints being of one finger.
//
// The question about each pair is how surprising it is: minutiae of two different fingers fall
// together as well, more often where there are many and where all point the same way. So the
// chance of such a pair is taken from the minutiae that lie around it in these two prints, by
// their density and directions, and not from fingers at large. After the likelihood ratios of
// forensic comparison (Neumann, Evett, Skerrett, J. R. Statist. Soc. A 175(2), 2012) with a local
// background as in a-contrario detection (Desolneux, Moisan, Morel, "From Gestalt Theory to Image
// Analysis", 2008, chapter 3).
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
  // Minutiae in all.
  int probe_count = 0;
  int reference_count = 0;
  // Of the pairs, each up to 1 by how well it fits.
  float weight = 0;
  // Minutiae that lie where the other print was imaged, the geometric mean of both sides. Near the
  // border of what was imaged one counts in part.
  float overlap = 0;
  // Sum over the pairs of the logarithm of how much likelier their residual is of one finger than
  // by chance, each times the steadiness of its minutiae.
  float surprise = 0;
  // The same, each times how alike the surroundings of the two minutiae are, 0 to 1.
  float local_surprise = 0;
  // Sum over the pairs of 1 / (1 + rivals): other minutiae of either print that
  // are locally more alike one of the two. A pair found by position alone has
  // many rivals; one that is also the best choice locally, without knowing the
  // alignment, was found twice.
  float distinction = 0;
  // How much those of the overlap that are paired differ from all of the overlap, summed over
  // them: chance pairs are found where it is crowded, true ones where minutiae are steady and have
  // no close neighbour that may be spurious.
  float crowding = 0;
  float steadiness = 0;
  float solitude = 0;
  // Pairs of which both minutiae are of a known type: with the same one, and
  // with different ones.
  int same_type = 0;
  int other_type = 0;
};

Evidence Gather(const Prepared::Data& probe, const Prepared::Data& reference,
                const SimilarityTable& similarities, Alignment* alignment);

// What the raw score is a linear function of (score_weights.inc).
inline constexpr int kFeatures = 9;
std::array<double, kFeatures> FeaturesOf(const Evidence& evidence);

// The logarithm of the odds, but for a constant. `evidence` has at least one pair.
double LogOdds(const Evidence& evidence);

}  // namespace taanu::compare
