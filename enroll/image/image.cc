#include "enroll/image/image.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>

#include "enroll/image/formats.h"

namespace taanu {
namespace image_internal {

std::optional<double> SameDpi(double x_dpi, double y_dpi) {
  if (!(x_dpi > 0) || std::abs(x_dpi - y_dpi) > 0.01 * x_dpi) return std::nullopt;
  return x_dpi;
}

}  // namespace image_internal

namespace {

using image_internal::Bytes;
using image_internal::ImageHeader;
using image_internal::Pixels;

struct Codec {
  ImageFormat format;
  std::string_view name;
  std::string_view magic;
  Result<ImageHeader> (*read_header)(Bytes);
  Result<Pixels> (*decode)(Bytes, const ImageHeader&);
};

// A bare JPEG 2000 codestream begins with SOC and SIZ, a JP2 file with its signature box.
constexpr Codec kCodecs[] = {
    {ImageFormat::kPng, "PNG", std::string_view("\x89PNG\r\n\x1a\n", 8),
     image_internal::ReadPngHeader, image_internal::DecodePng},
    {ImageFormat::kBmp, "BMP", std::string_view("BM", 2), image_internal::ReadBmpHeader,
     image_internal::DecodeBmp},
    {ImageFormat::kTiff, "TIFF", std::string_view("II*\0", 4), image_internal::ReadTiffHeader,
     image_internal::DecodeTiff},
    {ImageFormat::kTiff, "TIFF", std::string_view("MM\0*", 4), image_internal::ReadTiffHeader,
     image_internal::DecodeTiff},
    {ImageFormat::kPgm, "PGM", std::string_view("P5", 2), image_internal::ReadPgmHeader,
     image_internal::DecodePgm},
    {ImageFormat::kPgm, "PGM", std::string_view("P2", 2), image_internal::ReadPgmHeader,
     image_internal::DecodePgm},
    {ImageFormat::kJpeg, "JPEG", std::string_view("\xFF\xD8\xFF", 3),
     image_internal::ReadJpegHeader, image_internal::DecodeJpeg},
    {ImageFormat::kJpeg2000, "JPEG 2000", std::string_view("\0\0\0\x0CjP  \r\n\x87\n", 12),
     image_internal::ReadJpeg2000Header, image_internal::DecodeJpeg2000},
    {ImageFormat::kJpeg2000, "JPEG 2000", std::string_view("\xFF\x4F\xFF\x51", 4),
     image_internal::ReadJpeg2000Header, image_internal::DecodeJpeg2000},
    {ImageFormat::kWsq, "WSQ", std::string_view("\xFF\xA0\xFF", 3), image_internal::ReadWsqHeader,
     image_internal::DecodeWsq},
};

const Codec* FindCodec(Bytes bytes) {
  for (const Codec& codec : kCodecs) {
    if (bytes.size() < codec.magic.size()) continue;
    if (std::memcmp(bytes.data(), codec.magic.data(), codec.magic.size()) != 0) continue;
    // PGM's magic is two letters of any text; the format demands whitespace or a comment next.
    if (codec.format == ImageFormat::kPgm &&
        (bytes.size() < 3 || std::strchr(" \t\r\n\v\f#", bytes[2]) == nullptr || bytes[2] == 0)) {
      continue;
    }
    return &codec;
  }
  return nullptr;
}

Status CheckSize(int64_t width, int64_t height) {
  if (width >= kImageSideMin && width <= kImageSideMax && height >= kImageSideMin &&
      height <= kImageSideMax) {
    return {};
  }
  return Fail(ErrorCode::kBadInput, "BAD_IMAGE_SIZE",
              "the image is " + std::to_string(width) + " x " + std::to_string(height) +
                  " pixels; each side must be " + std::to_string(kImageSideMin) + " to " +
                  std::to_string(kImageSideMax));
}

bool Plausible(double dpi) { return dpi >= kDpiMin && dpi <= kDpiMax; }

Status CheckDpi(double dpi) {
  if (Plausible(dpi)) return {};
  char message[120];
  std::snprintf(message, sizeof message, "a resolution of %g dpi was given; it must be %g to %g",
                dpi, kDpiMin, kDpiMax);
  return Fail(ErrorCode::kBadInput, "BAD_RESOLUTION", message);
}

}  // namespace

std::string_view ImageFormatName(ImageFormat format) {
  for (const Codec& codec : kCodecs) {
    if (codec.format == format) return codec.name;
  }
  return "unknown";
}

ImageFormat SniffImageFormat(std::span<const uint8_t> bytes) {
  const Codec* codec = FindCodec(bytes);
  return codec == nullptr ? ImageFormat::kUnknown : codec->format;
}

Result<GrayImage> DecodeImage(std::span<const uint8_t> bytes, std::optional<double> dpi) {
  if (bytes.size() > kImageBytesMax) {
    return Fail(ErrorCode::kBadInput, "IMAGE_TOO_LARGE",
                "the image has " + std::to_string(bytes.size()) + " bytes; at most " +
                    std::to_string(kImageBytesMax) + " are read");
  }
  const Codec* codec = FindCodec(bytes);
  if (codec == nullptr) {
    return Fail(
        ErrorCode::kUnsupported, "UNKNOWN_IMAGE_FORMAT",
        "not an image of a kind that is read; give PNG, BMP, TIFF, PGM, JPEG, JPEG 2000 or WSQ");
  }
  TAANU_ASSIGN_OR_RETURN(const ImageHeader header, codec->read_header(bytes));
  TAANU_RETURN_IF_ERROR(CheckSize(header.width, header.height));
  GrayImage image;
  image.width = static_cast<int>(header.width);
  image.height = static_cast<int>(header.height);
  // Many programs write 72 or 96 dpi into every file, so what is not plausible counts as unstated.
  if (header.dpi && Plausible(*header.dpi)) {
    image.dpi = *header.dpi;
  } else if (dpi) {
    TAANU_RETURN_IF_ERROR(CheckDpi(*dpi));
    image.dpi = *dpi;
  } else {
    return Fail(ErrorCode::kBadInput, "NO_RESOLUTION",
                std::string(codec->name) +
                    " image that states no plausible resolution; give the scanner's dpi");
  }
  TAANU_ASSIGN_OR_RETURN(image.pixels, codec->decode(bytes, header));
  return image;
}

Result<GrayImage> ImageFromRaw(std::span<const uint8_t> pixels, int width, int height, double dpi) {
  TAANU_RETURN_IF_ERROR(CheckSize(width, height));
  TAANU_RETURN_IF_ERROR(CheckDpi(dpi));
  const size_t expected = static_cast<size_t>(width) * static_cast<size_t>(height);
  if (pixels.size() != expected) {
    return Fail(ErrorCode::kBadInput, "BAD_IMAGE",
                "raw image of " + std::to_string(pixels.size()) + " bytes; " +
                    std::to_string(width) + " x " + std::to_string(height) + " pixels need " +
                    std::to_string(expected));
  }
  return GrayImage{width, height, dpi, {pixels.begin(), pixels.end()}};
}

}  // namespace taanu
