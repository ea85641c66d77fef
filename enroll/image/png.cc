// PNG (ISO/IEC 15948): reader of the chunk structure, and encoder.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <opencv2/imgcodecs.hpp>

#include "enroll/image/formats.h"

namespace taanu {
namespace image_internal {
namespace {

constexpr size_t kSignatureBytes = 8;
constexpr double kMetresPerInch = 0.0254;

// The CRC of PNG chunks (ISO/IEC 15948 annex D).
uint32_t Crc32(Bytes bytes) {
  static const std::array<uint32_t, 256> kTable = [] {
    std::array<uint32_t, 256> table{};
    for (uint32_t n = 0; n < 256; ++n) {
      uint32_t c = n;
      for (int k = 0; k < 8; ++k) c = (c & 1) != 0 ? 0xEDB88320U ^ (c >> 1) : c >> 1;
      table[n] = c;
    }
    return table;
  }();
  uint32_t crc = 0xFFFFFFFFU;
  for (const uint8_t byte : bytes) crc = kTable[(crc ^ byte) & 0xFF] ^ (crc >> 8);
  return ~crc;
}

void AppendBe32(std::vector<uint8_t>* out, uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out->push_back(static_cast<uint8_t>(value >> shift));
}

void AppendChunk(std::vector<uint8_t>* out, std::string_view type, Bytes data) {
  AppendBe32(out, static_cast<uint32_t>(data.size()));
  const size_t start = out->size();
  out->insert(out->end(), type.begin(), type.end());
  out->insert(out->end(), data.begin(), data.end());
  AppendBe32(out, Crc32(Bytes(*out).subspan(start)));
}

struct Chunk {
  size_t offset = 0;  // of its length field
  std::string_view type;
  Bytes data;
  Bytes whole;  // length to CRC
};

// The chunk at `offset`, if it lies within the file.
std::optional<Chunk> ChunkAt(Bytes bytes, size_t offset) {
  if (!Has(bytes, offset, 12)) return std::nullopt;
  const size_t length = Be32(bytes, offset);
  if (!Has(bytes, offset + 12, length)) return std::nullopt;
  return Chunk{offset,
               {reinterpret_cast<const char*>(bytes.data()) + offset + 4, 4},
               bytes.subspan(offset + 8, length),
               bytes.subspan(offset, length + 12)};
}

bool CrcHolds(const Chunk& chunk) {
  return Crc32(chunk.whole.subspan(4, chunk.data.size() + 4)) ==
         Be32(chunk.whole, chunk.whole.size() - 4);
}

}  // namespace

Result<ImageHeader> ReadPngHeader(Bytes bytes) {
  const std::optional<Chunk> first = ChunkAt(bytes, kSignatureBytes);
  if (!first || first->type != "IHDR" || first->data.size() != 13) {
    return Damaged("PNG", kSignatureBytes, "no image header");
  }
  ImageHeader header;
  header.width = Be32(first->data, 0);
  header.height = Be32(first->data, 4);
  size_t offset = first->offset + first->whole.size();
  while (const std::optional<Chunk> chunk = ChunkAt(bytes, offset)) {
    if (chunk->type == "IDAT") break;
    // Unit 1 is the metre; 0 states only an aspect ratio.
    if (chunk->type == "pHYs" && chunk->data.size() == 9 && chunk->data[8] == 1) {
      header.dpi =
          SameDpi(Be32(chunk->data, 0) * kMetresPerInch, Be32(chunk->data, 4) * kMetresPerInch);
    }
    offset += chunk->whole.size();
  }
  return header;
}

// Only the chunks that the pixels need are handed on: a colour profile, a text or an animation can
// then neither cost memory nor make the decoder complain, and a file that is cut short or damaged
// is found here, by its structure and its checksums.
Result<Pixels> DecodePng(Bytes bytes, const ImageHeader& header) {
  std::vector<uint8_t> needed(bytes.begin(), bytes.begin() + kSignatureBytes);
  size_t offset = kSignatureBytes;
  bool ended = false;
  bool pixels = false;
  while (!ended) {
    const std::optional<Chunk> chunk = ChunkAt(bytes, offset);
    if (!chunk) return Damaged("PNG", offset, "the file is cut short");
    ended = chunk->type == "IEND";
    pixels |= chunk->type == "IDAT";
    if (ended && !pixels) return Damaged("PNG", offset, "it ends before its pixels");
    if (chunk->type == "IHDR" || chunk->type == "PLTE" || chunk->type == "IDAT" || ended) {
      if (!CrcHolds(*chunk)) return Damaged("PNG", offset, "a checksum does not hold");
      needed.insert(needed.end(), chunk->whole.begin(), chunk->whole.end());
    }
    offset += chunk->whole.size();
  }
  return DecodeByOpenCv(needed, header, "PNG");
}

}  // namespace image_internal

Result<std::vector<uint8_t>> EncodePng(const GrayImage& image) {
  std::vector<uint8_t> plain;
  try {
    const cv::Mat grey(image.height, image.width, CV_8UC1,
                       const_cast<uint8_t*>(image.pixels.data()));
    if (!cv::imencode(".png", grey, plain)) plain.clear();
  } catch (const std::exception&) {
    plain.clear();
  }
  // Signature and IHDR: everything before the place of pHYs, which must precede IDAT.
  constexpr size_t kHeaderBytes = 8 + 25;
  if (plain.size() < kHeaderBytes) {
    return Fail(ErrorCode::kInternal, "ENCODE_FAILED", "the image could not be encoded as PNG");
  }
  std::vector<uint8_t> density;
  const auto per_metre =
      static_cast<uint32_t>(std::lround(image.dpi / image_internal::kMetresPerInch));
  image_internal::AppendBe32(&density, per_metre);
  image_internal::AppendBe32(&density, per_metre);
  density.push_back(1);
  std::vector<uint8_t> encoded(plain.begin(), plain.begin() + kHeaderBytes);
  image_internal::AppendChunk(&encoded, "pHYs", density);
  encoded.insert(encoded.end(), plain.begin() + kHeaderBytes, plain.end());
  return encoded;
}

}  // namespace taanu
