// BMP (Microsoft "Bitmap Storage": BITMAPFILEHEADER, BITMAPCOREHEADER, BITMAPINFOHEADER and later).
#include <cstdlib>

#include "enroll/image/formats.h"

namespace taanu::image_internal {
namespace {

constexpr size_t kInfoOffset = 14;  // after BITMAPFILEHEADER
constexpr double kMetresPerInch = 0.0254;
constexpr uint32_t kUncompressed = 0;
constexpr uint32_t kBitFields = 3;

struct Layout {
  int64_t width = 0;
  int64_t height = 0;  // negative: rows from the top
  uint32_t bits = 0;
  uint32_t compression = kUncompressed;
};

std::optional<Layout> ReadLayout(Bytes bytes) {
  if (!Has(bytes, kInfoOffset, 12)) return std::nullopt;
  const uint32_t info_bytes = Le32(bytes, kInfoOffset);
  Layout layout;
  if (info_bytes == 12) {
    layout.width = Le16(bytes, kInfoOffset + 4);
    layout.height = Le16(bytes, kInfoOffset + 6);
    layout.bits = Le16(bytes, kInfoOffset + 10);
    return layout;
  }
  if (info_bytes < 40 || !Has(bytes, kInfoOffset, 40)) return std::nullopt;
  layout.width = static_cast<int32_t>(Le32(bytes, kInfoOffset + 4));
  layout.height = static_cast<int32_t>(Le32(bytes, kInfoOffset + 8));
  layout.bits = Le16(bytes, kInfoOffset + 14);
  layout.compression = Le32(bytes, kInfoOffset + 16);
  return layout;
}

}  // namespace

Result<ImageHeader> ReadBmpHeader(Bytes bytes) {
  const std::optional<Layout> layout = ReadLayout(bytes);
  if (!layout) return Damaged("BMP", kInfoOffset, "no image header");
  ImageHeader header;
  header.width = layout->width;
  header.height = std::abs(layout->height);
  if (Le32(bytes, kInfoOffset) >= 40) {
    header.dpi = SameDpi(Le32(bytes, kInfoOffset + 24) * kMetresPerInch,
                         Le32(bytes, kInfoOffset + 28) * kMetresPerInch);
  }
  return header;
}

Result<Pixels> DecodeBmp(Bytes bytes, const ImageHeader& header) {
  const std::optional<Layout> layout = ReadLayout(bytes);
  if (!layout) return Damaged("BMP", kInfoOffset, "no image header");
  if (layout->compression != kUncompressed && layout->compression != kBitFields) {
    return Unsupported("BMP", "run-length or embedded compression");
  }
  const uint32_t bits = layout->bits;
  if (bits != 1 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32) {
    return Damaged("BMP", kInfoOffset + 14, "an impossible number of bits a pixel");
  }
  if (bits <= 8 && Le32(bytes, kInfoOffset) >= 40 && Le32(bytes, kInfoOffset + 32) > 1U << bits) {
    return Damaged("BMP", kInfoOffset + 32, "more colours than its pixels can name");
  }
  // The header, and after it 3 bytes a colour in the oldest kind, 4 in all others.
  const size_t info_bytes = Le32(bytes, kInfoOffset);
  const size_t colours = bits <= 8 ? size_t{1} << bits : 0;
  if (!Has(bytes, kInfoOffset, info_bytes) ||
      !Has(bytes, kInfoOffset + info_bytes, colours * (info_bytes == 12 ? 3 : 4))) {
    return Damaged("BMP", kInfoOffset, "its colours run past the end");
  }
  const size_t pixels_offset = Le32(bytes, 10);
  const size_t stride = (static_cast<size_t>(header.width) * bits + 31) / 32 * 4;
  if (!Has(bytes, pixels_offset, stride * static_cast<size_t>(header.height))) {
    return Damaged("BMP", bytes.size(), "the file is cut short");
  }
  return DecodeByOpenCv(bytes, header, "BMP");
}

}  // namespace taanu::image_internal
