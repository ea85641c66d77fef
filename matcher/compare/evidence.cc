#include "matcher/compare/evidence.h"

#include <algorithm>
#include <cmath>

#include "matcher/compare/parameters.h"

namespace taanu::compare {

Evidence Gather(const Prepared::Data& probe, const Prepared::Data& reference,
                const Relaxation& relaxation, const Alignment& alignment) {
  Evidence e;
  std::array<bool, kMinutiaeMax> probe_paired{};
  std::array<bool, kMinutiaeMax> reference_paired{};
  for (int k = 0; k < alignment.pair_count(); ++k) {
    const FittedPair& p = alignment.pair(k);
    const float fit = 1.0F - static_cast<float>(p.cost) / 1024.0F;
    e.weight += fit;
    e.similarity +=
        fit * static_cast<float>(relaxation.similarity(p.probe, p.reference)) / kSimilarityMax;
    e.pairs += 1.0F;
    probe_paired[p.probe] = true;
    reference_paired[p.reference] = true;
  }
  for (int i = 0; i < probe.count; ++i) {
    if (probe_paired[i] || reference.hull.Contains(alignment.placed(i), kOverlapMargin)) {
      e.probe_overlap += 1.0F;
    }
  }
  for (int j = 0; j < reference.count; ++j) {
    if (reference_paired[j] ||
        probe.hull.Contains(alignment.ToProbe(reference.points[j]), kOverlapMargin)) {
      e.reference_overlap += 1.0F;
    }
  }
  return e;
}

float RawScore(const Evidence& e) {
  if (e.pairs < 1.0F) return 0.0F;
  const float share = e.weight * e.weight / std::sqrt(e.probe_overlap * e.reference_overlap);
  return share + kSimilarityWeight * e.similarity;
}

}  // namespace taanu::compare
