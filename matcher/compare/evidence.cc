#include "matcher/compare/evidence.h"

#include <algorithm>
#include <cmath>

#include "matcher/compare/angle_math.h"
#include "matcher/compare/parameters.h"

namespace taanu::compare {
namespace {

constexpr std::array<double, kFeatures> kWeights = {
#include "matcher/compare/score_weights.inc"
};

// The product of counts below which a print's size does not raise its score: 15 minutiae each.
constexpr double kSmallProduct = 15.0 * 15.0;

}  // namespace

Evidence Gather(const Prepared::Data& probe, const Prepared::Data& reference,
                const SimilarityTable& similarities, Alignment* alignment) {
  Evidence e;
  e.pairs = alignment->pair_count();
  e.probe_count = probe.count;
  e.reference_count = reference.count;
  std::array<bool, kMinutiaeMax> probe_paired{};
  std::array<bool, kMinutiaeMax> reference_paired{};
  for (int k = 0; k < alignment->pair_count(); ++k) {
    const FittedPair& p = alignment->pair(k);
    const float fit = 1.0F - static_cast<float>(p.cost) / 1024.0F;
    const int similarity = similarities.at(p.probe, p.reference);
    e.weight += fit;
    e.similarity += fit * static_cast<float>(similarity) / kSimilarityMax;
    e.distinction += 1.0F / static_cast<float>(1 + similarities.Rivals(p.probe, p.reference));
    const MinutiaType a = probe.types[p.probe];
    const MinutiaType b = reference.types[p.reference];
    if (a != MinutiaType::kOther && b != MinutiaType::kOther)
      ++(a == b ? e.same_type : e.other_type);
    probe_paired[p.probe] = true;
    reference_paired[p.reference] = true;
  }
  std::array<float, kMinutiaePadded> inside;
  const std::span<const HalfPlane> imaged = reference.hull.edges();
  MarkInside(imaged.data(), static_cast<int>(imaged.size()), kOverlapMargin, alignment->placed(),
             probe.count, inside.data());
  for (int i = 0; i < probe.count; ++i) e.probe_overlap += probe_paired[i] || inside[i] != 0.0F;
  std::array<float, kMinutiaePadded> x;
  std::array<float, kMinutiaePadded> y;
  alignment->ToProbe(reference, {x.data(), y.data()});
  const std::span<const HalfPlane> own = probe.hull.edges();
  MarkInside(own.data(), static_cast<int>(own.size()), kOverlapMargin, {x.data(), y.data()},
             reference.count, inside.data());
  for (int j = 0; j < reference.count; ++j) {
    e.reference_overlap += reference_paired[j] || inside[j] != 0.0F;
  }
  return e;
}

std::array<double, kFeatures> FeaturesOf(const Evidence& e) {
  const auto weight = static_cast<double>(e.weight);
  const auto similarity = static_cast<double>(e.similarity);
  // The pairs, less what is missing in the overlap on either side.
  const double share = weight * weight /
                       std::sqrt(static_cast<double>(e.probe_overlap) * e.reference_overlap + 1e-9);
  return {
      LogOf(share + 0.5 * similarity + 0.3),
      LogOf(static_cast<double>(e.distinction) + 0.2),
      // Large prints find more pairs by chance; below a dozen or so there is nothing to gain.
      LogOf(std::max(static_cast<double>(e.probe_count) * e.reference_count, kSmallProduct)) / 2,
      // Where similarities are high throughout, a high one says less.
      similarity / (weight + 0.3),
      (e.same_type - e.other_type) / 2.0,
  };
}

double RawScore(const Evidence& e) {
  if (e.pairs == 0) return kRawNothing;
  const std::array<double, kFeatures> features = FeaturesOf(e);
  double sum = 0;
  for (int k = 0; k < kFeatures; ++k) sum += kWeights[k] * features[k];
  return sum;
}

}  // namespace taanu::compare
