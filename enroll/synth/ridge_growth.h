// Ridges, grown over a finger from random spots.
//
// Source: SFinGe's ridge pattern generation (Cappelli, Maio, Maltoni, ICPR 2000): the image is
// filtered at each pixel by the filter of the local orientation and period, again and again, until
// ridges that started at isolated spots meet and fill the finger. Minutiae appear by themselves,
// where ridges that meet do not fit and where lines converge. The first iterations run at 250 dpi,
// which costs a sixth, and the last ones at 500.
//
// Thread-safety: may be called from any thread.
#pragma once

#include <cstdint>

#include "enroll/image/image.h"
#include "enroll/synth/finger_shape.h"

namespace taanu::synth {

// Size of a master in pixels of 500 dpi; the middle of the silhouette is the middle of the master.
inline constexpr int kMasterWidth = 320;
inline constexpr int kMasterHeight = 440;

// The ridge pattern of a finger at 500 dpi, kMasterWidth by kMasterHeight: 1 on the middle of a
// ridge, 255 in the middle of a valley, 255 outside of the silhouette. In exact whole-number
// arithmetic after the filters are chosen.
GrayImage GrowRidges(const FingerShape& shape, uint64_t seed);

}  // namespace taanu::synth
