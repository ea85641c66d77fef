// What each image format offers the decoder: a header reader that allocates nothing, and a pixel
// reader that is called only once the size in the header has been found acceptable.
//
// Internal to enroll/image. Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "enroll/image/bytes.h"
#include "enroll/image/image.h"
#include "matcher/error.h"

namespace taanu::image_internal {

struct ImageHeader {
  // As the file claims them; not checked against any limit.
  int64_t width = 0;
  int64_t height = 0;
  // What the file states, whether or not it is plausible; empty where it states nothing, or
  // different resolutions in x and y.
  std::optional<double> dpi;
};

// Row-major 8-bit grey, header.width * header.height of them.
using Pixels = std::vector<uint8_t>;

Result<ImageHeader> ReadPngHeader(Bytes bytes);
Result<Pixels> DecodePng(Bytes bytes, const ImageHeader& header);

Result<ImageHeader> ReadBmpHeader(Bytes bytes);
Result<Pixels> DecodeBmp(Bytes bytes, const ImageHeader& header);

Result<ImageHeader> ReadTiffHeader(Bytes bytes);
Result<Pixels> DecodeTiff(Bytes bytes, const ImageHeader& header);

Result<ImageHeader> ReadPgmHeader(Bytes bytes);
Result<Pixels> DecodePgm(Bytes bytes, const ImageHeader& header);

Result<ImageHeader> ReadJpegHeader(Bytes bytes);
Result<Pixels> DecodeJpeg(Bytes bytes, const ImageHeader& header);

Result<ImageHeader> ReadJpeg2000Header(Bytes bytes);
Result<Pixels> DecodeJpeg2000(Bytes bytes, const ImageHeader& header);

Result<ImageHeader> ReadWsqHeader(Bytes bytes);
Result<Pixels> DecodeWsq(Bytes bytes, const ImageHeader& header);

// Decodes by OpenCV to 8-bit grey. Its exceptions end here. The size must come out as the header
// said. `format` is for the message.
Result<Pixels> DecodeByOpenCv(Bytes bytes, const ImageHeader& header, std::string_view format);

// The resolution in dots per inch where both axes state the same within 1 %.
std::optional<double> SameDpi(double x_dpi, double y_dpi);

inline tl::unexpected<Error> Damaged(std::string_view format, size_t offset,
                                     std::string_view what) {
  std::string message(format);
  message += " image, byte " + std::to_string(offset) + ": ";
  message += what;
  message += "; capture or export the image again";
  return Fail(ErrorCode::kBadInput, "BAD_IMAGE", std::move(message));
}

inline tl::unexpected<Error> Unsupported(std::string_view format, std::string_view what) {
  std::string message(format);
  message += " image: ";
  message += what;
  message += " is not read; save it as 8-bit grey PNG";
  return Fail(ErrorCode::kUnsupported, "UNSUPPORTED_IMAGE", std::move(message));
}

}  // namespace taanu::image_internal
