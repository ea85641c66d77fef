// A finger image in memory, and how one is read from encoded bytes.
//
// Sources: the formats' own standards, each named at the top of its .cc file.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "matcher/error.h"
#include "matcher/template.h"

namespace taanu {

// Images that are taken, in pixels a side and in dots per inch; others are refused with the reason.
inline constexpr int kImageSideMin = 100;
inline constexpr int kImageSideMax = 2000;
inline constexpr double kDpiMin = 250;
inline constexpr double kDpiMax = 1200;
// The largest encoded image that is read, in bytes.
inline constexpr size_t kImageBytesMax = size_t{16} << 20;
// The most images of a record that holds several: ten rolled, ten plain and then some.
inline constexpr size_t kRecordImagesMax = 32;

// 8-bit grey, row-major, no padding; ridges dark (0) on a light ground (255).
struct GrayImage {
  int width = 0;
  int height = 0;
  double dpi = 0;  // the same in x and y
  std::vector<uint8_t> pixels;

  uint8_t at(int x, int y) const { return pixels[static_cast<size_t>(y) * width + x]; }
};

// One image of a record, and which finger the record says it is.
struct FingerImage {
  GrayImage image;
  FingerPosition position = FingerPosition::kUnknown;
  // ISO/IEC 19794-4:2005 table 7 and ANSI/NIST-ITL table 7 agree on these: 0 live-scan plain,
  // 1 live-scan rolled, 2 non-live plain, 3 non-live rolled, 4 and on latent, 8 swipe.
  uint8_t impression_type = 0;
};

enum class ImageFormat {
  kUnknown,
  kPng,
  kBmp,
  kTiff,
  kPgm,
  kJpeg,
  kJpeg2000,
  kWsq,
  kIsoFingerImage,  // ISO/IEC 19794-4:2005 or :2011 or ANSI 381-2004, holds images of other formats
  kAnsiNist,        // ANSI/NIST-ITL in traditional encoding, holds images of other formats
};
std::string_view ImageFormatName(ImageFormat format);

// Tells the format by the first bytes, never by a file's name.
ImageFormat SniffImageFormat(std::span<const uint8_t> bytes);

// Decodes PNG, BMP, TIFF, PGM, JPEG, JPEG 2000 or WSQ, or the one finger image of an ISO/IEC
// 19794-4 or ANSI/NIST-ITL record; a record of several is refused, since which of them is meant is
// unknown. Colour is turned to grey; an alpha channel is dropped. The size is read from the header
// and checked before any pixel is decoded, so that a decompression bomb costs nothing. WSQ comes
// out bit for bit as the FBI's single-precision reference decoder gives it.
//
// `dpi` is used where the file states no plausible resolution; with neither, the image is refused.
// A record's own resolution goes before that of the image in it.
//
// Errors: kBadInput (damaged, of a size that is not taken, no resolution, SEVERAL_FINGERS),
// kUnsupported, kNotFound (a record that holds no image of a single finger).
// Thread-safety: may be called from any thread.
Result<GrayImage> DecodeImage(std::span<const uint8_t> bytes, std::optional<double> dpi);

// Decodes every image of a single finger in a record: raw, WSQ, JPEG, JPEG 2000 or PNG images of
// ISO/IEC 19794-4, and of the Type-4, Type-13 and Type-14 records of ANSI/NIST-ITL. Slaps and
// palms are left out. Any other file gives its one image, of unknown position. Never empty: where
// one image is bad the whole file is refused, naming the image.
//
// `dpi`, errors and thread-safety as in DecodeImage.
Result<std::vector<FingerImage>> DecodeImages(std::span<const uint8_t> bytes,
                                              std::optional<double> dpi);

// The most images of one finger that a record may hold where one finger is asked for: rolled, plain
// and as many again. Each costs an extraction.
inline constexpr size_t kFingerImagesMax = 4;

// Decodes what a file shows of one finger, such as the right thumb of a tenprint card, rolled and
// plain; nothing else of a record is decoded. An image that states no finger, as most do not, is
// taken for any. `position` kUnknown asks for the only finger that there is.
//
// Errors as in DecodeImage, and kBadInput with MIXED_FINGERS (kUnknown of a record of several
// fingers, or of several images that state none), POSITION_MISMATCH (a record of other fingers
// only, which the message names) and TOO_MANY_VIEWS. Thread-safety: may be called from any thread.
Result<std::vector<FingerImage>> DecodeFinger(std::span<const uint8_t> bytes,
                                              std::optional<double> dpi, FingerPosition position);

// Takes raw 8-bit grey, row-major without padding, under the same limits.
Result<GrayImage> ImageFromRaw(std::span<const uint8_t> pixels, int width, int height, double dpi);

// Encodes as 8-bit grey PNG with its resolution (pHYs). Errors: kInternal.
Result<std::vector<uint8_t>> EncodePng(const GrayImage& image);

}  // namespace taanu
