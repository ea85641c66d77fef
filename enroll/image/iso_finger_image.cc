// Finger image records: ISO/IEC 19794-4:2005 clause 7 (general header of 32 bytes, a header of 14
// bytes before each image), ANSI INCITS 381-2004 (the same with a CBEFF product of four bytes after
// the record length) and ISO/IEC 19794-4:2011 clause 8 (general header of 16 bytes, a
// representation header of variable length).
#include <string_view>

#include "enroll/image/finger_record.h"
#include "enroll/image/formats.h"

namespace taanu::image_internal {
namespace {

constexpr std::string_view kName = "ISO/IEC 19794-4";
constexpr uint32_t kVersion2005 = 0x30313000;  // "010\0"
constexpr uint32_t kVersion2011 = 0x30323000;  // "020\0"

constexpr size_t kGeneralHeader2005 = 32;
constexpr size_t kImageHeader2005 = 14;
constexpr size_t kAnsiProduct = 4;
constexpr size_t kGeneralHeader2011 = 16;
constexpr size_t kQualityBlock = 5;
constexpr size_t kCertificationBlock = 3;

// Both editions: 0 and 1 are not compressed, and the same thing at 8 bits.
constexpr uint8_t kBitPacked = 1;

Result<std::optional<double>> Dpi(uint8_t unit, uint32_t x, uint32_t y, size_t at) {
  if (unit == 1) return SameDpi(x, y);
  if (unit == 2) return SameDpi(DpiOfPixelsPerCentimetre(x), DpiOfPixelsPerCentimetre(y));
  return Damaged(kName, at, "scale units that are neither 1 (inch) nor 2 (centimetre)");
}

Status CheckDepth(uint8_t bits, bool raw) {
  if (!raw || bits == 8) return {};
  return Unsupported(kName, "a raw image of other than 8 bits a pixel");
}

// Leaves out what is not one finger; refuses what would fill memory.
Status Add(RecordImage image, uint32_t position, std::vector<RecordImage>& images) {
  const auto finger = SingleFinger(position);
  if (!finger) return {};
  if (images.size() == kRecordImagesMax) {
    return Damaged(kName, image.offset, "more images than are read");
  }
  image.position = *finger;
  images.push_back(image);
  return {};
}

// `product` is how many bytes the general header has more than ISO's.
Result<std::vector<RecordImage>> List2005(Bytes bytes, size_t product) {
  const size_t header = kGeneralHeader2005 + product;
  if (!Has(bytes, 0, header)) return Damaged(kName, bytes.size(), "cut short");
  const uint64_t length = uint64_t{Be16(bytes, 8)} << 32 | Be32(bytes, 10);
  if (length < header || length > bytes.size()) {
    return Damaged(kName, 8, "a record length that is not the file's");
  }
  const Bytes record = bytes.first(static_cast<size_t>(length));
  const Bytes fields = record.subspan(product);
  TAANU_ASSIGN_OR_RETURN(const auto dpi,
                         Dpi(fields[19], Be16(fields, 24), Be16(fields, 26), 19 + product));
  const bool raw = fields[29] <= kBitPacked;
  TAANU_RETURN_IF_ERROR(CheckDepth(fields[28], raw));
  std::vector<RecordImage> images;
  for (size_t at = header; at < record.size();) {
    if (!Has(record, at, kImageHeader2005)) return Damaged(kName, at, "an image header cut short");
    const size_t block = Be32(record, at);
    if (block < kImageHeader2005 || !Has(record, at, block)) {
      return Damaged(kName, at, "an image that runs past the end");
    }
    RecordImage image;
    image.data = record.subspan(at + kImageHeader2005, block - kImageHeader2005);
    image.raw = raw;
    image.width = Be16(record, at + 9);
    image.height = Be16(record, at + 11);
    image.dpi = dpi;
    image.impression_type = record[at + 8];
    image.offset = at;
    TAANU_RETURN_IF_ERROR(Add(image, record[at + 4], images));
    at += block;
  }
  return images;
}

// The two standards share their first 14 bytes, and the lengths that must add up tell them apart.
Result<std::vector<RecordImage>> ListEither2005(Bytes bytes) {
  auto iso = List2005(bytes, 0);
  if (iso) return iso;
  auto ansi = List2005(bytes, kAnsiProduct);
  return ansi ? std::move(ansi) : std::move(iso);
}

// The offset of the field after a list of blocks whose count is at `at`.
Result<size_t> SkipBlocks(Bytes bytes, size_t at, size_t block_bytes) {
  if (!Has(bytes, at, 1) || !Has(bytes, at + 1, bytes[at] * block_bytes)) {
    return Damaged(kName, at, "a list of blocks that runs past the end");
  }
  return at + 1 + bytes[at] * block_bytes;
}

Result<RecordImage> Representation2011(Bytes record, size_t start, bool certified,
                                       uint32_t& position) {
  constexpr size_t kBeforeQuality = 18;
  constexpr size_t kFixed = 26;  // from the finger position to the length of the image
  size_t at = start + kBeforeQuality;
  TAANU_ASSIGN_OR_RETURN(at, SkipBlocks(record, at, kQualityBlock));
  if (certified) {
    TAANU_ASSIGN_OR_RETURN(at, SkipBlocks(record, at, kCertificationBlock));
  }
  if (!Has(record, at, kFixed)) return Damaged(kName, at, "a representation header cut short");
  RecordImage image;
  position = record[at];
  TAANU_ASSIGN_OR_RETURN(image.dpi,
                         Dpi(record[at + 2], Be16(record, at + 7), Be16(record, at + 9), at + 2));
  image.raw = record[at + 12] <= kBitPacked;
  TAANU_RETURN_IF_ERROR(CheckDepth(record[at + 11], image.raw));
  image.impression_type = record[at + 13];
  image.width = Be16(record, at + 14);
  image.height = Be16(record, at + 16);
  const size_t size = Be32(record, at + 18);
  // Blocks of segmentation, annotation and comments may follow the image.
  if (!Has(record, at + 22, size)) return Damaged(kName, at + 18, "an image past the end");
  image.data = record.subspan(at + 22, size);
  image.offset = start;
  return image;
}

Result<std::vector<RecordImage>> List2011(Bytes bytes) {
  constexpr size_t kLengthField = 4;
  if (!Has(bytes, 0, kGeneralHeader2011)) return Damaged(kName, bytes.size(), "cut short");
  const size_t length = Be32(bytes, 8);
  if (length < kGeneralHeader2011 || length > bytes.size()) {
    return Damaged(kName, 8, "a record length that is not the file's");
  }
  const Bytes record = bytes.first(length);
  const bool certified = record[14] == 1;
  std::vector<RecordImage> images;
  size_t representations = 0;
  for (size_t at = kGeneralHeader2011; at < record.size(); ++representations) {
    if (!Has(record, at, kLengthField)) return Damaged(kName, at, "a representation cut short");
    const size_t block = Be32(record, at);
    if (block < kLengthField || !Has(record, at, block)) {
      return Damaged(kName, at, "a representation that runs past the end");
    }
    uint32_t position = 0;
    TAANU_ASSIGN_OR_RETURN(const RecordImage image,
                           Representation2011(record.first(at + block), at, certified, position));
    TAANU_RETURN_IF_ERROR(Add(image, position, images));
    at += block;
  }
  if (representations != Be16(record, 12)) {
    return Damaged(kName, 12, "a number of representations that is not the record's");
  }
  return images;
}

}  // namespace

Result<std::vector<RecordImage>> ListIsoFingerImages(Bytes bytes) {
  if (!Has(bytes, 0, 8)) return Damaged(kName, bytes.size(), "cut short");
  switch (Be32(bytes, 4)) {
    case kVersion2005:
      return ListEither2005(bytes);
    case kVersion2011:
      return List2011(bytes);
    default:
      return Unsupported(kName, "a version other than 010 (2005) and 020 (2011)");
  }
}

}  // namespace taanu::image_internal
