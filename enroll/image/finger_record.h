// What a record of several finger images says of each, before any is decoded.
//
// Internal to enroll/image. Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "enroll/image/bytes.h"
#include "enroll/image/image.h"
#include "matcher/error.h"

namespace taanu::image_internal {

struct RecordImage {
  Bytes data;
  // 8-bit grey pixels without padding, rather than an encoded image.
  bool raw = false;
  // What the record states; the encoded image must agree.
  int64_t width = 0;
  int64_t height = 0;
  std::optional<double> dpi;
  FingerPosition position = FingerPosition::kUnknown;
  uint8_t impression_type = 0;
  // Where in the file its record starts, for messages.
  size_t offset = 0;
};

// The images of single fingers in the record, in its order; slaps and palms are left out, since
// no finger of theirs can be compared before it is cut out. More than kRecordImagesMax are refused.
Result<std::vector<RecordImage>> ListIsoFingerImages(Bytes bytes);
Result<std::vector<RecordImage>> ListAnsiNistImages(Bytes bytes);

// True for the first bytes of an ANSI/NIST-ITL file: the tag of field 1.001.
bool IsAnsiNist(Bytes bytes);

// Positions 0-10 are single fingers; 11 and 12 are the plain thumbs of ANSI/NIST-ITL 1 table 8.
// Empty for anything else.
std::optional<FingerPosition> SingleFinger(uint32_t code);

// Pixels per centimetre in dots per inch. Records hold a rounded number, 197 for 500 dpi, so that
// the scanner classes 500 and 1000 are put back.
double DpiOfPixelsPerCentimetre(double pixels_per_cm);

}  // namespace taanu::image_internal
