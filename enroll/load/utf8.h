// Tells whether bytes are UTF-8.
// Thread-safety: a pure function.
#pragma once

#include <string_view>

namespace taanu {

// Well-formed as the Unicode Standard's table 3-7 defines it: no overlong form, no surrogate,
// nothing above U+10FFFF.
bool IsUtf8(std::string_view text);

}  // namespace taanu
