// The extended data block that ends each view: areas of a type and a payload, kept as they are.
//
//   2 bytes        length of all areas together, 0 where there are none
//   each area:  2  type: 1 ridge counts, 2 cores and deltas, 3 zonal quality (ISO), from 256 a
//                  vendor's own
//               2  length
//               n  payload
//
// Source: ISO/IEC 19794-2:2005 clause 7.5, ANSI INCITS 378-2004 clause 6.6.
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <vector>

#include "matcher/codec/byte_reader.h"
#include "matcher/codec/byte_writer.h"
#include "matcher/template.h"

namespace taanu::codec {

// What the length of an area counts; codec.h, point 7, says why there are two.
enum class AreaLength : uint8_t { kWithHeader, kPayloadAlone };

// Errors: TRUNCATED, BAD_EXTENDED_DATA.
Result<std::vector<ExtendedData>> ReadExtended(ByteReader& in, AreaLength counts);

// Skips the block that ends the record, and says 1 or 2 bytes more or fewer than are left of it.
// Errors: TRUNCATED; BAD_EXTENDED_DATA where it is not such a block.
Status SkipMisstatedExtended(ByteReader& in);

// Writes the block for view `view` (from 1, for messages). Errors: BAD_EXTENDED_DATA where an area
// or the block does not fit 16 bits, or an area cannot be told from a malformed one.
Status WriteExtended(const std::vector<ExtendedData>& areas, AreaLength counts, int view,
                     ByteWriter& out);

// The areas whose bytes mean the same in ISO and in ANSI: ridge counts, and what is a vendor's own.
std::vector<ExtendedData> PortableAreas(const std::vector<ExtendedData>& areas);

}  // namespace taanu::codec
