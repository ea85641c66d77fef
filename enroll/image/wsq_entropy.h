// The Huffman code of WSQ and its symbols: values, escapes and runs of zeros.
//
// Source: FBI IAFIS-IC-0110 (V3), annex A.3 and table A.1 (Huffman table input symbols), annex C
// (codes from counts). Internal to enroll/image. Thread-safety: a table is immutable.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "enroll/image/bytes.h"

namespace taanu::image_internal {

inline constexpr int kWsqCodeBitsMax = 16;

// A canonical prefix code of up to 256 symbols.
class WsqHuffmanTable {
 public:
  // Reads 16 counts and the symbols; sets `*used` to their bytes. Empty where the bytes do not
  // suffice or the counts are no prefix code.
  static std::optional<WsqHuffmanTable> Read(Bytes bytes, size_t* used);

  struct Code {
    uint8_t symbol = 0;
    uint8_t bits = 0;  // 0 where no code begins like this
  };
  // The code that the 16 bits begin with.
  Code Match(uint32_t window) const;

 private:
  // For each length, one past the last code, moved up to 16 bits.
  std::array<uint32_t, kWsqCodeBitsMax + 1> limit_ = {};
  // For each length, what to add to a code for the index of its symbol.
  std::array<int32_t, kWsqCodeBitsMax + 1> symbol_offset_ = {};
  std::array<uint8_t, 256> symbols_ = {};
};

// Decodes one run of entropy-coded bytes into `indices`, which hold zeros, from `position` on.
// Returns the position after the last index; empty where the bytes are no code, or hold more
// indices than there is room for.
std::optional<size_t> DecodeWsqSegment(const WsqHuffmanTable& table, Bytes data,
                                       std::span<int32_t> indices, size_t position);

}  // namespace taanu::image_internal
