// Bytes as decimal digits, and back.
//
// A scanner that works as a keyboard types what it read through the keyboard layout of the machine:
// letters and signs come out as others under a Cyrillic layout, digits do not. And a QR code holds
// digits as densely as bytes (ISO/IEC 18004, numeric mode: ten bits for three).
//
// Seven bytes, big-endian, are one number of 17 digits; what is left at the end, 1 to 6 bytes, is
// one of 3, 5, 8, 10, 13 or 15. Every sequence of bytes has one text and no other.
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace taanu::slip {

std::string ToDigits(std::span<const uint8_t> bytes);

// None where ToDigits gives this text for no bytes.
std::optional<std::vector<uint8_t>> FromDigits(std::string_view digits);

}  // namespace taanu::slip
