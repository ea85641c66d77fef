// A finger image in memory, and how one is read from encoded bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "matcher/error.h"

namespace taanu {

// Images that are taken, in pixels a side and in dots per inch; others are refused with the reason.
inline constexpr int kImageSideMin = 100;
inline constexpr int kImageSideMax = 2000;
inline constexpr double kDpiMin = 250;
inline constexpr double kDpiMax = 1200;
// The largest encoded image that is read, in bytes.
inline constexpr size_t kImageBytesMax = size_t{16} << 20;

// 8-bit grey, row-major, no padding; ridges dark (0) on a light ground (255).
struct GrayImage {
  int width = 0;
  int height = 0;
  double dpi = 0;  // the same in x and y
  std::vector<uint8_t> pixels;

  uint8_t at(int x, int y) const { return pixels[static_cast<size_t>(y) * width + x]; }
};

enum class ImageFormat { kUnknown, kPng, kBmp, kTiff, kPgm, kJpeg, kJpeg2000, kWsq };
std::string_view ImageFormatName(ImageFormat format);

// Tells the format by the first bytes, never by a file's name.
ImageFormat SniffImageFormat(std::span<const uint8_t> bytes);

// Decodes PNG, BMP, TIFF, PGM, JPEG or JPEG 2000. Colour is turned to grey; an alpha channel is
// dropped. The size is read from the header and checked before any pixel is decoded, so that a
// decompression bomb costs nothing.
//
// `dpi` is used where the file states no plausible resolution; with neither, the image is refused.
//
// Errors: kBadInput (damaged, of a size that is not taken, no resolution), kUnsupported.
// Thread-safety: may be called from any thread.
Result<GrayImage> DecodeImage(std::span<const uint8_t> bytes, std::optional<double> dpi);

// Takes raw 8-bit grey, row-major without padding, under the same limits.
Result<GrayImage> ImageFromRaw(std::span<const uint8_t> pixels, int width, int height, double dpi);

// Encodes as 8-bit grey PNG with its resolution (pHYs). Errors: kInternal.
Result<std::vector<uint8_t>> EncodePng(const GrayImage& image);

}  // namespace taanu
