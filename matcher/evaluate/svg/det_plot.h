// The detection error trade-off as a picture: FNMR over FMR, both on logarithmic axes.
//
// Source: Martin et al., "The DET curve in assessment of detection task performance", Eurospeech
// 1997; logarithmic axes as ISO/IEC 19795-1:2021 clause 8 shows them for low rates. Thread-safety:
// pure function.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/evaluate/error_rates.h"

namespace taanu::svg {

struct DetSeries {
  std::string name;  // any text; shown with its EER, cut where it is too long
  std::vector<DetPoint> curve;
  double eer = 0;
  // How many comparisons there were, which bounds how low a rate can be shown.
  size_t mated = 0;
  size_t non_mated = 0;
};

// One curve for each of `series`, with its EER marked and a legend. A rate of 0 lies beyond any
// logarithmic axis: a curve ends at its lowest FMR above 0, and runs along the lower edge where its
// FNMR is 0.
std::string DetPlot(std::string_view title, std::span<const DetSeries> series);

}  // namespace taanu::svg
