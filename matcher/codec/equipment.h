// The two bytes on the capture equipment: certification (4 bits) and device type (12 bits).
//
// Source: ISO/IEC 19794-2:2005 clauses 7.3.5 and 7.3.6, ANSI INCITS 378-2004 clause 6.4.6.
// Thread-safety: pure functions.
#pragma once

#include <string>

#include "matcher/codec/byte_reader.h"
#include "matcher/codec/byte_writer.h"
#include "matcher/codec/codec.h"

namespace taanu::codec {

inline Status ReadEquipment(ByteReader& in, RecordOrigin& origin) {
  TAANU_ASSIGN_OR_RETURN(const uint16_t packed, in.U16("capture equipment"));
  origin.certification = static_cast<uint8_t>(packed >> 12);
  origin.device_id = packed & 0x0fff;
  return {};
}

inline Status WriteEquipment(const RecordOrigin& origin, ByteWriter& out) {
  if (origin.certification > 0x0f || origin.device_id > 0x0fff) {
    return FailAt("BAD_EQUIPMENT", out.size(), {}, "capture equipment",
                  "the certification does not fit 4 bits, or the device type 12");
  }
  out.U16(static_cast<uint32_t>(origin.certification << 12 | origin.device_id));
  return {};
}

}  // namespace taanu::codec
