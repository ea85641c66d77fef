// Confidence intervals of error rates by resampling fingers.
//
// The comparisons of one finger depend on each other: a worn finger fails with all of its
// impressions. So fingers are drawn with replacement, not comparisons: a finger drawn m times
// counts m times in mated pairs, and a pair of fingers drawn m and k times m k times in non-mated
// pairs. Two draws of one finger are not compared with each other, since that pair would be mated.
//
// Sources: Bolle, Ratha, Pankanti, "Error analysis of pattern recognition systems: the subsets
// bootstrap", Computer Vision and Image Understanding 93(1), 2004; Efron, Tibshirani, "An
// Introduction to the Bootstrap", 1993, chapter 13 (percentile intervals). Where no error was seen
// in any resample the interval is 0 to 0, which says nothing about how rare errors are.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "matcher/evaluate/error_rates.h"

namespace taanu {

// The score of two impressions, with the numbers of their fingers, from 0; mated where equal.
struct FingerScore {
  double score = 0;
  uint32_t finger_a = 0;
  uint32_t finger_b = 0;

  bool mated() const { return finger_a == finger_b; }
};

// The false match rates whose claim is checked: 1 %, 0.1 % and 0.01 %.
inline constexpr std::array<double, 3> kClaimedFmrs = {0.01, 0.001, 0.0001};

struct Measures {
  ErrorRates rates;
  // The observed FMR at the calibrated threshold of each claimed one (ScoreForFmr).
  std::array<double, kClaimedFmrs.size()> observed_fmr{};
};

// Thread-safety: immutable once made; Resample may be called from several threads at once.
class FingerBootstrap {
 public:
  // Every number of a finger in `scores` is below `finger_count`. Scores are not NaN.
  FingerBootstrap(std::vector<FingerScore> scores, uint32_t finger_count);

  // Over every comparison, each once.
  Measures Observed() const;

  // Over the fingers that draw number `index` gives: the same on every machine and in any order of
  // calls. A draw without a mated or a non-mated pair is drawn again; zeros where there is none to
  // be had.
  Measures Resample(uint64_t seed, uint64_t index) const;

 private:
  Measures Measure(std::span<const uint32_t> finger_weights) const;

  std::vector<FingerScore> scores_;  // rising
  uint32_t finger_count_ = 0;
  bool measurable_ = false;  // there are mated and non-mated scores
};

struct Interval {
  double low = 0;
  double high = 0;
};

// The percentile interval of `confidence`, in (0, 1), of the resampled `values`, with linear
// interpolation between order statistics. Of no value 0 to 0.
Interval PercentileInterval(std::vector<double> values, double confidence);

}  // namespace taanu
