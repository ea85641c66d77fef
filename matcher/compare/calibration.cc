#include "matcher/compare/calibration.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "matcher/compare/angle_math.h"
#include "matcher/compare/comparator.h"

namespace taanu {
namespace compare {
namespace {

struct Knot {
  double raw;
  double score;
};

// Rising in both columns, from a score of 0 to kScoreMax.
constexpr Knot kKnots[] = {
#include "matcher/compare/calibration_table.inc"
};

constexpr bool Rises() {
  for (size_t k = 1; k < std::size(kKnots); ++k) {
    if (kKnots[k].raw <= kKnots[k - 1].raw || kKnots[k].score < kKnots[k - 1].score) return false;
  }
  return kKnots[0].score == 0.0 && kKnots[std::size(kKnots) - 1].score == kScoreMax;
}
static_assert(Rises(), "the calibration table is not monotone");

// The logarithm of the odds that a share of the non-mated comparisons exceeds.
struct Level {
  double constant;
  double mean;
  double least;

  double At(const PrintSizes& sizes) const {
    return constant + mean * sizes.mean + least * sizes.least;
  }
};

// The lower and the upper one.
constexpr Level kLevels[2] = {
#include "matcher/compare/chance_levels.inc"
};

constexpr int kCountLeast = 8;
constexpr int kCountMost = 100;

}  // namespace

PrintSizes SizesOf(int probe_count, int reference_count) {
  const double a = std::clamp(probe_count, kCountLeast, kCountMost);
  const double b = std::clamp(reference_count, kCountLeast, kCountMost);
  return {LogOf(a * b) / 2, LogOf(std::min(a, b))};
}

double Standardise(double log_odds, int probe_count, int reference_count) {
  const PrintSizes sizes = SizesOf(probe_count, reference_count);
  const double low = kLevels[0].At(sizes);
  const double high = kLevels[1].At(sizes);
  return (log_odds - low) / std::max(high - low, kLevelGapMin);
}

double Calibrate(double raw) {
  if (!(raw > kKnots[0].raw)) return 0.0;
  const Knot* above = std::upper_bound(std::begin(kKnots), std::end(kKnots), raw,
                                       [](double r, const Knot& k) { return r < k.raw; });
  if (above == std::end(kKnots)) return kScoreMax;
  const Knot* below = above - 1;
  return below->score +
         (above->score - below->score) * ((raw - below->raw) / (above->raw - below->raw));
}

}  // namespace compare

double ScoreForFmr(double fmr) {
  if (!(fmr > 0.0)) return kScoreMax;
  return std::clamp(-10.0 * std::log10(fmr), 0.0, kScoreMax);
}

double FmrForScore(double score) {
  return std::pow(10.0, -std::clamp(score, 0.0, kScoreMax) / 10.0);
}

}  // namespace taanu
