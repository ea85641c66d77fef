#include "matcher/codec/codec.h"

#include <string>

#include "matcher/codec/ansi.h"
#include "matcher/codec/byte_reader.h"
#include "matcher/codec/extended.h"
#include "matcher/codec/identify.h"
#include "matcher/codec/iso.h"

namespace taanu {
namespace {

Result<std::vector<uint8_t>> EncodeAs(const Template& value, TemplateFormat format,
                                      const RecordOrigin& origin) {
  return format == TemplateFormat::kIso19794_2_2005 ? codec::EncodeIso(value, origin)
                                                    : codec::EncodeAnsi(value, origin);
}

// The template without the areas that would be misread in another format than they came from.
Template WithPortableAreas(const Template& value) {
  Template portable = value;
  for (FingerView& view : portable.views) view.extended = codec::PortableAreas(view.extended);
  return portable;
}

}  // namespace

std::string_view TemplateFormatName(TemplateFormat format) {
  return format == TemplateFormat::kIso19794_2_2005 ? "ISO/IEC 19794-2:2005"
                                                    : "ANSI INCITS 378-2004";
}

Result<DecodedTemplate> DecodeTemplate(std::span<const uint8_t> bytes) {
  if (bytes.size() > kTemplateBytesMax + kTrailingBytesMax) {
    return codec::FailAt("TOO_LARGE", 0, {}, "input",
                         "it has " + std::to_string(bytes.size()) + " bytes, and at most " +
                             std::to_string(kTemplateBytesMax) + " are read");
  }
  TAANU_ASSIGN_OR_RETURN(const codec::Identity identity, codec::Identify(bytes));
  return identity.format == TemplateFormat::kIso19794_2_2005 ? codec::DecodeIso(bytes, identity)
                                                             : codec::DecodeAnsi(bytes, identity);
}

Result<std::vector<uint8_t>> EncodeTemplate(const Template& value, TemplateFormat format,
                                            const RecordOrigin& origin) {
  const bool foreign = origin.format.has_value() && *origin.format != format;
  TAANU_ASSIGN_OR_RETURN(std::vector<uint8_t> record,
                         foreign ? EncodeAs(WithPortableAreas(value), format, origin)
                                 : EncodeAs(value, format, origin));
  if (record.size() > kTemplateBytesMax) {
    return codec::FailAt("TOO_LARGE", codec::kLengthOffset, {}, "record length",
                         "the record has " + std::to_string(record.size()) +
                             " bytes, and at most " + std::to_string(kTemplateBytesMax) +
                             " are written");
  }
  return record;
}

}  // namespace taanu
