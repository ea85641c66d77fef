// Request ids.
// Thread-safety: a pure function over the kernel's random numbers.
#pragma once

#include <string>
#include <string_view>

namespace taanu::cli {

// A new random UUID (RFC 4122, version 4), in lower case.
std::string NewUuid();

// True for 36 characters of the form 8-4-4-4-12 hexadecimal digits.
bool IsUuid(std::string_view text);

}  // namespace taanu::cli
