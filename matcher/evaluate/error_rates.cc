#include "matcher/evaluate/error_rates.h"

#include <algorithm>
#include <limits>

#include "matcher/evaluate/rate_sweep.h"

namespace taanu {
namespace {

struct Scored {
  double score = 0;
  bool mated = false;
};

// Calls `visit(threshold, fmr, fnmr)` by rising threshold.
template <typename Visit>
void Sweep(const std::vector<double>& mated, const std::vector<double>& non_mated, Visit visit) {
  std::vector<Scored> all;
  all.reserve(mated.size() + non_mated.size());
  for (const double score : mated) all.push_back({score, true});
  for (const double score : non_mated) all.push_back({score, false});
  std::sort(all.begin(), all.end(),
            [](const Scored& a, const Scored& b) { return a.score < b.score; });
  evaluate::SweepThresholds(
      std::span<const Scored>(all), [](const Scored& s) { return s.mated; },
      [](const Scored&) { return int64_t{1}; }, visit);
}

}  // namespace

ErrorRates MeasureErrorRates(const std::vector<double>& mated,
                             const std::vector<double>& non_mated) {
  evaluate::RateReader reader;
  Sweep(mated, non_mated, [&](double, double fmr, double fnmr) { reader.Add(fmr, fnmr); });
  return reader.rates();
}

double ObservedFmr(const std::vector<double>& non_mated, double threshold) {
  if (non_mated.empty()) return 0;
  const auto accepted = std::count_if(non_mated.begin(), non_mated.end(),
                                      [threshold](double s) { return s >= threshold; });
  return static_cast<double>(accepted) / static_cast<double>(non_mated.size());
}

std::vector<DetPoint> DetCurve(const std::vector<double>& mated,
                               const std::vector<double>& non_mated) {
  std::vector<DetPoint> curve;
  Sweep(mated, non_mated, [&curve](double threshold, double fmr, double fnmr) {
    curve.push_back({threshold, fmr, fnmr});
  });
  return curve;
}

double ThresholdForFmr(const std::vector<DetPoint>& curve, double fmr) {
  const auto found =
      std::find_if(curve.begin(), curve.end(), [fmr](const DetPoint& p) { return p.fmr <= fmr; });
  return found == curve.end() ? std::numeric_limits<double>::infinity() : found->threshold;
}

}  // namespace taanu
