// Base64 with padding (RFC 4648 section 4).
//
// Thread-safety: pure function.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace taanu::svg {

std::string Base64(std::span<const uint8_t> bytes);

}  // namespace taanu::svg
