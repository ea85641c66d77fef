#include "service/cli/uuid.h"

#include <sodium.h>

#include <array>
#include <cctype>
#include <cstddef>
#include <cstdint>

namespace taanu::cli {
namespace {

constexpr size_t kUuidLength = 36;

bool IsHyphenPlace(size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

}  // namespace

std::string NewUuid() {
  std::array<uint8_t, 16> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  bytes[6] = static_cast<uint8_t>((bytes[6] & 0x0F) | 0x40);  // version 4
  bytes[8] = static_cast<uint8_t>((bytes[8] & 0x3F) | 0x80);  // variant 1
  constexpr char kDigits[] = "0123456789abcdef";
  std::string uuid;
  for (const uint8_t byte : bytes) {
    if (IsHyphenPlace(uuid.size())) uuid += '-';
    uuid += kDigits[byte >> 4];
    uuid += kDigits[byte & 15];
  }
  return uuid;
}

bool IsUuid(std::string_view text) {
  if (text.size() != kUuidLength) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool fits =
        IsHyphenPlace(i) ? text[i] == '-' : std::isxdigit(static_cast<unsigned char>(text[i])) != 0;
    if (!fits) return false;
  }
  return true;
}

}  // namespace taanu::cli
