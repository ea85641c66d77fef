// The pass over sorted scores that every error rate is read from. Internal to matcher/evaluate.
//
// Thread-safety: pure functions.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "matcher/evaluate/error_rates.h"

namespace taanu::evaluate {

// Calls `visit(threshold, fmr, fnmr)` at each different score from the lowest on, and at infinity.
// `items` are sorted by their member `score`; `is_mated(item)` tells the kind of one, and
// `weight(item)` how often it counts, a whole number, so that rates do not depend on the order of
// summation. Visits nothing where no mated or no non-mated item counts.
template <typename Item, typename IsMated, typename Weight, typename Visit>
void SweepThresholds(std::span<const Item> items, IsMated is_mated, Weight weight, Visit visit) {
  int64_t mated = 0;
  int64_t non_mated = 0;
  for (const Item& item : items) (is_mated(item) ? mated : non_mated) += weight(item);
  if (mated == 0 || non_mated == 0) return;
  int64_t refused_mated = 0;
  int64_t accepted_non_mated = non_mated;
  size_t next = 0;
  const auto report = [&](double threshold) {
    visit(threshold, static_cast<double>(accepted_non_mated) / static_cast<double>(non_mated),
          static_cast<double>(refused_mated) / static_cast<double>(mated));
  };
  while (next < items.size()) {
    const double threshold = items[next].score;
    report(threshold);
    for (; next < items.size() && items[next].score == threshold; ++next) {
      const int64_t w = weight(items[next]);
      if (is_mated(items[next])) {
        refused_mated += w;
      } else {
        accepted_non_mated -= w;
      }
    }
  }
  report(std::numeric_limits<double>::infinity());
}

// Reads the rates off the points of a sweep, given by rising threshold.
class RateReader {
 public:
  void Add(double fmr, double fnmr) {
    if (fmr <= 0.01) rates_.fmr100 = std::min(rates_.fmr100, fnmr);
    if (fmr <= 0.001) rates_.fmr1000 = std::min(rates_.fmr1000, fnmr);
    if (fmr == 0.0) rates_.zero_fmr = std::min(rates_.zero_fmr, fnmr);
    if (!crossed_) {
      const double sum = fmr + fnmr;
      if (fnmr >= fmr) {
        rates_.eer = (sum < before_sum_ || fnmr == fmr ? sum : before_sum_) / 2;
        crossed_ = true;
      }
      before_sum_ = sum;
    }
  }

  // Zeros where nothing was added.
  ErrorRates rates() const { return crossed_ ? rates_ : ErrorRates{}; }

 private:
  ErrorRates rates_{.eer = 0, .fmr100 = 1, .fmr1000 = 1, .zero_fmr = 1};
  double before_sum_ = std::numeric_limits<double>::infinity();
  bool crossed_ = false;
};

}  // namespace taanu::evaluate
