// Any bytes at all: they are refused with a message, or what was read of them survives being
// written and read again, in the format they came in and in the other one.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "matcher/codec/codec.h"

namespace taanu {
namespace {

void Check(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "codec_fuzz: %s\n", what);
  std::abort();
}

// Half a step of each format: what an angle may move by when the format changes.
constexpr int kTurnMax = kFullCircle / 256 / 2 + kFullCircle / 180 / 2 + 1;

bool SameMinutia(const Minutia& a, const Minutia& b, int turn_max) {
  const int turn = static_cast<int16_t>(a.angle - b.angle);
  return a.x_um == b.x_um && a.y_um == b.y_um && a.type == b.type && a.quality == b.quality &&
         turn <= turn_max && turn >= -turn_max;
}

bool SameView(const FingerView& a, const FingerView& b, int turn_max) {
  if (a.position != b.position || a.view_number != b.view_number ||
      a.impression_type != b.impression_type || a.quality != b.quality ||
      a.width_um != b.width_um || a.height_um != b.height_um ||
      a.minutiae.size() != b.minutiae.size()) {
    return false;
  }
  for (size_t i = 0; i < a.minutiae.size(); ++i) {
    if (!SameMinutia(a.minutiae[i], b.minutiae[i], turn_max)) return false;
  }
  return true;
}

bool SameTemplate(const Template& a, const Template& b, int turn_max) {
  if (a.x_px_per_cm != b.x_px_per_cm || a.y_px_per_cm != b.y_px_per_cm ||
      a.views.size() != b.views.size()) {
    return false;
  }
  for (size_t i = 0; i < a.views.size(); ++i) {
    if (!SameView(a.views[i], b.views[i], turn_max)) return false;
  }
  return true;
}

bool SameExtended(const Template& a, const Template& b) {
  for (size_t i = 0; i < a.views.size(); ++i) {
    if (a.views[i].extended != b.views[i].extended) return false;
  }
  return true;
}

// Writes what was read, reads it, and writes it again: the second writing is the first.
DecodedTemplate WriteAndRead(const DecodedTemplate& decoded, TemplateFormat format) {
  const auto record = EncodeTemplate(decoded.value, format, decoded.origin);
  Check(record.has_value(), "what was read cannot be written");
  const auto again = DecodeTemplate(*record);
  Check(again.has_value(), "what was written cannot be read");
  Check(again->format == format, "the format changed");
  Check(again->remarks.empty(), "what was written is at fault");
  const auto twice = EncodeTemplate(again->value, format, again->origin);
  RecordOrigin origin = again->origin;
  Check(twice.has_value(), "what was written and read cannot be written");
  // Another format's header has no place for all of the origin, so that only its own is compared.
  if (decoded.origin.format == format) Check(origin == decoded.origin, "the origin changed");
  Check(*twice == *record, "writing is not canonical");
  return *again;
}

void FuzzOne(std::span<const uint8_t> bytes) {
  const auto decoded = DecodeTemplate(bytes);
  if (!decoded) {
    Check(!decoded.error().reason.empty(), "a refusal without a reason");
    Check(decoded.error().message.starts_with("byte "), "a refusal without an offset");
    return;
  }
  Check(LooksLikeTemplate(bytes), "a template that does not look like one");
  const DecodedTemplate same = WriteAndRead(*decoded, decoded->format);
  Check(SameTemplate(decoded->value, same.value, 0), "the template changed");
  Check(SameExtended(decoded->value, same.value), "the extended data changed");
  const TemplateFormat other = decoded->format == TemplateFormat::kIso19794_2_2005
                                   ? TemplateFormat::kAnsi378_2004
                                   : TemplateFormat::kIso19794_2_2005;
  const DecodedTemplate crossed = WriteAndRead(*decoded, other);
  Check(SameTemplate(decoded->value, crossed.value, kTurnMax), "the other format says otherwise");
}

}  // namespace
}  // namespace taanu

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  taanu::FuzzOne({data, size});
  return 0;
}
