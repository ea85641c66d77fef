// JPEG 2000 (ISO/IEC 15444-1): the boxes of a JP2 file (annex I) and the main header of its
// codestream (annex A); a bare codestream is read too.
#include <openjpeg.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <string_view>

#include "enroll/image/formats.h"

namespace taanu::image_internal {
namespace {

constexpr double kMetresPerInch = 0.0254;
// The decoder allocates several kilobytes for each tile and hundreds of bytes for each precinct
// before it reads any data, so that both are limited here. FBI and NIST profiles use one tile.
constexpr uint64_t kTilesMax = 256;
constexpr int kPrecinctExponentMin = 4;

constexpr uint32_t kSoc = 0xFF4F;
constexpr uint32_t kSiz = 0xFF51;
constexpr uint32_t kCod = 0xFF52;
constexpr uint32_t kCoc = 0xFF53;
constexpr uint32_t kSot = 0xFF90;
constexpr uint32_t kSod = 0xFF93;
constexpr uint32_t kEoc = 0xFFD9;

struct Box {
  std::string_view type;
  Bytes data;
  size_t end = 0;  // offset of the next box
};

// The box at `offset` (annex I.4): length 1 means a 64-bit length follows, 0 to the end.
std::optional<Box> BoxAt(Bytes bytes, size_t offset) {
  if (!Has(bytes, offset, 8)) return std::nullopt;
  size_t head = 8;
  uint64_t length = Be32(bytes, offset);
  if (length == 1) {
    if (!Has(bytes, offset, 16)) return std::nullopt;
    head = 16;
    length = uint64_t{Be32(bytes, offset + 8)} << 32 | Be32(bytes, offset + 12);
  } else if (length == 0) {
    length = bytes.size() - offset;
  }
  if (length < head || !Has(bytes, offset, length)) return std::nullopt;
  return Box{{reinterpret_cast<const char*>(bytes.data()) + offset + 4, 4},
             bytes.subspan(offset + head, length - head),
             offset + static_cast<size_t>(length)};
}

// A resolution box (annex I.5.3.7): pixels per metre as numerator / denominator * 10^exponent.
std::optional<double> ResolutionDpi(Bytes data) {
  if (data.size() < 10) return std::nullopt;
  const auto axis = [&](size_t at, size_t exponent_at) {
    const double denominator = Be16(data, at + 2);
    if (denominator == 0) return 0.0;
    return Be16(data, at) / denominator * std::pow(10.0, static_cast<int8_t>(data[exponent_at])) *
           kMetresPerInch;
  };
  return SameDpi(axis(4, 9), axis(0, 8));
}

struct Located {
  Bytes codestream;
  std::optional<double> dpi;
};

Result<Located> Locate(Bytes bytes) {
  Located located;
  if (Has(bytes, 0, 2) && Be16(bytes, 0) == kSoc) {
    located.codestream = bytes;
    return located;
  }
  size_t offset = 0;
  while (const std::optional<Box> box = BoxAt(bytes, offset)) {
    if (box->type == "jp2h") {
      size_t inner = 0;
      while (const std::optional<Box> child = BoxAt(box->data, inner)) {
        if (child->type == "res ") {
          size_t leaf = 0;
          // "resc" (captured) says how large the finger was; "resd" only how to show it.
          while (const std::optional<Box> res = BoxAt(child->data, leaf)) {
            if (res->type == "resc") located.dpi = ResolutionDpi(res->data);
            leaf = res->end;
          }
        }
        inner = child->end;
      }
    }
    if (box->type == "jp2c") {
      located.codestream = box->data;
      return located;
    }
    offset = box->end;
  }
  return Damaged("JPEG 2000", offset, "no whole codestream");
}

// Precinct sizes of a COD or COC segment (annex A.6.1): `style` tells whether they are written,
// and `levels` how many decompositions there are.
bool PrecinctsBounded(Bytes segment, size_t style_at, size_t levels_at) {
  if (!Has(segment, levels_at, 5) || segment[levels_at] > 32) return false;
  if ((segment[style_at] & 1) == 0) return true;
  const size_t first = levels_at + 5;
  if (!Has(segment, first, size_t{segment[levels_at]} + 1)) return false;
  for (size_t i = 0; i <= segment[levels_at]; ++i) {
    const int x = segment[first + i] & 15;
    const int y = segment[first + i] >> 4;
    if (x < kPrecinctExponentMin || y < kPrecinctExponentMin) return false;
  }
  return true;
}

Result<ImageHeader> ReadSize(Bytes stream) {
  // SOC, SIZ, Lsiz, Rsiz, then eight 32-bit fields and the number of components (annex A.5.1).
  if (!Has(stream, 0, 42) || Be16(stream, 2) != kSiz) {
    return Damaged("JPEG 2000", 2, "no image and tile size");
  }
  const auto field = [&](size_t index) { return int64_t{Be32(stream, 8 + 4 * index)}; };
  ImageHeader header;
  header.width = field(0) - field(2);
  header.height = field(1) - field(3);
  const int64_t tile_width = field(4);
  const int64_t tile_height = field(5);
  if (header.width <= 0 || header.height <= 0 || tile_width == 0 || tile_height == 0) {
    return Damaged("JPEG 2000", 8, "an empty image or tile");
  }
  const uint64_t across = static_cast<uint64_t>((field(0) + tile_width - 1) / tile_width);
  const uint64_t down = static_cast<uint64_t>((field(1) + tile_height - 1) / tile_height);
  if (across > kTilesMax || down > kTilesMax || across * down > kTilesMax) {
    return Unsupported("JPEG 2000", "an image of more than 256 tiles");
  }
  const uint32_t components = Be16(stream, 40);
  if (components == 0 || components > 4 || !Has(stream, 42, size_t{components} * 3)) {
    return Unsupported("JPEG 2000", "other than 1 to 4 components");
  }
  for (uint32_t c = 0; c < components; ++c) {
    const size_t at = 42 + size_t{c} * 3;
    if ((stream[at] & 0x80) != 0 || (stream[at] != 7 && stream[at] != 15)) {
      return Unsupported("JPEG 2000", "a sample depth other than 8 or 16 bits, unsigned");
    }
    if (stream[at + 1] != 1 || stream[at + 2] != 1) {
      return Unsupported("JPEG 2000", "a subsampled component");
    }
  }
  return header;
}

// Walks the main header, every tile-part and the end marker.
Status CheckCodestream(Bytes stream) {
  size_t offset = 2;
  while (true) {
    if (!Has(stream, offset, 2)) return Damaged("JPEG 2000", offset, "the file is cut short");
    const uint32_t marker = Be16(stream, offset);
    if (marker == kEoc) return {};
    if (!Has(stream, offset, 4)) return Damaged("JPEG 2000", offset, "the file is cut short");
    const size_t length = Be16(stream, offset + 2);
    if (marker < 0xFF00 || length < 2 || !Has(stream, offset + 2, length)) {
      return Damaged("JPEG 2000", offset, "a marker segment runs past the end");
    }
    const Bytes segment = stream.subspan(offset + 4, length - 2);
    if ((marker == kCod && !PrecinctsBounded(segment, 0, 5)) ||
        (marker == kCoc && !PrecinctsBounded(segment, 1, 2))) {
      return Unsupported("JPEG 2000", "a coding style with tiny precincts");
    }
    if (marker != kSot) {
      offset += 2 + length;
      continue;
    }
    // A tile-part (annex A.4.2): its length counts from the SOT marker, 0 to the end marker.
    if (segment.size() != 8) return Damaged("JPEG 2000", offset, "a bad tile-part header");
    const size_t part = Be32(segment, 2);
    const size_t end = part == 0 ? stream.size() - 2 : offset + part;
    if (stream.size() < 2 || end < offset + 14 || end > stream.size()) {
      return Damaged("JPEG 2000", offset, "a tile-part runs past the end");
    }
    for (size_t at = offset + 12; true;) {
      if (!Has(stream.first(end), at, 2)) return Damaged("JPEG 2000", at, "a tile without data");
      const uint32_t inner = Be16(stream, at);
      if (inner == kSod) break;
      // Coding styles of single tiles are not written by any fingerprint profile, and are where
      // the limits above could be got round.
      if (inner == kCod || inner == kCoc) {
        return Unsupported("JPEG 2000", "a coding style of a single tile");
      }
      if (!Has(stream.first(end), at, 4)) return Damaged("JPEG 2000", at, "a bad tile-part header");
      at += 2 + Be16(stream, at + 2);
    }
    offset = end;
  }
}

// A codestream in memory as OpenJPEG reads it: by callbacks that keep a position.
struct MemoryStream {
  Bytes bytes;
  size_t offset = 0;

  static OPJ_SIZE_T Read(void* buffer, OPJ_SIZE_T count, void* self) {
    auto& stream = *static_cast<MemoryStream*>(self);
    const size_t taken = std::min<size_t>(count, stream.bytes.size() - stream.offset);
    if (taken == 0) return static_cast<OPJ_SIZE_T>(-1);
    std::memcpy(buffer, stream.bytes.data() + stream.offset, taken);
    stream.offset += taken;
    return taken;
  }
  static OPJ_OFF_T Skip(OPJ_OFF_T count, void* self) {
    auto& stream = *static_cast<MemoryStream*>(self);
    return Seek(static_cast<OPJ_OFF_T>(stream.offset) + count, self) == OPJ_TRUE ? count : -1;
  }
  static OPJ_BOOL Seek(OPJ_OFF_T to, void* self) {
    auto& stream = *static_cast<MemoryStream*>(self);
    if (to < 0 || static_cast<size_t>(to) > stream.bytes.size()) return OPJ_FALSE;
    stream.offset = static_cast<size_t>(to);
    return OPJ_TRUE;
  }
};

template <auto Destroy>
struct Deleter {
  void operator()(auto* object) const { Destroy(object); }
};
using Codec = std::unique_ptr<opj_codec_t, Deleter<opj_destroy_codec>>;
using Stream = std::unique_ptr<opj_stream_t, Deleter<opj_stream_destroy>>;
using Image = std::unique_ptr<opj_image_t, Deleter<opj_image_destroy>>;

// Null where the codestream is damaged. OpenJPEG is strict by default: one that is cut short fails.
Image Decompress(Bytes codestream) {
  MemoryStream memory{codestream};
  const Stream stream(opj_stream_create(size_t{1} << 16, OPJ_TRUE));
  const Codec codec(opj_create_decompress(OPJ_CODEC_J2K));
  if (stream == nullptr || codec == nullptr) return nullptr;
  opj_stream_set_user_data(stream.get(), &memory, nullptr);
  opj_stream_set_user_data_length(stream.get(), codestream.size());
  opj_stream_set_read_function(stream.get(), MemoryStream::Read);
  opj_stream_set_skip_function(stream.get(), MemoryStream::Skip);
  opj_stream_set_seek_function(stream.get(), MemoryStream::Seek);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  if (opj_setup_decoder(codec.get(), &parameters) != OPJ_TRUE) return nullptr;
  opj_image_t* raw = nullptr;
  const bool read = opj_read_header(stream.get(), codec.get(), &raw) == OPJ_TRUE;
  Image image(raw);
  if (!read || opj_decode(codec.get(), stream.get(), raw) != OPJ_TRUE ||
      opj_end_decompress(codec.get(), stream.get()) != OPJ_TRUE) {
    return nullptr;
  }
  return image;
}

}  // namespace

Result<ImageHeader> ReadJpeg2000Header(Bytes bytes) {
  TAANU_ASSIGN_OR_RETURN(const Located located, Locate(bytes));
  TAANU_ASSIGN_OR_RETURN(ImageHeader header, ReadSize(located.codestream));
  header.dpi = located.dpi;
  return header;
}

// Only the codestream is decoded, by OpenJPEG itself: what JP2 boxes say about colour does not
// matter for grey, and OpenCV's wrapper writes every complaint to standard error.
Result<Pixels> DecodeJpeg2000(Bytes bytes, const ImageHeader& header) {
  TAANU_ASSIGN_OR_RETURN(const Located located, Locate(bytes));
  TAANU_RETURN_IF_ERROR(CheckCodestream(located.codestream));
  const Image image = Decompress(located.codestream);
  if (image == nullptr) return Damaged("JPEG 2000", 0, "its pixels cannot be decoded");
  for (uint32_t c = 0; c < image->numcomps; ++c) {
    const opj_image_comp_t& component = image->comps[c];
    if (component.data == nullptr || component.w != header.width || component.h != header.height) {
      return Damaged("JPEG 2000", 0, "its pixels do not have the size that its header states");
    }
  }
  const auto sample = [&image](uint32_t component, size_t index) {
    const opj_image_comp_t& plane = image->comps[component];
    const int value = plane.data[index] >> (plane.prec - 8);
    return std::clamp(value, 0, 255);
  };
  const size_t count = static_cast<size_t>(header.width) * static_cast<size_t>(header.height);
  const bool colour = image->numcomps >= 3;
  Pixels pixels(count);
  for (size_t i = 0; i < count; ++i) {
    // ITU-R BT.601 luma; of one or two components the first is the grey.
    const int grey =
        colour ? (299 * sample(0, i) + 587 * sample(1, i) + 114 * sample(2, i) + 500) / 1000
               : sample(0, i);
    pixels[i] = static_cast<uint8_t>(grey);
  }
  return pixels;
}

}  // namespace taanu::image_internal
