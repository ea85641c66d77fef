// What the writer writes of templates that no record gave, and what it refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "matcher/codec/codec.h"
#include "tests/unit/matcher/codec/record_bytes.h"

namespace taanu {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr TemplateFormat kFormats[] = {TemplateFormat::kIso19794_2_2005,
                                       TemplateFormat::kAnsi378_2004};

// One view of 10 x 20 mm with a minutia at its middle.
Template OneView() {
  Template value;
  FingerView view;
  view.width_um = 10000;
  view.height_um = 20000;
  view.minutiae = {{.x_um = 5000, .y_um = 10000, .angle = 0, .type = MinutiaType::kOther}};
  value.views = {view};
  return value;
}

TEST(Encode, RefusesWhatTheFormatCannotExpress) {
  const struct {
    const char* name;
    std::function<void(Template&)> break_it;
    const char* reason;
    const char* field;
  } kCases[] = {
      {"no views", [](Template& t) { t.views.clear(); }, "BAD_VIEW_COUNT", "count of views"},
      {"256 views", [](Template& t) { t.views.resize(256); }, "BAD_VIEW_COUNT", "count of views"},
      {"view number", [](Template& t) { t.views[0].view_number = 16; }, "BAD_VIEW_COUNT",
       "view number"},
      {"x resolution", [](Template& t) { t.x_px_per_cm = 0; }, "BAD_RESOLUTION", "resolution"},
      {"y resolution", [](Template& t) { t.y_px_per_cm = 2000; }, "BAD_RESOLUTION", "resolution"},
      {"position", [](Template& t) { t.views[0].position = static_cast<FingerPosition>(11); },
       "BAD_FINGER_POSITION", "finger position"},
      {"impression", [](Template& t) { t.views[0].impression_type = 10; }, "BAD_IMPRESSION_TYPE",
       "impression type"},
      {"quality", [](Template& t) { t.views[0].quality = 101; }, "BAD_QUALITY", "quality"},
      {"256 minutiae", [](Template& t) { t.views[0].minutiae.resize(256, t.views[0].minutiae[0]); },
       "BAD_MINUTIA", "count of minutiae"},
      {"type", [](Template& t) { t.views[0].minutiae[0].type = static_cast<MinutiaType>(3); },
       "BAD_MINUTIA", "minutia 1, type"},
      {"minutia quality", [](Template& t) { t.views[0].minutiae[0].quality = 101; }, "BAD_MINUTIA",
       "minutia 1, quality"},
      {"negative x", [](Template& t) { t.views[0].minutiae[0].x_um = -1; }, "BAD_MINUTIA", "x: -1"},
      {"x outside the image", [](Template& t) { t.views[0].minutiae[0].x_um = 10001; },
       "BAD_MINUTIA", "x: 10001"},
      {"y outside the image", [](Template& t) { t.views[0].minutiae[0].y_um = 20001; },
       "BAD_MINUTIA", "y: 20001"},
      {"y beyond 14 bits",
       [](Template& t) { t.views[0].height_um = 0, t.views[0].minutiae[0].y_um = 900000; },
       "BAD_MINUTIA", "14 bits"},
      {"negative width", [](Template& t) { t.views[0].width_um = -1; }, "BAD_IMAGE_SIZE",
       "image width"},
      {"width beyond 16 bits", [](Template& t) { t.views[0].width_um = 4000000; }, "BAD_IMAGE_SIZE",
       "image width"},
      {"extended area beyond 16 bits",
       [](Template& t) {
         t.views[0].extended = {{0x100, test::Bytes(65532)}};
       },
       "BAD_EXTENDED_DATA", "extended data"},
      {"extended block beyond 16 bits",
       [](Template& t) {
         t.views[0].extended.assign(2, {0x100, test::Bytes(40000)});
       },
       "BAD_EXTENDED_DATA", "extended data"},
      {"record beyond the limit",
       [](Template& t) {
         t.views[0].extended = {{0x100, test::Bytes(65000)}};
         t.views.resize(17, t.views[0]);
       },
       "TOO_LARGE", "record length"},
  };
  for (const auto& c : kCases) {
    for (const TemplateFormat format : kFormats) {
      SCOPED_TRACE(std::string(c.name) + ", " + std::string(TemplateFormatName(format)));
      Template value = OneView();
      ASSERT_TRUE(EncodeTemplate(value, format).has_value());
      c.break_it(value);
      const auto encoded = EncodeTemplate(value, format);
      ASSERT_FALSE(encoded.has_value());
      EXPECT_EQ(encoded.error().code, ErrorCode::kBadInput);
      EXPECT_EQ(encoded.error().reason, c.reason) << encoded.error().message;
      EXPECT_THAT(encoded.error().message, HasSubstr(c.field));
    }
  }
}

TEST(Encode, RefusesEquipmentThatDoesNotFit) {
  for (const TemplateFormat format : kFormats) {
    EXPECT_FALSE(EncodeTemplate(OneView(), format, {.certification = 16}).has_value());
    EXPECT_FALSE(EncodeTemplate(OneView(), format, {.device_id = 0x1000}).has_value());
  }
}

TEST(Encode, WritesTheMostThatARecordHolds) {
  Template value = OneView();
  value.views[0].minutiae.resize(kMinutiaeMax, value.views[0].minutiae[0]);
  value.views.resize(kViewsMax, value.views[0]);
  for (const TemplateFormat format : kFormats) {
    const auto encoded = EncodeTemplate(value, format);
    ASSERT_TRUE(encoded.has_value()) << encoded.error().message;
    const auto decoded = DecodeTemplate(*encoded);
    ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
    EXPECT_EQ(decoded->format, format);
    ASSERT_EQ(decoded->value.views.size(), 255u);
    EXPECT_EQ(decoded->value.views[254].minutiae.size(), 255u);
  }
}

TEST(Encode, AMinutiaOnTheFarEdgeGoesIntoTheLastPixel) {
  Template value = OneView();
  value.views[0].minutiae[0].x_um = 10000;
  value.views[0].minutiae[0].y_um = 20000;
  const auto decoded =
      DecodeTemplate(EncodeTemplate(value, TemplateFormat::kIso19794_2_2005).value());
  ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
  EXPECT_EQ(decoded->value.views[0].minutiae[0].x_um, 9949);   // pixel 196 of 197
  EXPECT_EQ(decoded->value.views[0].minutiae[0].y_um, 19949);  // pixel 393 of 394
}

TEST(Encode, AnUnknownImageSizeBecomesTheSmallestThatHoldsTheMinutiae) {
  Template value = OneView();
  value.views[0].width_um = value.views[0].height_um = 0;
  const auto decoded =
      DecodeTemplate(EncodeTemplate(value, TemplateFormat::kIso19794_2_2005).value());
  ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
  EXPECT_EQ(decoded->value.views[0].width_um, 5076);    // x is pixel 99, of 100
  EXPECT_EQ(decoded->value.views[0].height_um, 10051);  // y is pixel 197, of 198
}

TEST(Encode, ViewsOfSeveralSizesShareTheLargest) {
  Template value = OneView();
  value.views.push_back(value.views[0]);
  value.views[1].width_um = 15000;
  value.views[1].height_um = 5000;
  value.views[1].minutiae[0].y_um = 5000;
  const auto decoded = DecodeTemplate(EncodeTemplate(value, TemplateFormat::kAnsi378_2004).value());
  ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
  for (const FingerView& view : decoded->value.views) {
    EXPECT_EQ(view.width_um, 15025);   // 296 pixels
    EXPECT_EQ(view.height_um, 20000);  // 394 pixels
  }
}

TEST(Encode, CoresAndDeltasDoNotCrossFormats) {
  Template value = OneView();
  value.views[0].extended = {{1, {1, 0, 1, 5}}, {2, {0, 0}}, {3, {7}}, {0x0100, {8}}};
  const auto same = EncodeTemplate(value, TemplateFormat::kIso19794_2_2005,
                                   {.format = TemplateFormat::kIso19794_2_2005});
  EXPECT_EQ(DecodeTemplate(same.value())->value.views[0].extended, value.views[0].extended);
  const auto crossed = EncodeTemplate(value, TemplateFormat::kAnsi378_2004,
                                      {.format = TemplateFormat::kIso19794_2_2005});
  EXPECT_THAT(DecodeTemplate(crossed.value())->value.views[0].extended,
              ElementsAre(ExtendedData{1, {1, 0, 1, 5}}, ExtendedData{0x0100, {8}}));
}

// 500, 512 and 569 dpi: 197, 202 and 224 pixels per centimetre.
TEST(Encode, TheSamePointIsReadTheSameAtEveryResolution) {
  for (const uint16_t px_per_cm : {197, 202, 224}) {
    Template value = OneView();
    value.x_px_per_cm = value.y_px_per_cm = px_per_cm;
    const auto decoded =
        DecodeTemplate(EncodeTemplate(value, TemplateFormat::kIso19794_2_2005).value());
    ASSERT_TRUE(decoded.has_value());
    EXPECT_NEAR(decoded->value.views[0].minutiae[0].x_um, 5000, 26) << px_per_cm;
    EXPECT_NEAR(decoded->value.views[0].minutiae[0].y_um, 10000, 26) << px_per_cm;
  }
}

}  // namespace
}  // namespace taanu
