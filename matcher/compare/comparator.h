// The 1:1 minutiae comparator.
//
// A comparison score is calibrated: score = -10 log10(FMR), so 40 means that
// one non-mated comparison in 10,000 scores as high. Scores are symmetric
// enough to be used either way, but probe and reference are told apart.
//
// Thread-safety: Prepared is immutable and may be shared; a Comparator holds
// scratch memory and belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "matcher/error.h"
#include "matcher/template.h"

namespace taanu {

// Names the comparator together with its calibration. It changes whenever any
// score can change.
std::string_view AlgorithmVersion();

// The threshold, on the scale of the scores, of a false match rate in (0, 1].
double ScoreForFmr(double fmr);
double FmrForScore(double score);

// The highest score that is ever given.
inline constexpr double kScoreMax = 120.0;

// A view made ready for comparison: everything that depends on one side only.
class Prepared {
 public:
  // Never fails: a view of 0 to kMinutiaeMax minutiae anywhere is accepted,
  // more are cut to the best kMinutiaeMax.
  explicit Prepared(const FingerView& view);
  ~Prepared();
  Prepared(Prepared&&) noexcept;
  Prepared& operator=(Prepared&&) noexcept;
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;

  struct Data;
  const Data& data() const { return *data_; }

 private:
  std::unique_ptr<const Data> data_;
};

// Two minutiae that the comparison found to correspond, as indices into the
// views' minutiae.
struct MinutiaPair {
  uint16_t probe = 0;
  uint16_t reference = 0;
};

class Comparator {
 public:
  Comparator();
  ~Comparator();
  Comparator(const Comparator&) = delete;
  Comparator& operator=(const Comparator&) = delete;

  // The calibrated score, 0 to kScoreMax. Deterministic, in bounded time, never
  // fails; nothing is allocated.
  double Compare(const Prepared& probe, const Prepared& reference);

  // The same score, and which minutiae were found to correspond. Allocates only
  // where `pairs` has no room for them, of which there are at most kMinutiaeMax.
  double Explain(const Prepared& probe, const Prepared& reference, std::vector<MinutiaPair>* pairs);

 private:
  struct Scratch;
  std::unique_ptr<Scratch> scratch_;
};

}  // namespace taanu
