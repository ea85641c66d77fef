#include "tests/accuracy/error_rates.h"

#include <algorithm>
#include <limits>

namespace taanu::accuracy {

ErrorRates MeasureErrorRates(std::vector<double> mated, std::vector<double> non_mated) {
  ErrorRates rates;
  if (mated.empty() || non_mated.empty()) return rates;
  std::sort(mated.begin(), mated.end());
  std::sort(non_mated.begin(), non_mated.end());
  std::vector<double> thresholds = mated;
  thresholds.insert(thresholds.end(), non_mated.begin(), non_mated.end());
  thresholds.push_back(std::numeric_limits<double>::infinity());
  std::sort(thresholds.begin(), thresholds.end());
  thresholds.erase(std::unique(thresholds.begin(), thresholds.end()), thresholds.end());

  rates.fmr100 = rates.fmr1000 = rates.zero_fmr = 1.0;
  size_t refused_mated = 0;
  size_t refused_non_mated = 0;
  double before_sum = 0;
  bool crossed = false;
  bool first = true;
  for (const double t : thresholds) {
    while (refused_mated < mated.size() && mated[refused_mated] < t) ++refused_mated;
    while (refused_non_mated < non_mated.size() && non_mated[refused_non_mated] < t) {
      ++refused_non_mated;
    }
    const double fnmr = static_cast<double>(refused_mated) / static_cast<double>(mated.size());
    const double fmr = static_cast<double>(non_mated.size() - refused_non_mated) /
                       static_cast<double>(non_mated.size());
    if (fmr <= 0.01) rates.fmr100 = std::min(rates.fmr100, fnmr);
    if (fmr <= 0.001) rates.fmr1000 = std::min(rates.fmr1000, fnmr);
    if (fmr == 0.0) rates.zero_fmr = std::min(rates.zero_fmr, fnmr);
    if (!crossed) {
      const double sum = fmr + fnmr;
      if (fnmr >= fmr) {
        rates.eer = (first || sum < before_sum || fnmr == fmr ? sum : before_sum) / 2;
        crossed = true;
      }
      before_sum = sum;
      first = false;
    }
  }
  return rates;
}

double ObservedFmr(const std::vector<double>& non_mated, double threshold) {
  if (non_mated.empty()) return 0;
  const auto accepted = std::count_if(non_mated.begin(), non_mated.end(),
                                      [threshold](double s) { return s >= threshold; });
  return static_cast<double>(accepted) / static_cast<double>(non_mated.size());
}

}  // namespace taanu::accuracy
