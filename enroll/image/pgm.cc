// PGM, binary (P5) and plain (P2), as the Netpbm manual's page pgm(5) defines it.
//
// Decoded here, not by OpenCV: it takes fewer lines than checking the file for OpenCV would, and
// maximum values other than 255 are scaled as the format says.
#include "enroll/image/formats.h"

namespace taanu::image_internal {
namespace {

bool IsSpace(uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Reads the whitespace-separated numbers of a header or of plain pixels; '#' comments to the end
// of its line.
class NumberReader {
 public:
  NumberReader(Bytes bytes, size_t offset) : bytes_(bytes), offset_(offset) {}

  std::optional<uint32_t> Next() {
    SkipSpace();
    uint32_t value = 0;
    size_t digits = 0;
    for (; offset_ < bytes_.size(); ++offset_, ++digits) {
      const uint8_t c = bytes_[offset_];
      if (c < '0' || c > '9') break;
      if (digits == 9) return std::nullopt;  // more than any field can need
      value = value * 10 + (c - '0');
    }
    if (digits == 0) return std::nullopt;
    return value;
  }

  size_t offset() const { return offset_; }

 private:
  void SkipSpace() {
    while (offset_ < bytes_.size()) {
      if (bytes_[offset_] == '#') {
        while (offset_ < bytes_.size() && bytes_[offset_] != '\n') ++offset_;
      } else if (IsSpace(bytes_[offset_])) {
        ++offset_;
      } else {
        return;
      }
    }
  }

  Bytes bytes_;
  size_t offset_;
};

struct PgmHeader {
  uint32_t width = 0;
  uint32_t height = 0;
  uint32_t max_value = 0;
  size_t end = 0;  // of the header, at the single whitespace before binary pixels
};

Result<PgmHeader> ReadFields(Bytes bytes) {
  NumberReader reader(bytes, 2);
  PgmHeader header;
  for (uint32_t* field : {&header.width, &header.height, &header.max_value}) {
    const std::optional<uint32_t> value = reader.Next();
    if (!value) return Damaged("PGM", reader.offset(), "a header field is not a plausible number");
    *field = *value;
  }
  if (header.max_value == 0 || header.max_value > 65535) {
    return Damaged("PGM", reader.offset(), "the maximum value is not 1 to 65535");
  }
  header.end = reader.offset();
  return header;
}

}  // namespace

Result<ImageHeader> ReadPgmHeader(Bytes bytes) {
  TAANU_ASSIGN_OR_RETURN(const PgmHeader fields, ReadFields(bytes));
  return ImageHeader{fields.width, fields.height, std::nullopt};
}

Result<Pixels> DecodePgm(Bytes bytes, const ImageHeader& header) {
  TAANU_ASSIGN_OR_RETURN(const PgmHeader fields, ReadFields(bytes));
  const size_t count = static_cast<size_t>(header.width) * static_cast<size_t>(header.height);
  const uint32_t max_value = fields.max_value;
  const auto scaled = [max_value](uint32_t value) {
    return static_cast<uint8_t>((value * 255 + max_value / 2) / max_value);
  };
  const bool binary = bytes[1] == '5';
  const size_t sample_bytes = max_value > 255 ? 2 : 1;
  // Checked before the allocation, so that a short file cannot ask for a large one.
  const size_t needed = binary ? 1 + count * sample_bytes : 2 * count - 1;
  if (!Has(bytes, fields.end, needed)) return Damaged("PGM", bytes.size(), "the file is cut short");

  Pixels pixels(count);
  NumberReader plain(bytes, fields.end);
  size_t offset = fields.end + 1;
  for (uint8_t& pixel : pixels) {
    uint32_t value = 0;
    if (binary) {
      value = sample_bytes == 2 ? Be16(bytes, offset) : bytes[offset];
      offset += sample_bytes;
    } else {
      const std::optional<uint32_t> number = plain.Next();
      if (!number) return Damaged("PGM", plain.offset(), "a pixel is missing or not a number");
      value = *number;
    }
    if (value > max_value) return Damaged("PGM", offset, "a pixel is above the maximum value");
    pixel = scaled(value);
  }
  return pixels;
}

}  // namespace taanu::image_internal
