#include "service/slip/digits.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace taanu::slip {
namespace {

constexpr size_t kBlockBytes = 7;
// Digits of a block of so many bytes: the fewest that hold 256^n - 1.
constexpr std::array<size_t, kBlockBytes + 1> kDigits = {0, 3, 5, 8, 10, 13, 15, 17};

}  // namespace

std::string ToDigits(std::span<const uint8_t> bytes) {
  std::string text;
  while (!bytes.empty()) {
    const size_t size = std::min(bytes.size(), kBlockBytes);
    uint64_t value = 0;
    for (const uint8_t byte : bytes.first(size)) value = value << 8 | byte;
    const std::string digits = std::to_string(value);
    text.append(kDigits[size] - digits.size(), '0').append(digits);
    bytes = bytes.subspan(size);
  }
  return text;
}

std::optional<std::vector<uint8_t>> FromDigits(std::string_view digits) {
  std::vector<uint8_t> bytes;
  while (!digits.empty()) {
    const std::string_view block = digits.substr(0, kDigits[kBlockBytes]);
    const auto* const size = std::ranges::find(kDigits, block.size());
    if (size == kDigits.end()) return std::nullopt;
    const auto count = static_cast<size_t>(size - kDigits.begin());
    uint64_t value = 0;
    const auto [end, code] = std::from_chars(block.data(), block.data() + block.size(), value);
    // A number of 17 digits may still be too large for its seven bytes.
    if (code != std::errc() || end != block.data() + block.size() || value >> (8 * count) != 0) {
      return std::nullopt;
    }
    for (size_t i = count; i-- > 0;) bytes.push_back(static_cast<uint8_t>(value >> (8 * i)));
    digits.remove_prefix(block.size());
  }
  return bytes;
}

}  // namespace taanu::slip
