#include "matcher/codec/length.h"

#include <string>

#include "matcher/codec/byte_reader.h"
#include "matcher/codec/codec.h"
#include "matcher/codec/identify.h"

namespace taanu::codec {

Status CheckLengthBefore(size_t length, size_t length_min, size_t input_size) {
  if (length < length_min) {
    return FailAt("BAD_LENGTH", kLengthOffset, {}, "record length",
                  "it says " + std::to_string(length) + " bytes, and the smallest record has " +
                      std::to_string(length_min));
  }
  if (length > input_size) {
    return FailAt("BAD_LENGTH", kLengthOffset, {}, "record length",
                  "it says " + std::to_string(length) + " bytes, and the input has " +
                      std::to_string(input_size));
  }
  return {};
}

Status CheckLengthAfter(size_t length, size_t end, size_t input_size) {
  if (end != length) {
    return FailAt("BAD_LENGTH", kLengthOffset, {}, "record length",
                  "it says " + std::to_string(length) + " bytes, and the views end at byte " +
                      std::to_string(end));
  }
  if (input_size - end > kTrailingBytesMax) {
    return FailAt("TRAILING_BYTES", end, {}, "end of the record",
                  std::to_string(input_size - end) + " bytes follow it, and at most " +
                      std::to_string(kTrailingBytesMax) + " are ignored");
  }
  return {};
}

}  // namespace taanu::codec
