// The error-versus-discard characteristic as a picture: FNMR over the share of the prints that were
// discarded for their low quality, both on linear axes.
//
// Source: that of matcher/evaluate/discard.h. Thread-safety: pure function.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/evaluate/discard.h"

namespace taanu::svg {

struct DiscardSeries {
  std::string name;  // any text; cut where it is too long
  std::vector<DiscardPoint> curve;
  // Drawn thicker: the pool of the other series.
  bool pooled = false;
};

// The share of the prints at which the figure is read, and marked in the plot.
inline constexpr double kDiscardShare = 0.10;

// One curve for each of `series`, to the point where half of the prints are discarded or no mated
// pair is left: beyond that too few are left to say anything. The legend says which share of the
// false non-matches the worst 10 % of the prints take with them, "-" where there is none.
std::string DiscardPlot(std::string_view title, std::span<const DiscardSeries> series);

}  // namespace taanu::svg
