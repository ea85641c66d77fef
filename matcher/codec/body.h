// What the two formats have in common: the image's size and resolution, then the views.
//
//   2  image width, pixels           each view:  1  finger position
//   2  image height, pixels                      1  view number (4 bits), impression type (4 bits)
//   2  pixels per cm along x                     1  quality, 0-100
//   2  pixels per cm along y                     1  count of minutiae
//   1  count of views                            6  each minutia: 2 type (2 bits) and x (14 bits),
//   1  reserved                                     2 reserved (2 bits) and y (14 bits), 1 angle,
//                                                   1 quality, 0-100 (0 is "not reported")
//                                                n  extended data (extended.h)
//
// The formats differ in the step of an angle alone.
//
// Source: ISO/IEC 19794-2:2005 clauses 7.3.7 to 7.5, ANSI INCITS 378-2004 clauses 6.4.7 to 6.6.
// Thread-safety: pure functions.
#pragma once

#include "matcher/codec/byte_reader.h"
#include "matcher/codec/byte_writer.h"
#include "matcher/codec/codec.h"
#include "matcher/codec/extended.h"
#include "matcher/template.h"

namespace taanu::codec {

struct Dialect {
  int angle_steps = 256;  // to the full circle
  AreaLength area_length = AreaLength::kWithHeader;
};

// The bytes of the smallest body: one view with neither minutiae nor extended data.
inline constexpr size_t kBodyBytesMin = 10 + 4 + 2;

// How the extended data of the last view are read: as every other's, or skipped up to the end of
// the record, where they miss it by a little (codec.h, point 5).
enum class LastBlock : uint8_t { kRead, kSkipped };

// Reads the body from in.offset() into decoded.value, and adds remarks; where it ended is then
// in.offset(). Errors: as DecodeTemplate.
Status ReadBody(ByteReader& in, const Dialect& dialect, LastBlock last_block,
                DecodedTemplate& decoded);

// Errors: as EncodeTemplate; the offset in their messages is that in the record begun in `out`.
Status WriteBody(const Template& value, const Dialect& dialect, ByteWriter& out);

}  // namespace taanu::codec
