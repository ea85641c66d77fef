#include "service/terminal/field.h"

#include <cstdint>

#include "enroll/text/utf8.h"

namespace taanu::terminal {
namespace {

bool IsControl(uint32_t character) {
  return character < 0x20 || (character >= 0x7F && character <= 0x9F);
}

bool IsPlain(std::string_view text) {
  while (!text.empty()) {
    uint32_t character = 0;
    const size_t bytes = DecodeUtf8(text, &character);
    if (bytes == 0 || IsControl(character)) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

}  // namespace

Result<std::string> ReadField(std::string_view text, std::string_view reason) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  if (text.empty() || text.size() > kFieldBytesMax || !IsPlain(text)) {
    return Fail(ErrorCode::kBadInput, reason, "must be 1 to 64 bytes of plain text");
  }
  return std::string(text);
}

}  // namespace taanu::terminal
