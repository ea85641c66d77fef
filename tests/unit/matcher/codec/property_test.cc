// Properties over random templates and random damage.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "matcher/codec/codec.h"
#include "tests/unit/matcher/codec/record_bytes.h"

namespace taanu {
namespace {

using test::Bytes;

// A template that the format expresses exactly: every position a whole pixel, every angle a step.
// It is built from pixels and steps here, with arithmetic of its own.
Template RepresentableTemplate(TemplateFormat format) {
  const int steps = format == TemplateFormat::kIso19794_2_2005 ? 256 : 180;
  const auto um = [](int px, int px_per_cm) {
    return static_cast<int32_t>((px * 10000.0) / px_per_cm + 0.5);
  };
  Template value;
  value.x_px_per_cm = static_cast<uint16_t>(*rc::gen::inRange(kPxPerCmMin, kPxPerCmMax + 1));
  value.y_px_per_cm = static_cast<uint16_t>(*rc::gen::inRange(kPxPerCmMin, kPxPerCmMax + 1));
  const int width = *rc::gen::inRange(1, 20000);
  const int height = *rc::gen::inRange(1, 20000);
  value.views.resize(static_cast<size_t>(*rc::gen::inRange(1, 5)));
  for (FingerView& view : value.views) {
    view.position = static_cast<FingerPosition>(*rc::gen::inRange(0, kFingerPositionMax + 1));
    view.view_number = static_cast<uint8_t>(*rc::gen::inRange(0, kViewNumberMax + 1));
    view.impression_type = static_cast<uint8_t>(*rc::gen::inRange(0, kImpressionTypeMax + 1));
    view.quality = static_cast<uint8_t>(*rc::gen::inRange(0, 101));
    view.width_um = um(width, value.x_px_per_cm);
    view.height_um = um(height, value.y_px_per_cm);
    view.minutiae.resize(static_cast<size_t>(*rc::gen::inRange(0, 40)));
    for (Minutia& minutia : view.minutiae) {
      minutia.x_um = um(*rc::gen::inRange(0, std::min(width, 16384)), value.x_px_per_cm);
      minutia.y_um = um(*rc::gen::inRange(0, std::min(height, 16384)), value.y_px_per_cm);
      const int step = *rc::gen::inRange(0, steps);
      minutia.angle = static_cast<uint16_t>(step * 65536.0 / steps + 0.5);
      minutia.type = static_cast<MinutiaType>(*rc::gen::inRange(0, 3));
      minutia.quality = static_cast<uint8_t>(*rc::gen::inRange(0, 101));
    }
    view.extended.resize(static_cast<size_t>(*rc::gen::inRange(0, 4)));
    for (ExtendedData& area : view.extended) {
      area.type = *rc::gen::arbitrary<uint16_t>();
      area.payload = *rc::gen::arbitrary<Bytes>();
    }
  }
  return value;
}

RecordOrigin RandomOrigin(TemplateFormat format) {
  RecordOrigin origin;
  origin.format = format;
  if (format == TemplateFormat::kAnsi378_2004) origin.product_id = *rc::gen::arbitrary<uint32_t>();
  origin.certification = static_cast<uint8_t>(*rc::gen::inRange(0, 16));
  origin.device_id = static_cast<uint16_t>(*rc::gen::inRange(0, 4096));
  return origin;
}

TemplateFormat RandomFormat() {
  return *rc::gen::element(TemplateFormat::kIso19794_2_2005, TemplateFormat::kAnsi378_2004);
}

TEST(CodecProperty, WhatIsWrittenIsReadBack) {
  EXPECT_TRUE(rc::check([] {
    const TemplateFormat format = RandomFormat();
    const Template value = RepresentableTemplate(format);
    const RecordOrigin origin = RandomOrigin(format);
    const auto encoded = EncodeTemplate(value, format, origin);
    RC_ASSERT(encoded.has_value());
    const auto decoded = DecodeTemplate(*encoded);
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(decoded->format == format);
    RC_ASSERT(decoded->origin == origin);
    RC_ASSERT(decoded->remarks.empty());
    RC_ASSERT(test::SameTemplate(decoded->value, value));
    RC_ASSERT(EncodeTemplate(decoded->value, format, decoded->origin).value() == *encoded);
  }));
}

// Whatever is done to a record, it is refused with a message, or read as something that is written
// and read back the same.
TEST(CodecProperty, DamageIsRefusedOrReadConsistently) {
  EXPECT_TRUE(rc::check([] {
    const TemplateFormat format = RandomFormat();
    Bytes bytes =
        EncodeTemplate(RepresentableTemplate(format), format, RandomOrigin(format)).value();
    const int hits = *rc::gen::inRange(1, 6);
    for (int i = 0; i < hits && !bytes.empty(); ++i) {
      const auto at = static_cast<ptrdiff_t>(*rc::gen::inRange<size_t>(0, bytes.size()));
      switch (*rc::gen::inRange(0, 4)) {
        case 0:
          bytes[static_cast<size_t>(at)] = *rc::gen::arbitrary<uint8_t>();
          break;
        case 1:
          bytes.erase(bytes.begin() + at);
          break;
        case 2:
          bytes.insert(bytes.begin() + at, *rc::gen::arbitrary<uint8_t>());
          break;
        default:
          bytes.resize(static_cast<size_t>(at));
      }
    }
    const auto decoded = DecodeTemplate(bytes);
    if (!decoded) {
      RC_ASSERT(!decoded.error().message.empty());
      return;
    }
    const auto encoded = EncodeTemplate(decoded->value, decoded->format, decoded->origin);
    RC_ASSERT(encoded.has_value());
    const auto again = DecodeTemplate(*encoded);
    RC_ASSERT(again.has_value());
    RC_ASSERT(again->remarks.empty());
    RC_ASSERT(again->origin == decoded->origin);
    RC_ASSERT(test::SameTemplate(again->value, decoded->value));
  }));
}

// Any template at all, also one that no record gave: an answer, never a crash, and what is written
// can be read.
TEST(CodecProperty, WhatTheWriterAcceptsTheReaderAccepts) {
  EXPECT_TRUE(rc::check([] {
    Template value;
    value.x_px_per_cm = static_cast<uint16_t>(*rc::gen::inRange(0, 2000));
    value.y_px_per_cm = static_cast<uint16_t>(*rc::gen::inRange(0, 2000));
    value.views.resize(static_cast<size_t>(*rc::gen::inRange(0, 4)));
    for (FingerView& view : value.views) {
      view.position = static_cast<FingerPosition>(*rc::gen::inRange(0, 13));
      view.width_um = *rc::gen::inRange(-1, 40000);
      view.height_um = *rc::gen::oneOf(rc::gen::inRange(-1, 40000), rc::gen::arbitrary<int32_t>());
      view.minutiae.resize(static_cast<size_t>(*rc::gen::inRange(0, 4)));
      for (Minutia& minutia : view.minutiae) {
        minutia.x_um = *rc::gen::inRange(-1, 42000);
        minutia.y_um = *rc::gen::oneOf(rc::gen::inRange(0, 40000), rc::gen::arbitrary<int32_t>());
        minutia.angle = *rc::gen::arbitrary<uint16_t>();
      }
    }
    const TemplateFormat format = RandomFormat();
    const auto encoded = EncodeTemplate(value, format);
    if (!encoded) return;
    const auto decoded = DecodeTemplate(*encoded);
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(decoded->remarks.empty());
    RC_ASSERT(EncodeTemplate(decoded->value, format, decoded->origin).value() == *encoded);
  }));
}

}  // namespace
}  // namespace taanu
