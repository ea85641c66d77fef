// Does quality predict errors? The error-versus-discard characteristic: how FNMR falls as the
// prints of the lowest quality are discarded, at a threshold that stays where it is.
//
// Source: Grother, Tabassi, "Performance of biometric quality measures", IEEE PAMI 29(4), 2007,
// section 4; ISO/IEC 29794-1. A mated pair is left while both of its prints are, so it goes by the
// lower of their qualities. Of equal qualities the earlier print is discarded first, so that the
// result is the same on every run. Thread-safety: plain values and pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace taanu {

// A mated comparison of two prints, by their numbers from 0.
struct MatedOutcome {
  uint32_t probe = 0;
  uint32_t reference = 0;
  bool refused = false;  // a false non-match
};

// The prints of a set, or of several, and every mated comparison of them.
struct RatedPrints {
  std::vector<uint8_t> qualities;  // of each print, 0-100, 100 the best
  std::vector<MatedOutcome> mated;
};

// Adds the prints of `set` behind those of `pool`. Each set keeps the outcomes at its own
// threshold.
void AddToPool(const RatedPrints& set, RatedPrints* pool);

// What is left when so many prints were discarded.
struct DiscardPoint {
  size_t discarded = 0;
  size_t mated = 0;
  size_t false_non_matches = 0;

  // 0 where no mated pair is left.
  double fnmr() const {
    return mated == 0 ? 0 : static_cast<double>(false_non_matches) / static_cast<double>(mated);
  }
};

// One point for each number of discarded prints, from none to all. Empty where the qualities are
// all equal, as they are where none was reported: there is no order then to discard in. Outcomes
// name prints that there are.
std::vector<DiscardPoint> DiscardCurve(const RatedPrints& prints);

// What discarding a share of the prints achieves.
struct DiscardFigure {
  size_t false_non_matches = 0;  // of all prints, at least 1
  size_t removed = 0;            // of those
  size_t mated = 0;
  size_t mated_removed = 0;

  double removed_share() const {
    return static_cast<double>(removed) / static_cast<double>(false_non_matches);
  }
  // What prints discarded at random would remove of the false non-matches, nearly.
  double mated_removed_share() const {
    return static_cast<double>(mated_removed) / static_cast<double>(mated);
  }
};

// Of the worst `share`, 0 to 1, of the prints, rounded down to whole prints. Empty where the curve
// is, and where there is no false non-match to be removed.
std::optional<DiscardFigure> DiscardWorst(std::span<const DiscardPoint> curve, double share);

}  // namespace taanu
