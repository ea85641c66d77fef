#include "enroll/image/wsq_stream.h"

#include <charconv>
#include <cmath>
#include <string_view>

#include "enroll/image/formats.h"

namespace taanu::image_internal {
namespace {

enum Marker : uint32_t {
  kSoi = 0xFFA0,
  kEoi = 0xFFA1,
  kSof = 0xFFA2,
  kSob = 0xFFA3,
  kDtt = 0xFFA4,
  kDqt = 0xFFA5,
  kDht = 0xFFA6,
  kDrt = 0xFFA7,
  kCom = 0xFFA8,
  kRst0 = 0xFFB0,
  kRst7 = 0xFFB7,
};

constexpr size_t kHuffmanTables = 8;
constexpr size_t kFrameHeaderBytes = 15;
constexpr size_t kQuantizationBytes = 3 + 6 * kWsqSubbands;
// Ten digits hold any 32-bit mantissa; encoders keep values below 10, so that a larger exponent
// is no real number of theirs but a way to slow the arithmetic down with denormals.
constexpr uint32_t kExponentMax = 12;
// Restart markers may cut a block up; more pieces than this are there to fill memory.
constexpr size_t kSegmentsMax = 10'000;
// The 9/7 filters of the specification's part 3 are the longest in use.
constexpr uint32_t kTapsMax = 31;
// Filters that reconstruct anything have a gain near 1; a sum far from it is a lie that would
// drive the values out of a float's range.
constexpr float kGainMin = 0.1F;
constexpr float kGainMax = 10.0F;

// A mantissa and a power of ten. The reference implementation divides by ten again and again in
// single precision; the rounding of each division shows in the pixels, so that this does the same.
std::optional<float> Scaled(uint32_t mantissa, uint32_t exponent) {
  if (exponent > kExponentMax) return std::nullopt;
  auto value = static_cast<float>(mantissa);
  for (; exponent > 0; --exponent) value /= 10.0F;
  return value;
}

// "NIST_COM" comments hold lines "NAME value"; PPI is the resolution. Writers put -1 for unknown
// into one byte, which comes out as 255.
std::optional<double> NistComDpi(Bytes comment) {
  const std::string_view text(reinterpret_cast<const char*>(comment.data()), comment.size());
  constexpr std::string_view kName = "\nPPI ";
  if (!text.starts_with("NIST_COM")) return std::nullopt;
  const size_t at = text.find(kName);
  if (at == std::string_view::npos) return std::nullopt;
  int dpi = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data() + at + kName.size(), end, dpi);
  if (parsed.ec != std::errc{} || (parsed.ptr != end && *parsed.ptr != '\n')) return std::nullopt;
  constexpr int kUnknown = 255;
  if (dpi <= 0 || dpi == kUnknown) return std::nullopt;
  return dpi;
}

class Parser {
 public:
  explicit Parser(Bytes bytes) : bytes_(bytes) {}

  Result<WsqStream> Parse() {
    if (!Has(bytes_, 0, 2) || Be16(bytes_, 0) != kSoi) return Damaged("WSQ", 0, "no SOI marker");
    size_t offset = 2;
    while (true) {
      if (!Has(bytes_, offset, 2)) return Damaged("WSQ", offset, "the file is cut short");
      const uint32_t marker = Be16(bytes_, offset);
      offset += 2;
      if (marker == kEoi) break;
      if (!Has(bytes_, offset, 2)) return Damaged("WSQ", offset, "the file is cut short");
      const size_t length = Be16(bytes_, offset);
      if (length < 2 || !Has(bytes_, offset, length)) {
        return Damaged("WSQ", offset, "a segment runs past the end");
      }
      const size_t body = offset + 2;
      offset += length;
      TAANU_RETURN_IF_ERROR(Segment(marker, body, length - 2));
      if (marker == kSob) {
        TAANU_ASSIGN_OR_RETURN(offset, EntropyCoded(offset));
      }
    }
    if (!framed_ || stream_.segments.empty()) {
      return Damaged("WSQ", offset, "no frame, or no block of data");
    }
    if (!have_filters_ || !have_quantizers_) {
      return Damaged("WSQ", offset, "no transform or no quantisation table");
    }
    return std::move(stream_);
  }

 private:
  Status Segment(uint32_t marker, size_t at, size_t size) {
    const Bytes body = bytes_.subspan(at, size);
    switch (marker) {
      case kSof:
        return Frame(body, at);
      case kSob:
        return Block(body, at);
      case kDtt:
        return Filters(body, at);
      case kDqt:
        return Quantizers(body, at);
      case kDht:
        return HuffmanTables(body, at);
      case kDrt:  // where restart markers come is seen from the markers themselves
        return {};
      case kCom:
        if (!stream_.dpi) stream_.dpi = NistComDpi(body);
        return {};
      default:
        return Damaged("WSQ", at - 4, "no marker of the format where one must be");
    }
  }

  Status Frame(Bytes body, size_t at) {
    if (framed_) return Damaged("WSQ", at, "a second frame header");
    if (body.size() != kFrameHeaderBytes) return Damaged("WSQ", at, "a frame header of wrong size");
    framed_ = true;
    stream_.height = static_cast<int>(Be16(body, 2));
    stream_.width = static_cast<int>(Be16(body, 4));
    const auto shift = Scaled(Be16(body, 7), body[6]);
    const auto scale = Scaled(Be16(body, 10), body[9]);
    if (!shift || !scale) return Damaged("WSQ", at, "an exponent out of range");
    stream_.shift = *shift;
    stream_.scale = *scale;
    return {};
  }

  Status Block(Bytes body, size_t at) {
    if (!framed_) return Damaged("WSQ", at, "a block before the frame header");
    if (body.size() != 1) return Damaged("WSQ", at, "a block header of wrong size");
    if (body[0] >= kHuffmanTables || !tables_[body[0]]) {
      return Damaged("WSQ", at, "a block that names no Huffman table");
    }
    current_ = tables_[body[0]];
    return {};
  }

  Status Filters(Bytes body, size_t at) {
    if (body.size() < 2) return Damaged("WSQ", at, "a transform table too short");
    const uint32_t low_taps = body[0];
    const uint32_t high_taps = body[1];
    if (low_taps == 0 || high_taps == 0 || low_taps > kTapsMax || high_taps > kTapsMax) {
      return Damaged("WSQ", at, "a filter length out of range");
    }
    if (low_taps % 2 == 0 || high_taps % 2 == 0)
      return Unsupported("WSQ", "a filter of even length");
    const size_t low_count = (low_taps + 1) / 2;
    const size_t high_count = (high_taps + 1) / 2;
    if (body.size() != 2 + 6 * (low_count + high_count)) {
      return Damaged("WSQ", at, "a transform table of wrong size");
    }
    // The file has the right halves of the analysis filters. For perfect reconstruction the
    // high-pass synthesis filter is the low-pass analysis filter modulated, and vice versa.
    TAANU_ASSIGN_OR_RETURN(stream_.filters.high, Synthesis(body.subspan(2), low_count, at + 2));
    TAANU_ASSIGN_OR_RETURN(stream_.filters.low, Synthesis(body.subspan(2 + 6 * low_count),
                                                          high_count, at + 2 + 6 * low_count));
    have_filters_ = true;
    return {};
  }

  // A whole symmetric filter from `count` coefficients of the right half, signs alternated.
  static Result<std::vector<float>> Synthesis(Bytes body, size_t count, size_t at) {
    std::vector<float> filter(2 * count - 1);
    float gain = 0;
    for (size_t i = 0; i < count; ++i) {
      const size_t entry = 6 * i;
      const auto magnitude = Scaled(Be32(body, entry + 2), body[entry + 1]);
      if (!magnitude) return Damaged("WSQ", at + entry, "an exponent out of range");
      const bool negative = (body[entry] != 0) != (i % 2 != 0);
      filter[count - 1 + i] = negative ? -*magnitude : *magnitude;
      filter[count - 1 - i] = filter[count - 1 + i];
      gain += *magnitude;
    }
    if (!(gain >= kGainMin && gain <= kGainMax)) {
      return Damaged("WSQ", at, "a filter that reconstructs nothing");
    }
    return filter;
  }

  Status Quantizers(Bytes body, size_t at) {
    if (body.size() != kQuantizationBytes) {
      return Damaged("WSQ", at, "a quantisation table of wrong size");
    }
    const auto center = Scaled(Be16(body, 1), body[0]);
    if (!center) return Damaged("WSQ", at, "an exponent out of range");
    stream_.bin_center = *center;
    size_t entry = 3;
    for (WsqQuantizer& quantizer : stream_.quantizers) {
      const auto bin = Scaled(Be16(body, entry + 1), body[entry]);
      const auto zero_bin = Scaled(Be16(body, entry + 4), body[entry + 3]);
      if (!bin || !zero_bin) return Damaged("WSQ", at + entry, "an exponent out of range");
      quantizer = {*bin, *zero_bin};
      entry += 6;
    }
    have_quantizers_ = true;
    return {};
  }

  Status HuffmanTables(Bytes body, size_t at) {
    while (!body.empty()) {
      const uint8_t id = body[0];
      if (id >= kHuffmanTables) return Damaged("WSQ", at, "a Huffman table number out of range");
      size_t used = 0;
      auto table = WsqHuffmanTable::Read(body.subspan(1), &used);
      if (!table) return Damaged("WSQ", at, "a Huffman table that is no code");
      tables_[id] = std::make_shared<const WsqHuffmanTable>(*table);
      body = body.subspan(1 + used);
      at += 1 + used;
    }
    return {};
  }

  // Notes the entropy-coded bytes at `offset`; returns the offset of the marker that ends them.
  // No symbol depends on one before it, so that a restart marker only starts a new byte.
  Result<size_t> EntropyCoded(size_t offset) {
    size_t start = offset;
    for (; Has(bytes_, offset, 2); ++offset) {
      if (bytes_[offset] != 0xFF) continue;
      const uint32_t marker = Be16(bytes_, offset);
      if (marker == 0xFF00) {
        ++offset;
        continue;
      }
      if (stream_.segments.size() == kSegmentsMax) {
        return Damaged("WSQ", offset, "more restart markers than any encoder writes");
      }
      stream_.segments.push_back({current_, bytes_.subspan(start, offset - start)});
      if (marker < kRst0 || marker > kRst7) return offset;
      start = offset + 2;
      ++offset;
    }
    return Damaged("WSQ", bytes_.size(), "the file is cut short");
  }

  Bytes bytes_;
  WsqStream stream_;
  std::array<std::shared_ptr<const WsqHuffmanTable>, kHuffmanTables> tables_;
  std::shared_ptr<const WsqHuffmanTable> current_;
  bool framed_ = false;
  bool have_filters_ = false;
  bool have_quantizers_ = false;
};

}  // namespace

Result<WsqStream> ParseWsq(Bytes bytes) { return Parser(bytes).Parse(); }

}  // namespace taanu::image_internal
