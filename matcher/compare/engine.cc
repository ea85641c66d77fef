#include "matcher/compare/engine.h"

#include <algorithm>

#include "matcher/compare/calibration.h"
#include "matcher/compare/parameters.h"

namespace taanu::compare {

Engine::Outcome Engine::Run(const Prepared::Data& probe, const Prepared::Data& reference) {
  Outcome best;
  if (probe.count == 0 || reference.count == 0) return best;
  relaxation_.Run(probe, reference);

  // The strongest candidates, none of which supports another.
  const int count = relaxation_.count();
  std::array<int, kCandidatesMax> left;
  for (int a = 0; a < count; ++a) left[a] = relaxation_.strength(a);
  std::array<double, kSeedsMax> first{};
  std::array<int, kSeedsMax> rank;
  int seeds = 0;
  for (; seeds < static_cast<int>(kSeeds); ++seeds) {
    const int most = *std::max_element(left.begin(), left.begin() + count);
    if (most < 0) break;
    const auto seed =
        static_cast<int>(std::find(left.begin(), left.begin() + count, most) - left.begin());
    left[seed] = -1;
    for (int k = 0; k < relaxation_.neighbour_count(seed); ++k) {
      left[relaxation_.neighbour(seed, k)] = -1;
    }
    Alignment& alignment = alignments_[seeds];
    alignment.Start(probe, reference, relaxation_, seed);
    first[seeds] = RawScore(Gather(probe, reference, relaxation_, &alignment));
    rank[seeds] = seeds;
  }
  std::sort(rank.begin(), rank.begin() + seeds,
            [&first](int a, int b) { return first[a] != first[b] ? first[a] > first[b] : a < b; });
  for (int k = 0; k < std::min(seeds, static_cast<int>(kRefined)); ++k) {
    Alignment& alignment = alignments_[rank[k]];
    alignment.Refine(probe, reference);
    const Evidence evidence = Gather(probe, reference, relaxation_, &alignment);
    const double raw = RawScore(evidence);
    if (best.alignment == nullptr || raw > best.raw) best = {raw, evidence, &alignment};
  }
  return best;
}

double FinalScore(const Engine::Outcome& outcome) {
  return std::min(Calibrate(outcome.raw), kScorePerPair * outcome.evidence.pairs);
}

}  // namespace taanu::compare
