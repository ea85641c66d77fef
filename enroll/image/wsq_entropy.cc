#include "enroll/image/wsq_entropy.h"

#include <algorithm>

namespace taanu::image_internal {
namespace {

// Symbols (table A.1): 1-100 are runs of that many zeros, 107-254 are the indices -73 to 74.
enum Symbol : uint8_t {
  kRunMax = 100,
  kPositive8 = 101,
  kNegative8 = 102,
  kPositive16 = 103,
  kNegative16 = 104,
  kRun8 = 105,
  kRun16 = 106,
  kIndexMin = 107,
  kIndexMax = 254,
};
constexpr int32_t kIndexBias = 180;
// A segment is filled up to a whole byte.
constexpr uint32_t kPaddingBitsMax = 7;

// The bits of stuffed bytes: 0xFF is followed by a zero byte that is no data.
class BitReader {
 public:
  explicit BitReader(Bytes data) : data_(data) { Fill(); }

  uint32_t bits_left() const { return count_; }

  // The next 16 bits, ones where there are fewer: the code of all ones is no code.
  uint32_t Window() const {
    const uint64_t padded = buffer_ | (~uint64_t{0} >> count_);
    return static_cast<uint32_t>(padded >> 48);
  }

  // `bits` must be 1 to 16 and not more than are left.
  uint32_t Take(uint32_t bits) {
    const auto value = static_cast<uint32_t>(buffer_ >> (64 - bits));
    buffer_ <<= bits;
    count_ -= bits;
    Fill();
    return value;
  }

 private:
  void Fill() {
    // At most 56 bits, so that no shift is by 64.
    while (count_ <= 48 && next_ < data_.size()) {
      const uint8_t byte = data_[next_++];
      if (byte == 0xFF && next_ < data_.size() && data_[next_] == 0) ++next_;
      buffer_ |= uint64_t{byte} << (56 - count_);
      count_ += 8;
    }
  }

  Bytes data_;
  size_t next_ = 0;
  uint64_t buffer_ = 0;  // the next bits at the top
  uint32_t count_ = 0;   // 24 to 56 of them, fewer at the end
};

}  // namespace

std::optional<WsqHuffmanTable> WsqHuffmanTable::Read(Bytes bytes, size_t* used) {
  if (bytes.size() < kWsqCodeBitsMax) return std::nullopt;
  WsqHuffmanTable table;
  uint32_t code = 0;
  uint32_t index = 0;
  for (int length = 1; length <= kWsqCodeBitsMax; ++length) {
    const uint32_t count = bytes[static_cast<size_t>(length) - 1];
    table.symbol_offset_[length] = static_cast<int32_t>(index) - static_cast<int32_t>(code);
    code += count;
    index += count;
    if (code > uint32_t{1} << length || index > table.symbols_.size()) return std::nullopt;
    table.limit_[length] = code << (kWsqCodeBitsMax - length);
    code <<= 1;
  }
  if (!Has(bytes, kWsqCodeBitsMax, index)) return std::nullopt;
  std::copy_n(bytes.begin() + kWsqCodeBitsMax, index, table.symbols_.begin());
  *used = kWsqCodeBitsMax + index;
  return table;
}

WsqHuffmanTable::Code WsqHuffmanTable::Match(uint32_t window) const {
  for (int length = 1; length <= kWsqCodeBitsMax; ++length) {
    if (window >= limit_[length]) continue;
    const auto code = static_cast<int32_t>(window >> (kWsqCodeBitsMax - length));
    return {symbols_[static_cast<size_t>(code + symbol_offset_[length])],
            static_cast<uint8_t>(length)};
  }
  return {};
}

std::optional<size_t> DecodeWsqSegment(const WsqHuffmanTable& table, Bytes data,
                                       std::span<int32_t> indices, size_t position) {
  BitReader reader(data);
  while (reader.bits_left() > 0) {
    const WsqHuffmanTable::Code code = table.Match(reader.Window());
    if (code.bits == 0 || code.bits > reader.bits_left()) {
      if (reader.bits_left() <= kPaddingBitsMax) return position;
      return std::nullopt;
    }
    // Padding that happens to be a code, after the last index.
    if (position == indices.size() && reader.bits_left() <= kPaddingBitsMax) return position;
    reader.Take(code.bits);
    const bool wide =
        code.symbol == kPositive16 || code.symbol == kNegative16 || code.symbol == kRun16;
    const bool escape = code.symbol >= kPositive8 && code.symbol <= kRun16;
    uint32_t operand = 0;
    if (escape) {
      const uint32_t bits = wide ? 16 : 8;
      if (reader.bits_left() < bits) return std::nullopt;
      operand = reader.Take(bits);
    }
    size_t zeros = 0;
    int32_t index = 0;
    if (code.symbol >= 1 && code.symbol <= kRunMax) {
      zeros = code.symbol;
    } else if (code.symbol == kRun8 || code.symbol == kRun16) {
      zeros = operand;
    } else if (code.symbol == kPositive8 || code.symbol == kPositive16) {
      index = static_cast<int32_t>(operand);
    } else if (code.symbol == kNegative8 || code.symbol == kNegative16) {
      index = -static_cast<int32_t>(operand);
    } else if (code.symbol >= kIndexMin && code.symbol <= kIndexMax) {
      index = code.symbol - kIndexBias;
    } else {
      return std::nullopt;
    }
    const bool is_run = (code.symbol >= 1 && code.symbol <= kRunMax) || code.symbol == kRun8 ||
                        code.symbol == kRun16;
    const size_t count = is_run ? zeros : 1;
    if (count > indices.size() - position) return std::nullopt;
    if (!is_run) indices[position] = index;
    position += count;
  }
  return position;
}

}  // namespace taanu::image_internal
