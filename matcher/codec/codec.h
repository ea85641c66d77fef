// Reads and writes finger minutiae records: ISO/IEC 19794-2:2005 and ANSI INCITS 378-2004.
//
// The two share their magic ("FMR\0 20\0") and are told apart by the length field: ISO has four
// bytes there, ANSI two, or six (two of zero, then four) where a record is longer than 65,535
// bytes. With records of at most kTemplateBytesMax no length reads as a plausible one in both.
//
// What a reader tolerates, and nothing else; 3 to 6 each leave a remark with the result:
//  1. "020" as the version where the standards print " 20" (seen in ANSI records of FingerprintIO).
//  2. Non-zero reserved bits and bytes. They carry nothing in these versions; a writer zeroes them.
//  3. At most kTrailingBytesMax bytes after the record: a line end, or the padding of a cipher or
//     a card block. More is taken for a second record or a lie, and refused.
//  4. A length field that is one or two bytes short of a record that ends the input exactly: NIST's
//     file of ISO's worked example (annex C.2) is one byte short, FingerprintIO's ANSI record of
//     2004 two.
//  5. An extended data block of the last view that says it is one or two bytes longer or shorter
//     than what is left of the record: both records of 2004 and 2005 in NIST's libbiomeval do. What
//     it holds is then skipped, for it cannot be told what it was; the minutiae stand before it.
//  6. An ANSI angle of 180 or more: the circle wraps, so that 213 steps of 2 degrees are 66 degrees
//     (seen in FingerprintIO's record of 2004).
//  7. In ISO, extended areas whose length counts their payload alone (as FingerprintIO reads the
//     standard) as well as those whose length counts their own four header bytes (as NIST does):
//     whichever adds up to the length of the block; where both do, NIST's.
//
// Thread-safety: pure functions. Every byte of the input is treated as hostile: a record that lies
// about a length, count or coordinate is refused with the byte offset and the reason, and nothing
// is allocated that the input's size does not bear out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/error.h"
#include "matcher/template.h"

namespace taanu {

enum class TemplateFormat : uint8_t { kIso19794_2_2005, kAnsi378_2004 };
std::string_view TemplateFormatName(TemplateFormat format);

// The largest record that is read or written, in bytes. Telling the formats apart by the length
// field relies on it being below 26 * 65,536: see matcher/codec/identify.h.
inline constexpr size_t kTemplateBytesMax = size_t{1} << 20;

// The most bytes after a record that are ignored: one less than a block of 16.
inline constexpr size_t kTrailingBytesMax = 15;

// The most views in a record (its count is one byte, in both formats), and the largest view number
// (four bits).
inline constexpr int kViewsMax = 255;
inline constexpr int kViewNumberMax = 15;

// 0-3 plain and rolled, live and not; 4-7 latent; 8 swipe; 9 live-scan without contact. The
// standards of 2004 and 2005 print 0-3 and 8; the others have these meanings in ANSI/NIST-ITL and
// in the later editions, and are written into records of the earlier ones. 10-15 have none.
inline constexpr int kImpressionTypeMax = 9;

// Resolutions that are read and written, in pixels per centimetre: 100 to 4,000 dpi. Below it there
// is no ridge to see, above it no sensor; between them, a coordinate survives the way into
// micrometres and back, because a pixel is wider than one of them.
inline constexpr int kPxPerCmMin = 39;
inline constexpr int kPxPerCmMax = 1575;

// What a record says beyond the fingers themselves, kept so that it can be written as it came.
struct RecordOrigin {
  // The format whose layout the extended areas of the template have. Unset: that of the format
  // being written. Where another one is written, only ridge counts and vendors' own areas go with
  // it: cores and deltas have another layout and another unit of angle there, so that their bytes
  // would be misread.
  std::optional<TemplateFormat> format = std::nullopt;
  // CBEFF product identifier: owner in the upper 16 bits, type in the lower ones. ANSI only.
  uint32_t product_id = 0;
  // Capture equipment: certification or compliance (4 bits) and device type (12 bits).
  uint8_t certification = 0;
  uint16_t device_id = 0;
  // ISO only; see point 7 above.
  bool area_length_excludes_header = false;

  friend bool operator==(const RecordOrigin&, const RecordOrigin&) = default;
};

struct DecodedTemplate {
  TemplateFormat format = TemplateFormat::kIso19794_2_2005;
  Template value;
  RecordOrigin origin;
  // For the person who gave the record: what is wrong with it that was tolerated, one line each.
  std::vector<std::string> remarks;
};

// True where the bytes begin as a finger minutiae record does (of any version, also one that
// DecodeTemplate refuses), so that a caller can tell a template from an image.
bool LooksLikeTemplate(std::span<const uint8_t> bytes);

// Errors: kUnsupported (UNSUPPORTED_VERSION: a version that is not read here, which the message
// names); kBadInput for all else, with the byte offset, the field and the cause in the message, and
// as reason NOT_A_TEMPLATE, BAD_VERSION, TOO_LARGE, TRUNCATED, BAD_LENGTH, TRAILING_BYTES,
// BAD_IMAGE_SIZE, BAD_RESOLUTION, BAD_VIEW_COUNT, BAD_FINGER_POSITION, BAD_IMPRESSION_TYPE,
// BAD_QUALITY, BAD_MINUTIA or BAD_EXTENDED_DATA.
Result<DecodedTemplate> DecodeTemplate(std::span<const uint8_t> bytes);

// The canonical record: what DecodeTemplate returned is written byte for byte as it came, but for
// what the reader tolerated in points 1 to 6 above.
//
// Positions are rounded to the nearest pixel of the template's resolution, and angles to the
// nearest unit of the format (1.40625 degrees in ISO, 2 in ANSI). A record has one image size: it
// is the largest of its views; where a view does not say one, the smallest that holds its minutiae.
//
// Errors: kBadInput where the template cannot be expressed in the format (no views, too many views
// or minutiae, a field out of its range, a coordinate outside its view's image or beyond 14 bits at
// the template's resolution, a record above kTemplateBytesMax); the reasons are those above, and
// BAD_EQUIPMENT.
Result<std::vector<uint8_t>> EncodeTemplate(const Template& value, TemplateFormat format,
                                            const RecordOrigin& origin = {});

}  // namespace taanu
