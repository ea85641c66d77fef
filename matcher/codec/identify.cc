#include "matcher/codec/identify.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "matcher/codec/byte_reader.h"

namespace taanu {

namespace {

constexpr std::array<uint8_t, 4> kMagic = {'F', 'M', 'R', 0};

}  // namespace

bool LooksLikeTemplate(std::span<const uint8_t> bytes) {
  return bytes.size() >= kMagic.size() && std::equal(kMagic.begin(), kMagic.end(), bytes.begin());
}

namespace codec {
namespace {

constexpr size_t kVersionOffset = 4;
constexpr size_t kHighMax = kTemplateBytesMax >> 16;
static_assert(kHighMax < 26, "an ISO length must not read as a possible ANSI one");

// What the three characters of a version stand for; empty where they are not known.
std::string_view LaterEdition(std::string_view version) {
  if (version == "30") return "ISO/IEC 19794-2:2011 or ANSI INCITS 378-2009";
  if (version == "35") return "ANSI INCITS 378-2009/AM 1";
  return "";
}

Status CheckVersion(std::span<const uint8_t> raw) {
  const auto is_version_char = [](uint8_t c) { return c == ' ' || (c >= '0' && c <= '9'); };
  if (raw[3] != 0 || !std::all_of(raw.begin(), raw.begin() + 3, is_version_char)) {
    return FailAt("BAD_VERSION", kVersionOffset, {}, "version",
                  "it is not three digits ended by a zero byte");
  }
  const std::string version(raw.begin(), raw.begin() + 3);
  // The first digit is the tens of the major number: a space and a zero there say the same.
  const bool leading = version[0] == ' ' || version[0] == '0';
  const std::string_view number = std::string_view(version).substr(leading ? 1 : 0);
  if (number == "20") return {};
  const std::string_view edition = LaterEdition(number);
  std::string message = "byte 4, version: \"" + version + "\" is ";
  message += edition.empty() ? std::string_view("of an unknown edition") : edition;
  message += "; ISO/IEC 19794-2:2005 and ANSI INCITS 378-2004 are read (\" 20\")";
  return Fail(ErrorCode::kUnsupported, "UNSUPPORTED_VERSION", std::move(message));
}

}  // namespace

Result<Identity> Identify(std::span<const uint8_t> bytes) {
  if (!LooksLikeTemplate(bytes)) {
    return FailAt("NOT_A_TEMPLATE", 0, {}, "magic",
                  "the input does not begin with \"FMR\" and a zero byte");
  }
  ByteReader in(bytes, kVersionOffset, bytes.size());
  TAANU_ASSIGN_OR_RETURN(const auto version, in.Bytes(4, "version"));
  TAANU_RETURN_IF_ERROR(CheckVersion(version));
  TAANU_ASSIGN_OR_RETURN(const uint16_t high, in.U16("record length"));
  if (high > kHighMax) return Identity{TemplateFormat::kAnsi378_2004, high, in.offset()};
  TAANU_ASSIGN_OR_RETURN(const uint16_t low, in.U16("record length"));
  Identity identity{TemplateFormat::kIso19794_2_2005, size_t{high} << 16 | low, in.offset()};
  if (high == 0 && low >= 1 && low <= kHighMax) {
    TAANU_ASSIGN_OR_RETURN(const uint16_t lowest, in.U16("record length"));
    identity = {TemplateFormat::kAnsi378_2004, size_t{low} << 16 | lowest, in.offset()};
  }
  if (identity.length > kTemplateBytesMax) {
    return FailAt("TOO_LARGE", kLengthOffset, {}, "record length",
                  "it says " + std::to_string(identity.length) + " bytes, and at most " +
                      std::to_string(kTemplateBytesMax) + " are read");
  }
  return identity;
}

}  // namespace codec
}  // namespace taanu
