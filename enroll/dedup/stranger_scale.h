// How alike strangers are in one register.
//
// A score says how rarely strangers reach it, on the prints that it was calibrated with. Prints of
// another sensor, or of a population that is more alike, may reach it more often, and a search of
// everybody against everybody asks for false match rates at which that matters most. But nearly all
// pairs of a register are of strangers, so it can be asked itself: the scores of a sample of them
// are measured, and beyond what was measured their tail is taken to fall exponentially, which is
// what tails of maxima do (Coles, "An Introduction to Statistical Modeling of Extreme Values",
// 2001, section 4). Where that asks for more than the score claims, it stands; it never asks for
// less.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <vector>

namespace taanu {

class StrangerScale {
 public:
  // As the scores claim.
  StrangerScale() = default;
  // By scores of `pairs` pairs of strangers, of which those not given are 0. Fewer than kPairsLeast
  // say nothing. A few of the highest may be of one person after all: they do not matter.
  StrangerScale(std::vector<double> scores, uint64_t pairs);

  static constexpr uint64_t kPairsLeast = 20'000;

  // Pairs that it rests on, 0 where it is as the scores claim.
  uint64_t pairs() const { return pairs_; }
  // The score that strangers reach at that rate, 0 to 1; at least ScoreForFmr(fmr).
  double ScoreAt(double fmr) const;
  // How often strangers reach a score, as a multiple of what it claims; 1 at least.
  double TimesClaimed(double score) const;

 private:
  double RateOf(double score) const;

  uint64_t pairs_ = 0;
  // Strangers reach `score_` at `rate_`, and each `fall_` more e times less often.
  double score_ = 0;
  double rate_ = 0;
  double fall_ = 0;
};

}  // namespace taanu
