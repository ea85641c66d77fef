#include "matcher/evaluate/finger_bootstrap.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "matcher/compare/comparator.h"
#include "matcher/evaluate/rate_sweep.h"

namespace taanu {
namespace {

// Draws without a mated and a non-mated pair are rare with more than two fingers.
constexpr int kDrawsMax = 100;

// The splitmix64 generator (Steele, Lea, Flood, "Fast splittable pseudorandom number generators",
// OOPSLA 2014): the same numbers with every compiler and standard library.
class Random {
 public:
  explicit Random(uint64_t state) : state_(state) {}

  uint64_t Bits() {
    state_ += 0x9E3779B97F4A7C15u;
    uint64_t x = state_;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
  }

  // In [0, count). The bias is below count / 2^32.
  uint32_t Below(uint32_t count) {
    return static_cast<uint32_t>(((Bits() >> 32) * uint64_t{count}) >> 32);
  }

 private:
  uint64_t state_;
};

}  // namespace

FingerBootstrap::FingerBootstrap(std::vector<FingerScore> scores, uint32_t finger_count)
    : scores_(std::move(scores)), finger_count_(finger_count) {
  std::sort(scores_.begin(), scores_.end(),
            [](const FingerScore& a, const FingerScore& b) { return a.score < b.score; });
  const auto mated =
      std::count_if(scores_.begin(), scores_.end(), [](const FingerScore& s) { return s.mated(); });
  measurable_ = mated > 0 && static_cast<size_t>(mated) < scores_.size();
}

Measures FingerBootstrap::Measure(std::span<const uint32_t> finger_weights) const {
  const auto weight = [&](const FingerScore& s) {
    const int64_t a = finger_weights[s.finger_a];
    return s.mated() ? a : a * finger_weights[s.finger_b];
  };
  evaluate::RateReader reader;
  Measures measures;
  std::array<double, kClaimedFmrs.size()> thresholds{};
  for (size_t i = 0; i < thresholds.size(); ++i) thresholds[i] = ScoreForFmr(kClaimedFmrs[i]);
  // The rate at a claimed threshold is that of the lowest score which reaches it.
  size_t claimed = 0;
  evaluate::SweepThresholds(
      std::span<const FingerScore>(scores_), [](const FingerScore& s) { return s.mated(); }, weight,
      [&](double threshold, double fmr, double fnmr) {
        reader.Add(fmr, fnmr);
        for (; claimed < thresholds.size() && threshold >= thresholds[claimed]; ++claimed) {
          measures.observed_fmr[claimed] = fmr;
        }
      });
  measures.rates = reader.rates();
  return measures;
}

Measures FingerBootstrap::Observed() const {
  return Measure(std::vector<uint32_t>(finger_count_, 1));
}

Measures FingerBootstrap::Resample(uint64_t seed, uint64_t index) const {
  if (!measurable_) return {};
  Random random(Random(seed).Bits() ^ Random(~index).Bits());
  std::vector<uint32_t> weights(finger_count_);
  for (int draw = 0; draw < kDrawsMax; ++draw) {
    std::fill(weights.begin(), weights.end(), 0U);
    for (uint32_t i = 0; i < finger_count_; ++i) ++weights[random.Below(finger_count_)];
    const auto counts = [&](bool mated) {
      return std::any_of(scores_.begin(), scores_.end(), [&](const FingerScore& s) {
        return s.mated() == mated && weights[s.finger_a] > 0 && weights[s.finger_b] > 0;
      });
    };
    if (counts(true) && counts(false)) return Measure(weights);
  }
  return {};
}

Interval PercentileInterval(std::vector<double> values, double confidence) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const auto quantile = [&values](double share) {
    const double at = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<size_t>(std::floor(at));
    const size_t above = std::min(below + 1, values.size() - 1);
    return values[below] + (at - static_cast<double>(below)) * (values[above] - values[below]);
  };
  const double tail = (1 - confidence) / 2;
  return {quantile(tail), quantile(1 - tail)};
}

}  // namespace taanu
