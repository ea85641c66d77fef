// Loads of integers from untrusted bytes. Callers check with Has() before they load.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace taanu::image_internal {

using Bytes = std::span<const uint8_t>;

// True where `count` bytes lie at `offset`; cannot overflow.
inline bool Has(Bytes bytes, size_t offset, size_t count) {
  return offset <= bytes.size() && count <= bytes.size() - offset;
}

inline uint32_t Be16(Bytes b, size_t at) { return uint32_t{b[at]} << 8 | b[at + 1]; }
inline uint32_t Be32(Bytes b, size_t at) { return Be16(b, at) << 16 | Be16(b, at + 2); }
inline uint32_t Le16(Bytes b, size_t at) { return uint32_t{b[at + 1]} << 8 | b[at]; }
inline uint32_t Le32(Bytes b, size_t at) { return Le16(b, at + 2) << 16 | Le16(b, at); }

}  // namespace taanu::image_internal
