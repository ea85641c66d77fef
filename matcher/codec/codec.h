// Reads and writes finger minutiae records: ISO/IEC 19794-2:2005 and ANSI INCITS 378-2004.
//
// The two share their magic ("FMR\0 20\0") and are told apart by the length field: ISO has four
// bytes there, ANSI two, or six where a record is longer than 65,535 bytes.
//
// Thread-safety: pure functions. Every byte of the input is treated as hostile: a record that lies
// about a length, count or coordinate is refused with the byte offset and the reason, and nothing
// is allocated that the input's size does not bear out.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "matcher/error.h"
#include "matcher/template.h"

namespace taanu {

enum class TemplateFormat : uint8_t { kIso19794_2_2005, kAnsi378_2004 };
std::string_view TemplateFormatName(TemplateFormat format);

// The largest record that is read, in bytes.
inline constexpr size_t kTemplateBytesMax = size_t{1} << 20;

struct DecodedTemplate {
  TemplateFormat format = TemplateFormat::kIso19794_2_2005;
  Template value;
};

// True where the bytes begin as a finger minutiae record does (of any version, also one that
// DecodeTemplate refuses), so that a caller can tell a template from an image.
bool LooksLikeTemplate(std::span<const uint8_t> bytes);

// Errors: kBadInput (with offset and reason), kUnsupported (a version that is not read here).
Result<DecodedTemplate> DecodeTemplate(std::span<const uint8_t> bytes);

// Errors: kBadInput where the template cannot be expressed in the format (too many views or
// minutiae, a coordinate beyond 14 bits at the template's resolution).
Result<std::vector<uint8_t>> EncodeTemplate(const Template& value, TemplateFormat format);

}  // namespace taanu
