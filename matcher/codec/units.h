// From the units of a record (pixels, steps of angle) to those of a template, and back.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>

#include "matcher/template.h"

namespace taanu::codec {

inline constexpr int64_t kMicrometresPerCm = 10000;

// The nearest micrometre. `px` is at most 65,535 and `px_per_cm` at least kPxPerCmMin, so that the
// result is below 2^25.
constexpr int32_t PixelsToUm(int32_t px, int32_t px_per_cm) {
  return static_cast<int32_t>((2 * px * kMicrometresPerCm + px_per_cm) / (2 * px_per_cm));
}

// The nearest pixel; `um` is not negative. UmToPixels(PixelsToUm(p, r), r) == p for every r below
// 10,000, because rounding to a micrometre then moves a point by less than half a pixel.
constexpr int64_t UmToPixels(int32_t um, int32_t px_per_cm) {
  return (2 * int64_t{um} * px_per_cm + kMicrometresPerCm) / (2 * kMicrometresPerCm);
}

// An angle in steps of 1/steps of the full circle: 256 in ISO/IEC 19794-2:2005, 180 in ANSI INCITS
// 378-2004. `step` is below `steps`.
constexpr uint16_t StepToAngle(int step, int steps) {
  return static_cast<uint16_t>((step * kFullCircle + steps / 2) / steps);
}

// The nearest step, from 0 to steps - 1.
constexpr int AngleToStep(uint16_t angle, int steps) {
  return (angle * steps + kFullCircle / 2) / kFullCircle % steps;
}

}  // namespace taanu::codec
