// A finger's view as bytes, before it is sealed: exact, in the units that it has in memory.
//
// ISO/IEC 19794-2 is not used here, because its pixels would round the micrometres of a view that
// came from another resolution. Version 1, little-endian:
//
//   version u8 = 1 | position u8 | view u8 | impression u8 | quality u8
//   width_um i32 | height_um i32
//   minutiae u8, each: x_um i32 | y_um i32 | angle u16 | type u8 | quality u8
//   extended areas u16, each: type u16 | size u32 | payload
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "matcher/error.h"
#include "matcher/template.h"

namespace taanu {

// Extended data of one view at most, as bytes with their headers; ISO/IEC 19794-2:2005 clause 8.4
// gives the block a length of 16 bits.
inline constexpr size_t kExtendedBytesMax = 65535;

// Errors: kBadInput (BAD_FINGER_VIEW) for more minutiae or extended data, or a position, type or
// quality, than the format holds.
Result<std::vector<uint8_t>> EncodeFingerView(const FingerView& view);

// Takes exactly what EncodeFingerView gives. Errors: kBadInput (BAD_FINGER_VIEW), kUnsupported
// (NEWER_FINGER_VIEW).
Result<FingerView> DecodeFingerView(std::span<const uint8_t> bytes);

}  // namespace taanu
