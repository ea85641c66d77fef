// Checks of a record's length against its input, before its views are read and after.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "matcher/error.h"

namespace taanu::codec {

// The length must hold the smallest record, and the input must hold the length. Errors: BAD_LENGTH.
Status CheckLengthBefore(size_t length, size_t length_min, size_t input_size);

// Where the views may end: at the length, or at the end of the input where the length is short of
// it by so little that it may be at fault (codec.h, point 4).
size_t ViewsLimit(size_t length, size_t input_size);

// The views ended at `end`, which must be the length, or ViewsLimit() with a remark. Bytes after it
// are trailing ones, of which kTrailingBytesMax are allowed, with a remark. Errors: BAD_LENGTH,
// TRAILING_BYTES.
Status CheckLengthAfter(size_t length, size_t end, size_t input_size,
                        std::vector<std::string>& remarks);

// True where a record was refused for what a wrong length in its extended data can cause, so that
// another reading of them may succeed.
bool MayBeExtendedData(const Error& error);

}  // namespace taanu::codec
