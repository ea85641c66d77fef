#include "enroll/text/utf8.h"

#include <bit>
#include <cstring>

namespace taanu {
namespace {

constexpr uint64_t kHighBits = 0x8080808080808080;

// How many of the leading bytes are ASCII, found eight at a time.
size_t AsciiPrefix(std::string_view text) {
  size_t at = 0;
  for (; text.size() - at >= sizeof(uint64_t); at += sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof(word));
    if ((word & kHighBits) != 0) break;
  }
  return at;
}

}  // namespace

size_t DecodeUtf8(std::string_view text, uint32_t* character) {
  if (text.empty()) return 0;
  const auto byte = [text](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) {
    *character = lead;
    return 1;
  }
  // The number of leading ones is the length; a lone continuation byte has one.
  const auto size = static_cast<size_t>(std::countl_one(lead));
  if (size < 2 || size > 4 || text.size() < size) return 0;
  uint32_t value = lead & (0x7fU >> size);
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    value = value << 6 | (byte(i) & 0x3fU);
  }
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xd800 && value <= 0xdfff;
  if (value < kSmallest[size] || value > 0x10ffff || surrogate) return 0;
  *character = value;
  return size;
}

bool IsUtf8(std::string_view text) {
  for (;;) {
    text.remove_prefix(AsciiPrefix(text));
    if (text.empty()) return true;
    uint32_t character = 0;
    const size_t size = DecodeUtf8(text, &character);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
}

}  // namespace taanu
