// What is measured of a set of prints: error rates with their intervals, and the worst comparisons.
//
// Thread-safety: plain values; the functions use threads of their own and return when all is done.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/evaluate/discard.h"
#include "matcher/evaluate/error_rates.h"
#include "matcher/evaluate/finger_bootstrap.h"
#include "matcher/evaluate/protocol.h"
#include "service/cli/evaluate_sets.h"

namespace taanu::cli {

// The figures of a set, in the order in which they are shown. All are shares.
enum Figure { kEer, kFmr100, kFmr1000, kZeroFmr, kClaimed100, kClaimed1000, kClaimed10000 };
inline constexpr size_t kFigures = 7;
using Figures = std::array<double, kFigures>;

struct FigureText {
  std::string_view word;  // for programs
  std::string_view text;  // for people
};
extern const std::array<FigureText, kFigures> kFigureTexts;

struct Intervals {
  std::array<Interval, kFigures> at90;
  std::array<Interval, kFigures> at95;
};

// One of the comparisons that went worst.
struct WorstPair {
  bool mated = false;
  int rank = 0;  // from 1, the worst of its kind
  ImpressionPair pair;
  double score = 0;
};

struct SetFigures {
  std::string name;
  size_t prints = 0;
  size_t fingers = 0;
  size_t mated = 0;
  size_t non_mated = 0;
  size_t unusable = 0;
  Figures observed{};
  std::vector<Figures> resampled;
  std::vector<DetPoint> curve;
  // The highest non-mated scores, then the lowest mated ones, the worst first.
  std::vector<WorstPair> worst;
  // Of each print the quality of its best view, and its mated comparisons at the threshold that
  // FMR1000 is read at.
  RatedPrints rated;
};

struct MeasureOptions {
  unsigned threads = 1;
  uint64_t seed = 0;
  size_t resamples = 0;
  size_t worst = 0;  // of each kind
};

// Scores all pairs of the set and measures them. Deterministic whatever the number of threads.
// Errors: kBadInput where there is no mated or no non-mated pair.
Result<SetFigures> MeasureSet(const LoadedSet& set, const MeasureOptions& options);

// The percentile intervals of the resampled figures.
Intervals IntervalsOf(const std::vector<Figures>& resampled);

// The mean over sets, figure by figure, and resample by resample: sets are independent.
Figures MeanFigures(const std::vector<SetFigures>& sets);
std::vector<Figures> MeanResampled(const std::vector<SetFigures>& sets);

// The prints of all sets in one, but for the sets whose qualities tell no prints apart.
RatedPrints PoolRated(const std::vector<SetFigures>& sets);

}  // namespace taanu::cli
