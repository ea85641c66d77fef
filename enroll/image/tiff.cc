// TIFF 6.0 (Adobe, 1992): the first image of the file.
//
// Uncompressed images, which is what fingerprint databases hold, are decoded here. Compressed ones
// go through OpenCV, after every strip or tile has been found to lie within the file and to be of
// a bounded size.
#include <algorithm>
#include <array>

#include "enroll/image/formats.h"

namespace taanu::image_internal {
namespace {

constexpr double kCentimetresPerInch = 2.54;
constexpr uint32_t kEntriesMax = 1024;
// A strip or tile is decoded whole, so its own size is limited as well as the image's.
constexpr uint32_t kTileSideMax = 4096;

enum Tag : uint32_t {
  kWidth = 256,
  kHeight = 257,
  kBits = 258,
  kCompression = 259,
  kPhotometric = 262,
  kStripOffsets = 273,
  kSamples = 277,
  kRowsPerStrip = 278,
  kStripByteCounts = 279,
  kXResolution = 282,
  kYResolution = 283,
  kPlanar = 284,
  kResolutionUnit = 296,
  kTileWidth = 322,
  kTileHeight = 323,
  kTileOffsets = 324,
  kTileByteCounts = 325,
  kSampleFormat = 339,
};

constexpr uint32_t kUncompressed = 1;
constexpr std::array<uint32_t, 5> kCompressionsRead = {kUncompressed, 5, 8, 32773, 32946};
constexpr uint32_t kMinIsWhite = 0;
constexpr uint32_t kMinIsBlack = 1;
constexpr uint32_t kRgb = 2;
constexpr uint32_t kPalette = 3;

struct Entry {
  uint32_t type = 0;
  uint32_t count = 0;
  size_t offset = 0;  // of the values, within the file
};

class Directory {
 public:
  static Result<Directory> Open(Bytes bytes) {
    if (!Has(bytes, 0, 8)) return Damaged("TIFF", bytes.size(), "the file is cut short");
    Directory directory(bytes, bytes[0] == 'M');
    const size_t at = directory.Load32(4);
    if (!Has(bytes, at, 2)) return Damaged("TIFF", 4, "the directory lies past the end");
    const uint32_t count = directory.Load16(at);
    if (count == 0 || count > kEntriesMax || !Has(bytes, at + 2, size_t{count} * 12)) {
      return Damaged("TIFF", at, "the directory runs past the end");
    }
    directory.first_entry_ = at + 2;
    directory.entries_ = count;
    return directory;
  }

  // The entry of a tag, where all its values lie within the file.
  std::optional<Entry> Find(Tag tag) const {
    for (uint32_t i = 0; i < entries_; ++i) {
      const size_t at = first_entry_ + size_t{i} * 12;
      if (Load16(at) != tag) continue;
      Entry entry{Load16(at + 2), Load32(at + 4), at + 8};
      const size_t bytes = size_t{entry.count} * TypeBytes(entry.type);
      if (bytes == 0) return std::nullopt;
      if (bytes > 4) entry.offset = Load32(at + 8);
      if (!Has(bytes_, entry.offset, bytes)) return std::nullopt;
      return entry;
    }
    return std::nullopt;
  }

  // SHORT or LONG values; `fallback` where the tag is absent.
  uint32_t Integer(const Entry& entry, uint32_t index) const {
    const size_t at = entry.offset + size_t{index} * TypeBytes(entry.type);
    return entry.type == 4 ? Load32(at) : entry.type == 3 ? Load16(at) : bytes_[at];
  }
  uint32_t Integer(Tag tag, uint32_t fallback) const {
    const std::optional<Entry> entry = Find(tag);
    return entry && IsInteger(*entry) ? Integer(*entry, 0) : fallback;
  }
  double Rational(Tag tag) const {
    const std::optional<Entry> entry = Find(tag);
    if (!entry || entry->type != 5) return 0;
    const uint32_t denominator = Load32(entry->offset + 4);
    return denominator == 0 ? 0 : static_cast<double>(Load32(entry->offset)) / denominator;
  }

  static bool IsInteger(const Entry& e) { return e.type == 1 || e.type == 3 || e.type == 4; }
  bool big_endian() const { return big_endian_; }

 private:
  Directory(Bytes bytes, bool big_endian) : bytes_(bytes), big_endian_(big_endian) {}

  static size_t TypeBytes(uint32_t type) {
    constexpr std::array<uint8_t, 6> kBytes = {0, 1, 1, 2, 4, 8};
    return type < kBytes.size() ? kBytes[type] : 0;
  }
  uint32_t Load16(size_t at) const { return big_endian_ ? Be16(bytes_, at) : Le16(bytes_, at); }
  uint32_t Load32(size_t at) const { return big_endian_ ? Be32(bytes_, at) : Le32(bytes_, at); }

  Bytes bytes_;
  bool big_endian_;
  size_t first_entry_ = 0;
  uint32_t entries_ = 0;
};

struct Layout {
  uint32_t bits = 1;
  uint32_t samples = 1;
  uint32_t compression = kUncompressed;
  uint32_t photometric = kMinIsBlack;
  bool tiled = false;
};

Result<Layout> ReadLayout(const Directory& directory) {
  Layout layout;
  layout.samples = directory.Integer(kSamples, 1);
  layout.compression = directory.Integer(kCompression, kUncompressed);
  layout.photometric = directory.Integer(kPhotometric, kMinIsBlack);
  layout.tiled = directory.Find(kTileWidth).has_value();
  if (std::find(kCompressionsRead.begin(), kCompressionsRead.end(), layout.compression) ==
      kCompressionsRead.end()) {
    return Unsupported("TIFF", "this compression");
  }
  if (!directory.Find(kPhotometric)) {
    return Damaged("TIFF", 4, "it does not say what its grey levels mean");
  }
  if (layout.samples == 0 || layout.samples > 4 || layout.photometric > kPalette ||
      (layout.photometric == kRgb && layout.samples < 3)) {
    return Unsupported("TIFF", "this kind of pixel");
  }
  if (directory.Integer(kPlanar, 1) != 1 || directory.Integer(kSampleFormat, 1) != 1) {
    return Unsupported("TIFF", "a planar or floating-point layout");
  }
  const std::optional<Entry> bits = directory.Find(kBits);
  if (bits && Directory::IsInteger(*bits)) {
    layout.bits = directory.Integer(*bits, 0);
    for (uint32_t i = 1; i < std::min(bits->count, layout.samples); ++i) {
      if (directory.Integer(*bits, i) != layout.bits) {
        return Unsupported("TIFF", "samples of different depths");
      }
    }
  }
  if (layout.bits != 8 && layout.bits != 16) {
    return Unsupported("TIFF", "a sample depth other than 8 or 16 bits");
  }
  return layout;
}

struct Pieces {
  Entry offsets;
  Entry byte_counts;
  uint32_t width = 0;  // of a strip or tile
  uint32_t height = 0;
  uint32_t count = 0;
};

// Where the strips or tiles lie; each is checked to be within the file.
Result<Pieces> LocatePieces(Bytes bytes, const Directory& directory, const ImageHeader& header,
                            const Layout& layout) {
  const std::optional<Entry> offsets = directory.Find(layout.tiled ? kTileOffsets : kStripOffsets);
  const std::optional<Entry> counts =
      directory.Find(layout.tiled ? kTileByteCounts : kStripByteCounts);
  if (!offsets || !counts || !Directory::IsInteger(*offsets) || !Directory::IsInteger(*counts)) {
    return Damaged("TIFF", 4, "no list of strips or tiles within the file");
  }
  const auto width = static_cast<uint32_t>(header.width);
  const auto height = static_cast<uint32_t>(header.height);
  Pieces pieces{*offsets, *counts, width, 0, 0};
  if (layout.tiled) {
    pieces.width = directory.Integer(kTileWidth, 0);
    pieces.height = directory.Integer(kTileHeight, 0);
  } else {
    pieces.height = std::min(directory.Integer(kRowsPerStrip, height), height);
  }
  if (pieces.width == 0 || pieces.height == 0 || pieces.width > kTileSideMax ||
      pieces.height > kTileSideMax) {
    return Damaged("TIFF", 4, "strips or tiles of an impossible size");
  }
  pieces.count =
      ((width + pieces.width - 1) / pieces.width) * ((height + pieces.height - 1) / pieces.height);
  if (offsets->count < pieces.count || counts->count < pieces.count) {
    return Damaged("TIFF", offsets->offset, "too few strips or tiles for the size");
  }
  for (uint32_t i = 0; i < pieces.count; ++i) {
    const size_t offset = directory.Integer(*offsets, i);
    if (!Has(bytes, offset, directory.Integer(*counts, i))) {
      return Damaged("TIFF", offset, "a strip or tile runs past the end");
    }
  }
  return pieces;
}

uint8_t Grey(Bytes pixel, const Layout& layout, bool big_endian) {
  const size_t step = layout.bits / 8;
  // Of 16 bits the high byte is kept.
  const size_t high = step == 2 && !big_endian ? 1 : 0;
  if (layout.photometric == kRgb) {
    // ITU-R BT.601 luma, as OpenCV weighs colours in the other formats.
    return static_cast<uint8_t>(
        (299 * pixel[high] + 587 * pixel[step + high] + 114 * pixel[2 * step + high] + 500) / 1000);
  }
  const uint8_t value = pixel[high];
  return layout.photometric == kMinIsWhite ? static_cast<uint8_t>(255 - value) : value;
}

Result<Pixels> DecodeStrips(Bytes bytes, const Directory& directory, const ImageHeader& header,
                            const Layout& layout, const Pieces& strips) {
  const size_t pixel_bytes = size_t{layout.samples} * layout.bits / 8;
  const size_t row_bytes = static_cast<size_t>(header.width) * pixel_bytes;
  Pixels pixels;
  pixels.reserve(static_cast<size_t>(header.width) * static_cast<size_t>(header.height));
  for (uint32_t i = 0; i < strips.count; ++i) {
    const size_t rows = std::min<size_t>(
        strips.height, static_cast<size_t>(header.height) - size_t{i} * strips.height);
    const size_t offset = directory.Integer(strips.offsets, i);
    if (!Has(bytes, offset, rows * row_bytes)) {
      return Damaged("TIFF", offset, "a strip runs past the end");
    }
    const Bytes strip = bytes.subspan(offset, rows * row_bytes);
    for (size_t at = 0; at < strip.size(); at += pixel_bytes) {
      pixels.push_back(Grey(strip.subspan(at, pixel_bytes), layout, directory.big_endian()));
    }
  }
  return pixels;
}

}  // namespace

Result<ImageHeader> ReadTiffHeader(Bytes bytes) {
  TAANU_ASSIGN_OR_RETURN(const Directory directory, Directory::Open(bytes));
  ImageHeader header;
  header.width = directory.Integer(kWidth, 0);
  header.height = directory.Integer(kHeight, 0);
  const double x = directory.Rational(kXResolution);
  const double y = directory.Rational(kYResolution);
  // Unit 2, the inch, is the default; 3 is the centimetre, 1 an aspect ratio only.
  const uint32_t unit = directory.Integer(kResolutionUnit, 2);
  if (unit == 2) header.dpi = SameDpi(x, y);
  if (unit == 3) header.dpi = SameDpi(x * kCentimetresPerInch, y * kCentimetresPerInch);
  return header;
}

Result<Pixels> DecodeTiff(Bytes bytes, const ImageHeader& header) {
  TAANU_ASSIGN_OR_RETURN(const Directory directory, Directory::Open(bytes));
  TAANU_ASSIGN_OR_RETURN(const Layout layout, ReadLayout(directory));
  TAANU_ASSIGN_OR_RETURN(const Pieces pieces, LocatePieces(bytes, directory, header, layout));
  if (layout.compression == kUncompressed && !layout.tiled && layout.photometric != kPalette) {
    return DecodeStrips(bytes, directory, header, layout, pieces);
  }
  // libtiff multiplies the colour by an alpha channel, which here must be dropped instead.
  if (layout.samples == 2 || layout.samples == 4) {
    return Unsupported("TIFF", "a compressed or tiled layout with an alpha channel");
  }
  return DecodeByOpenCv(bytes, header, "TIFF");
}

}  // namespace taanu::image_internal
