#include "matcher/codec/length.h"

#include <string>

#include "matcher/codec/byte_reader.h"
#include "matcher/codec/codec.h"
#include "matcher/codec/identify.h"

namespace taanu::codec {
namespace {

constexpr size_t kLengthShortMax = 2;

}  // namespace

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

size_t ViewsLimit(size_t length, size_t input_size) {
  return input_size - length <= kLengthShortMax ? input_size : length;
}

Status CheckLengthAfter(size_t length, size_t end, size_t input_size,
                        std::vector<std::string>& remarks) {
  if (end > length && end == ViewsLimit(length, input_size)) {
    remarks.push_back(Describe(kLengthOffset, {}, "record length",
                               "it says " + std::to_string(length) +
                                   " bytes, and the views end with the input at byte " +
                                   std::to_string(end)));
    return {};
  }
  if (end != length) {
    return FailAt("BAD_LENGTH", kLengthOffset, {}, "record length",
                  "it says " + std::to_string(length) + " bytes, and the views end at byte " +
                      std::to_string(end));
  }
  const size_t trailing = input_size - end;
  if (trailing > kTrailingBytesMax) {
    return FailAt("TRAILING_BYTES", end, {}, "end of the record",
                  std::to_string(trailing) + " bytes follow it, and at most " +
                      std::to_string(kTrailingBytesMax) + " are ignored");
  }
  if (trailing > 0) {
    remarks.push_back(Describe(end, {}, "end of the record",
                               "bytes that follow it are ignored: " + std::to_string(trailing)));
  }
  return {};
}

bool MayBeExtendedData(const Error& error) {
  return error.reason == "TRUNCATED" || error.reason == "BAD_LENGTH" ||
         error.reason == "BAD_EXTENDED_DATA";
}

}  // namespace taanu::codec
