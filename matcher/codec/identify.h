// Tells which record it is from its first bytes: magic, version and length field.
//
//   offset  bytes  ISO/IEC 19794-2:2005       ANSI INCITS 378-2004
//   0       4      "FMR\0"                    "FMR\0"
//   4       4      " 20\0"                    " 20\0"
//   8       4      length                     length in 2 bytes (8-9), not 0; or 0 in 2 bytes and
//                                             the length, above 65,535, in the next 4 (10-13)
//
// Let `high` be the number in bytes 8-9 and `low` that in bytes 10-11. No record is longer than
// kTemplateBytesMax, which is 16 * 65,536, nor shorter than 30 bytes. So:
//   high 1-16        ISO, longer than 65,535 bytes   (as ANSI, its length could hold no header)
//   high above 16    ANSI, short form                (as ISO, it would be longer than the limit)
//   high 0, low 1-16 ANSI, long form                 (as ISO, its length could hold no header)
//   else             ISO
// Whichever it is, its length is then checked against what is there.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "matcher/codec/codec.h"

namespace taanu::codec {

inline constexpr size_t kLengthOffset = 8;

struct Identity {
  TemplateFormat format = TemplateFormat::kIso19794_2_2005;
  // What the length field says; not above kTemplateBytesMax, and not yet compared with the input.
  size_t length = 0;
  // Where the header goes on after the length field.
  size_t offset = 0;
};

// Errors: as DecodeTemplate.
Result<Identity> Identify(std::span<const uint8_t> bytes);

}  // namespace taanu::codec
