// From the logarithm of the odds to score = -10 log10(FMR).
//
// Two steps, both made by `fit_calibration` (tests/accuracy) from non-mated comparisons. Prints of
// many minutiae reach higher by chance than prints of few, so the first step measures the odds
// between two levels, that non-mated comparisons of such counts exceed at fixed rates. The second
// one is a monotone piecewise linear table. Thread-safety: pure functions.
#pragma once

namespace taanu::compare {

// The raw score where there is no pair at all.
inline constexpr double kRawNothing = -100.0;

// The logarithm of the odds beside what prints of these counts reach by chance: 0 and 1 at the
// levels. Monotone in the odds.
double Standardise(double log_odds, int probe_count, int reference_count);

// What the levels depend on: the logarithm of the geometric mean of the counts and of the lower
// one, each within the range that they were fitted on.
struct PrintSizes {
  double mean = 0;
  double least = 0;
};
PrintSizes SizesOf(int probe_count, int reference_count);

// The least that the upper level lies above the lower one.
inline constexpr double kLevelGapMin = 0.5;

// The calibrated score of a raw one, 0 to kScoreMax. Monotone.
double Calibrate(double raw);

}  // namespace taanu::compare
