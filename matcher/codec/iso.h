// A record of ISO/IEC 19794-2:2005 clause 7: 24 bytes of header, then the views.
//
//   0 "FMR\0"   4 " 20\0"   8 length (4)   12 capture equipment (2)   14 the body (body.h)
//
// Thread-safety: pure functions.
#pragma once

#include <span>
#include <vector>

#include "matcher/codec/codec.h"
#include "matcher/codec/identify.h"

namespace taanu::codec {

// `identity` is what Identify() found in `bytes`. Errors: as DecodeTemplate.
Result<DecodedTemplate> DecodeIso(std::span<const uint8_t> bytes, const Identity& identity);

// Errors: as EncodeTemplate.
Result<std::vector<uint8_t>> EncodeIso(const Template& value, const RecordOrigin& origin);

}  // namespace taanu::codec
