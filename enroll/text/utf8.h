// UTF-8 as the Unicode Standard's table 3-7 defines it: no overlong form, no surrogate, nothing
// above U+10FFFF. The one decoder of this tree, so that a text is well formed everywhere or
// nowhere.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace taanu {

// Bytes of the well-formed sequence at the front of `text`, and in `character` the code point that
// it stands for; 0 where there is none, or `text` is empty.
size_t DecodeUtf8(std::string_view text, uint32_t* character);

bool IsUtf8(std::string_view text);

}  // namespace taanu
