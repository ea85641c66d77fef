// A view as the gallery keeps it: all that a comparison reads of it, in few bytes.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <vector>

#include "matcher/error.h"
#include "matcher/gallery/descriptor.h"
#include "matcher/template.h"

namespace taanu::gallery {

// The farthest that two minutiae of a view may lie apart along an axis, in micrometres.
inline constexpr int32_t kViewExtentMaxUm = 65'535;

// Where a minutia lies from the upper left corner of the box around all, in micrometres, and its
// direction: no rounding, so that a packed view scores exactly as the view does.
struct Place {
  uint16_t x_um = 0;
  uint16_t y_um = 0;
  uint16_t angle = 0;
};

struct PackedView {
  FingerPosition position = FingerPosition::kUnknown;
  std::vector<Place> places;  // in the order of Prepared, at most kMinutiaeMax
  std::vector<uint8_t> types;
  std::vector<Descriptor> descriptors;
};

// Errors: kUnsupported (VIEW_TOO_LARGE) where the minutiae span more than kViewExtentMaxUm, which
// no finger does.
Result<PackedView> Pack(const FingerView& view);

}  // namespace taanu::gallery
