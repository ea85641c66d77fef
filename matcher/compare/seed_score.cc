#include "matcher/compare/seed_score.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "matcher/compare/angle_math.h"
#include "matcher/compare/parameters.h"

namespace taanu::compare {
namespace {

struct Found {
  // Of the pairs, each up to 1 by how well it fits.
  float weight = 0;
  float similarity = 0;   // the same, times how alike the surroundings are
  float distinction = 0;  // sum of 1 / (1 + rivals)
  int same_type = 0;
  int other_type = 0;
  // Minutiae that lie where the other print was imaged.
  int probe_overlap = 0;
  int reference_overlap = 0;
};

// How many points lie where a print was imaged, or are the `place` of a pair.
int CountOverlap(const Hull& imaged, const PointArrays& points, int count,
                 const Alignment& alignment, uint8_t FittedPair::*place) {
  std::array<float, kMinutiaePadded> inside;
  const std::span<const HalfPlane> edges = imaged.edges();
  MarkInside(edges.data(), static_cast<int>(edges.size()), kOverlapMargin, points, count,
             inside.data());
  for (int k = 0; k < alignment.pair_count(); ++k) inside[alignment.pair(k).*place] = 1.0F;
  int overlap = 0;
  for (int i = 0; i < count; ++i) overlap += inside[i] != 0.0F ? 1 : 0;
  return overlap;
}

Found Look(const Prepared::Data& probe, const Prepared::Data& reference,
           const SimilarityTable& similarities, Alignment* alignment) {
  Found e;
  std::array<uint16_t, kMinutiaeMax> rivals;
  alignment->CountRivals(similarities, rivals.data());
  for (int k = 0; k < alignment->pair_count(); ++k) {
    const FittedPair& p = alignment->pair(k);
    const float fit = 1.0F - static_cast<float>(p.cost) / 1024.0F;
    const int similarity = similarities.at(p.probe, p.reference);
    e.weight += fit;
    e.similarity += fit * static_cast<float>(similarity) / kSimilarityMax;
    e.distinction += 1.0F / static_cast<float>(1 + rivals[k]);
    const MinutiaType a = probe.types[p.probe];
    const MinutiaType b = reference.types[p.reference];
    if (a != MinutiaType::kOther && b != MinutiaType::kOther)
      ++(a == b ? e.same_type : e.other_type);
  }
  e.probe_overlap = CountOverlap(reference.hull, alignment->placed(), probe.count, *alignment,
                                 &FittedPair::probe);
  std::array<float, kMinutiaePadded> x;
  std::array<float, kMinutiaePadded> y;
  alignment->ToProbe(reference, {x.data(), y.data()});
  e.reference_overlap = CountOverlap(probe.hull, {x.data(), y.data()}, reference.count, *alignment,
                                     &FittedPair::reference);
  return e;
}

// The product of counts below which a print's size does not raise its score: 15 minutiae each.
constexpr double kSmallProduct = 15.0 * 15.0;

// By logistic regression on the pairs of FVC2000 DB3, DB4 and FVC2004 DB1, DB3, templates of
// FingerJetFX, MINDTCT and SourceAFIS; refitting them changes little, since they only rank seeds.
constexpr std::array<double, 5> kWeights = {3.385, 4.401, -2.478, -14.864, 0.344};

}  // namespace

double SeedScore(const Prepared::Data& probe, const Prepared::Data& reference,
                 const SimilarityTable& similarities, Alignment* alignment) {
  if (alignment->pair_count() == 0) return kSeedNothing;
  const Found e = Look(probe, reference, similarities, alignment);
  const auto weight = static_cast<double>(e.weight);
  const auto similarity = static_cast<double>(e.similarity);
  // The pairs, less what is missing in the overlap on either side.
  const double share = weight * weight /
                       std::sqrt(static_cast<double>(e.probe_overlap) * e.reference_overlap + 1e-9);
  // Large prints find more pairs by chance; below a dozen or so there is nothing to gain.
  const double product = static_cast<double>(probe.count) * reference.count;
  return kWeights[0] * LogOf(share + 0.5 * similarity + 0.3) +
         kWeights[1] * LogOf(static_cast<double>(e.distinction) + 0.2) +
         kWeights[2] * (LogOf(std::max(product, kSmallProduct)) / 2) +
         // Where similarities are high throughout, a high one says less.
         kWeights[3] * (similarity / (weight + 0.3)) +
         kWeights[4] * ((e.same_type - e.other_type) / 2.0);
}

}  // namespace taanu::compare
