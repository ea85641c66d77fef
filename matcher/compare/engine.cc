#include "matcher/compare/engine.h"

#include <algorithm>
#include <bit>

#include "matcher/compare/calibration.h"
#include "matcher/compare/parameters.h"
#include "matcher/compare/relaxation_kernels.h"
#include "matcher/compare/seed_score.h"

namespace taanu::compare {

int Engine::Start(const Prepared::Data& probe, const Prepared::Data& reference) {
  const int count = relaxation_.count();
  // Of candidates that were chosen or support one that was, and of the padding, below 0.
  std::array<float, kCandidatesMax> left = relaxation_.strengths();
  std::fill(left.begin() + count, left.end(), -1.0F);
  int seeds = 0;
  for (; seeds < kSeeds; ++seeds) {
    const int seed = FirstLargest(left.data());
    if (left[seed] < 0) break;
    left[seed] = -1;
    for (uint64_t related = relaxation_.Related(seed); related != 0; related &= related - 1) {
      left[std::countr_zero(related)] = -1;
    }
    alignments_[seeds].Start(probe, reference, relaxation_, seed);
  }
  return seeds;
}

Engine::Outcome Engine::Run(const Prepared::Data& probe, const Prepared::Data& reference) {
  Outcome best;
  if (probe.count == 0 || reference.count == 0) return best;
  reference.rows.PrefetchRows();
  probe.rows.PrefetchSteps();
  probe.Prefetch();
  reference.Prefetch();
  similarities_.Fill(probe, reference);
  similarities_.Pick();
  relaxation_.Run(probe, reference, similarities_.candidates());
  if (relaxation_.coherence() < kCoherenceMin) return best;

  const int seeds = Start(probe, reference);
  std::array<double, kSeeds> first;
  for (int k = 0; k < seeds; ++k) {
    first[k] = SeedScore(probe, reference, similarities_, &alignments_[k]);
  }
  for (int k = 0; k < std::min(seeds, kRefined); ++k) {
    const auto next = std::max_element(first.begin(), first.begin() + seeds);
    if (*next < kSeedScoreMin) break;
    *next = kSeedNothing;
    Alignment& alignment = alignments_[next - first.begin()];
    alignment.Refine(probe, reference);
    const Evidence evidence = Gather(probe, reference, similarities_, &alignment);
    const double raw = evidence.pairs == 0
                           ? kRawNothing
                           : Standardise(LogOdds(evidence), probe.count, reference.count);
    if (best.alignment == nullptr || raw > best.raw) best = {raw, evidence, &alignment};
  }
  return best;
}

double FinalScore(const Engine::Outcome& outcome) {
  return std::min(Calibrate(outcome.raw), kScorePerPair * outcome.evidence.pairs);
}

}  // namespace taanu::compare
