// Lines of a text in bounded memory.
//
// Thread-safety: a pure function over the reader, which belongs to one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "enroll/load/block_reader.h"
#include "matcher/error.h"

namespace taanu {

// Bytes of a line that could not be used that are kept for whoever mends it.
inline constexpr size_t kLineTextBytesMax = 1024;

// The next line that is not blank, without its line end (LF, or CR LF), or nothing at the end.
// `number` counts every line, and is that of the line that was given or refused.
// Errors: kBadInput (LINE_TOO_LONG) for a line of more than `bytes_max` bytes, which is passed
// over; kUnavailable (LINE_UNREADABLE) where the file breaks.
Result<std::optional<std::string>> ReadLine(BlockReader* reader, size_t bytes_max,
                                            uint64_t* number);

}  // namespace taanu
