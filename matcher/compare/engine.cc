#include "matcher/compare/engine.h"

#include <algorithm>

#include "matcher/compare/calibration.h"
#include "matcher/compare/parameters.h"
#include "matcher/compare/seed_score.h"

namespace taanu::compare {

int Engine::Start(const Prepared::Data& probe, const Prepared::Data& reference) {
  const int count = relaxation_.count();
  std::array<float, kCandidatesMax> left;
  for (int a = 0; a < count; ++a) left[a] = relaxation_.strength(a);
  int seeds = 0;
  for (; seeds < kSeeds; ++seeds) {
    const auto most = std::max_element(left.begin(), left.begin() + count);
    if (most == left.begin() + count || *most < 0) break;
    const auto seed = static_cast<int>(most - left.begin());
    *most = -1;
    for (int a = 0; a < count; ++a) {
      if (relaxation_.support(seed, a) > 0) left[a] = -1;
    }
    alignments_[seeds].Start(probe, reference, relaxation_, seed);
  }
  return seeds;
}

Engine::Outcome Engine::Run(const Prepared::Data& probe, const Prepared::Data& reference) {
  Outcome best;
  if (probe.count == 0 || reference.count == 0) return best;
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
