// What an operator types: numbers and names.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "matcher/error.h"

namespace taanu::terminal {

// The longest field that the contract takes, in bytes.
inline constexpr size_t kFieldBytesMax = 64;

// The text without spaces around it, 1 to 64 bytes of UTF-8 without control characters, as the
// contract has voter_number and operator_id. Errors: kBadInput with `reason`.
Result<std::string> ReadField(std::string_view text, std::string_view reason);

}  // namespace taanu::terminal
