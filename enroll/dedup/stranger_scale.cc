#include "enroll/dedup/stranger_scale.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "matcher/compare/comparator.h"

namespace taanu {
namespace {

// The tail is measured from the highest share of pairs on, down to where one in fifty of them is
// left: few enough to be tail, many enough that chance and a duplicate or two do not matter.
constexpr double kTailShare = 0.005;
constexpr uint64_t kTailLeft = 50;

// What a score's claim falls by: to a tenth in 10.
const double kClaimedFall = 10 / std::log(10.0);

}  // namespace

StrangerScale::StrangerScale(std::vector<double> scores, uint64_t pairs) {
  if (pairs < kPairsLeast) return;
  const auto tail = static_cast<uint64_t>(kTailShare * static_cast<double>(pairs));
  scores.resize(std::max<size_t>(scores.size(), tail), 0);
  std::ranges::sort(scores, std::greater<>());
  pairs_ = pairs;
  score_ = scores[tail - 1];
  rate_ = static_cast<double>(tail) / static_cast<double>(pairs);
  const double upper = scores[std::max<uint64_t>(tail / kTailLeft, 1) - 1];
  fall_ = std::max((upper - score_) / std::log(static_cast<double>(kTailLeft)), kClaimedFall);
}

double StrangerScale::RateOf(double score) const {
  const double claimed = FmrForScore(score);
  if (pairs_ == 0 || score < score_) return claimed;
  return std::max(claimed, rate_ * std::exp((score_ - score) / fall_));
}

double StrangerScale::ScoreAt(double fmr) const {
  const double claimed = ScoreForFmr(fmr);
  if (pairs_ == 0 || fmr >= rate_) return claimed;
  return std::max(claimed, score_ + fall_ * std::log(rate_ / fmr));
}

double StrangerScale::TimesClaimed(double score) const {
  return RateOf(score) / FmrForScore(score);
}

}  // namespace taanu
