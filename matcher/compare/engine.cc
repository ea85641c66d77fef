#include "matcher/compare/engine.h"

#include <algorithm>
#include <numeric>

#include "matcher/compare/calibration.h"
#include "matcher/compare/parameters.h"

namespace taanu::compare {

Engine::Outcome Engine::Run(const Prepared::Data& probe, const Prepared::Data& reference) {
  Outcome best;
  if (probe.count == 0 || reference.count == 0) return best;
  relaxation_.Run(probe, reference);

  std::array<int16_t, kCandidatesMax> order;
  const int count = relaxation_.count();
  std::iota(order.begin(), order.begin() + count, int16_t{0});
  std::sort(order.begin(), order.begin() + count, [this](int16_t a, int16_t b) {
    const int sa = relaxation_.strength(a);
    const int sb = relaxation_.strength(b);
    return sa != sb ? sa > sb : a < b;
  });
  std::array<bool, kCandidatesMax> explained{};
  std::array<double, kSeedsMax> first{};
  std::array<int, kSeedsMax> rank;
  int seeds = 0;
  for (int o = 0; o < count && seeds < static_cast<int>(kSeeds); ++o) {
    const int seed = order[o];
    if (explained[seed]) continue;
    for (int k = 0; k < relaxation_.neighbour_count(seed); ++k) {
      explained[relaxation_.neighbour(seed, k)] = true;
    }
    Alignment& alignment = alignments_[seeds];
    alignment.Start(probe, reference, relaxation_, seed);
    first[seeds] = RawScore(Gather(probe, reference, relaxation_, alignment));
    rank[seeds] = seeds;
    ++seeds;
  }
  std::sort(rank.begin(), rank.begin() + seeds,
            [&first](int a, int b) { return first[a] != first[b] ? first[a] > first[b] : a < b; });
  for (int k = 0; k < std::min(seeds, static_cast<int>(kRefined)); ++k) {
    Alignment& alignment = alignments_[rank[k]];
    alignment.Refine(probe, reference, relaxation_);
    const Evidence evidence = Gather(probe, reference, relaxation_, alignment);
    const double raw = RawScore(evidence);
    if (best.alignment == nullptr || raw > best.raw) best = {raw, evidence, &alignment};
  }
  return best;
}

double FinalScore(const Engine::Outcome& outcome) {
  return std::min(Calibrate(outcome.raw), kScorePerPair * outcome.evidence.pairs);
}

}  // namespace taanu::compare
