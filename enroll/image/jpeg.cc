// The header of a JPEG (ISO/IEC 10918-1; the resolution from JFIF, ISO/IEC 10918-5).
#include <string_view>

#include "enroll/image/formats.h"

namespace taanu::image_internal {
namespace {

constexpr double kCentimetresPerInch = 2.54;
// Progressive encoders write about ten scans; each costs a pass over the whole image, so that a
// small file with thousands of them would hold a core for hours.
constexpr int kScansMax = 100;

enum Marker : uint8_t {
  kTem = 0x01,
  kSof0 = 0xC0,
  kDht = 0xC4,
  kJpg = 0xC8,
  kDac = 0xCC,
  kSof15 = 0xCF,
  kRst0 = 0xD0,
  kRst7 = 0xD7,
  kSoi = 0xD8,
  kEoi = 0xD9,
  kSos = 0xDA,
  kApp0 = 0xE0,
};

bool IsFrameHeader(uint8_t marker) {
  return marker >= kSof0 && marker <= kSof15 && marker != kDht && marker != kJpg && marker != kDac;
}

// The offset of the 0xFF of the first marker at or after `offset` that ends entropy-coded data.
std::optional<size_t> EndOfScan(Bytes bytes, size_t offset) {
  for (; Has(bytes, offset, 2); ++offset) {
    if (bytes[offset] != 0xFF) continue;
    const uint8_t next = bytes[offset + 1];
    if (next != 0x00 && next != 0xFF && !(next >= kRst0 && next <= kRst7)) return offset;
  }
  return std::nullopt;
}

std::optional<double> JfifDpi(Bytes segment) {
  constexpr std::string_view kIdentifier("JFIF\0", 5);
  if (segment.size() < 12) return std::nullopt;
  if (std::string_view(reinterpret_cast<const char*>(segment.data()), 5) != kIdentifier) {
    return std::nullopt;
  }
  const double x = Be16(segment, 8);
  const double y = Be16(segment, 10);
  switch (segment[7]) {
    case 1:
      return SameDpi(x, y);
    case 2:
      return SameDpi(x * kCentimetresPerInch, y * kCentimetresPerInch);
    default:
      return std::nullopt;  // an aspect ratio only
  }
}

// Walks every marker to the end of the image: a file that is cut short has no EOI.
Result<ImageHeader> Walk(Bytes bytes) {
  ImageHeader header;
  bool framed = false;
  int scans = 0;
  size_t offset = 2;
  while (true) {
    if (!Has(bytes, offset, 2)) return Damaged("JPEG", bytes.size(), "the file is cut short");
    if (bytes[offset] != 0xFF) return Damaged("JPEG", offset, "no marker where one must be");
    const uint8_t marker = bytes[offset + 1];
    if (marker == 0xFF) {  // fill byte
      ++offset;
      continue;
    }
    offset += 2;
    if (marker == kEoi) break;
    if (marker == kTem || (marker >= kRst0 && marker <= kSoi)) {
      return Damaged("JPEG", offset, "a marker out of place");
    }
    if (!Has(bytes, offset, 2)) return Damaged("JPEG", offset, "the file is cut short");
    const size_t length = Be16(bytes, offset);
    if (length < 2 || !Has(bytes, offset, length)) {
      return Damaged("JPEG", offset, "a segment runs past the end");
    }
    const Bytes segment = bytes.subspan(offset + 2, length - 2);
    if (marker == kApp0 && !header.dpi) header.dpi = JfifDpi(segment);
    if (IsFrameHeader(marker)) {
      if (framed) return Unsupported("JPEG", "a hierarchical frame");
      if (segment.size() < 6) return Damaged("JPEG", offset, "a frame header too short");
      if (segment[0] != 8) return Unsupported("JPEG", "a sample depth other than 8 bits");
      framed = true;
      header.height = Be16(segment, 1);
      header.width = Be16(segment, 3);
    }
    offset += length;
    if (marker == kSos) {
      if (!framed) return Damaged("JPEG", offset, "a scan before its frame header");
      if (++scans > kScansMax) return Damaged("JPEG", offset, "more scans than any encoder writes");
      const std::optional<size_t> end = EndOfScan(bytes, offset);
      if (!end) return Damaged("JPEG", bytes.size(), "the file is cut short");
      offset = *end;
    }
  }
  if (scans == 0) return Damaged("JPEG", offset, "no scan");
  return header;
}

}  // namespace

Result<ImageHeader> ReadJpegHeader(Bytes bytes) { return Walk(bytes); }

}  // namespace taanu::image_internal
