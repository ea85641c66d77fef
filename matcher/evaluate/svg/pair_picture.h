// A picture of one comparison: both prints side by side, with the minutiae that were matched.
//
// It is personal data: minutiae can be turned back into a print, and with the images it is the
// print. Thread-safety: pure function.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "matcher/compare/comparator.h"
#include "matcher/template.h"

namespace taanu::svg {

struct PrintPicture {
  std::string name;  // any text
  const FingerView* view = nullptr;
  // The print itself as a PNG of the size that `view` states, drawn beneath; empty for none.
  std::span<const uint8_t> png;
};

// `pairs` index the minutiae of both views; one out of range is left out. Matched minutiae are
// coloured and joined by lines, the others grey. A ridge ending is a circle, a bifurcation a
// square, one of unknown type a diamond; its tail shows the direction.
std::string PairPicture(std::string_view title, const PrintPicture& probe,
                        const PrintPicture& reference, std::span<const MinutiaPair> pairs);

}  // namespace taanu::svg
