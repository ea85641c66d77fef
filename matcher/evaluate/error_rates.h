// Error rates of a comparison algorithm from its scores.
//
// A comparison is accepted where its score is at least the threshold. FMR is the share of non-mated
// comparisons that are accepted, FNMR the share of mated ones that are not (ISO/IEC 19795-1:2021,
// clause 3). Thresholds lie at the scores themselves and above all of them, so that equal scores
// are accepted or refused together.
//
// Thread-safety: pure functions.
#pragma once

#include <vector>

namespace taanu {

// All are shares, 0 to 1.
struct ErrorRates {
  // Where FMR and FNMR meet, by the interval rule of Maio et al., "FVC2000: Fingerprint
  // Verification Competition", IEEE PAMI 24(3), 2002, section 4.2.
  double eer = 0;
  // The lowest FNMR at an FMR of at most 1 %, 0.1 % and 0.
  double fmr100 = 0;
  double fmr1000 = 0;
  double zero_fmr = 0;
};

// Of no mated or no non-mated score every rate is 0. Scores are not NaN.
ErrorRates MeasureErrorRates(const std::vector<double>& mated,
                             const std::vector<double>& non_mated);

// The share of `non_mated` that is at least `threshold`.
double ObservedFmr(const std::vector<double>& non_mated, double threshold);

// One operating point of the detection error trade-off.
struct DetPoint {
  double threshold = 0;  // infinity for the last one, which accepts nothing
  double fmr = 0;
  double fnmr = 0;
};

// The operating points by rising threshold, one at each different score: FMR falls from 1 to 0,
// FNMR rises from 0 to 1. Empty of no mated or no non-mated score.
std::vector<DetPoint> DetCurve(const std::vector<double>& mated,
                               const std::vector<double>& non_mated);

// The lowest threshold of such a curve whose FMR is at most `fmr`, where FNMR is lowest; infinity
// where only accepting nothing keeps it, and of an empty curve.
double ThresholdForFmr(const std::vector<DetPoint>& curve, double fmr);

}  // namespace taanu
