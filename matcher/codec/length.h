// Checks of a record's length against its input, before its views are read and after.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>

#include "matcher/error.h"

namespace taanu::codec {

// The length must hold the smallest record, and the input must hold the length. Errors: BAD_LENGTH.
Status CheckLengthBefore(size_t length, size_t length_min, size_t input_size);

// The views ended at `end`, which must be the length. Bytes after it are trailing ones, of which
// kTrailingBytesMax are allowed. Errors: BAD_LENGTH, TRAILING_BYTES.
Status CheckLengthAfter(size_t length, size_t end, size_t input_size);

}  // namespace taanu::codec
