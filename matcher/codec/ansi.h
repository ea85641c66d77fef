// A record of ANSI INCITS 378-2004 clause 6: 26 bytes of header, or 30, then the views.
//
//   0 "FMR\0"   4 " 20\0"   8 length (2)   10 product (4)   14 capture equipment (2)   16 the body
//   0 "FMR\0"   4 " 20\0"   8 zero (2), length (4)   14 product (4)   18 equipment (2)   20 the
//   body
//
// Thread-safety: pure functions.
#pragma once

#include <span>
#include <vector>

#include "matcher/codec/codec.h"
#include "matcher/codec/identify.h"

namespace taanu::codec {

// `identity` is what Identify() found in `bytes`. Errors: as DecodeTemplate.
Result<DecodedTemplate> DecodeAnsi(std::span<const uint8_t> bytes, const Identity& identity);

// Errors: as EncodeTemplate.
Result<std::vector<uint8_t>> EncodeAnsi(const Template& value, const RecordOrigin& origin);

}  // namespace taanu::codec
