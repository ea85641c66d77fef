// Records made by hand from the standards are read field by field and written byte for byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "matcher/codec/codec.h"
#include "tests/unit/matcher/codec/record_bytes.h"

namespace taanu {
namespace {

using test::Bytes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(IsoLayout, EveryFieldIsReadInItsUnit) {
  const auto decoded = DecodeTemplate(test::IsoRecord());
  ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
  EXPECT_EQ(decoded->format, TemplateFormat::kIso19794_2_2005);
  EXPECT_THAT(decoded->remarks, IsEmpty());
  EXPECT_EQ(decoded->origin, (RecordOrigin{.format = TemplateFormat::kIso19794_2_2005,
                                           .product_id = 0,
                                           .certification = 8,
                                           .device_id = 0xABC,
                                           .area_length_excludes_header = false}));
  EXPECT_EQ(decoded->value.x_px_per_cm, 197);
  EXPECT_EQ(decoded->value.y_px_per_cm, 100);
  ASSERT_EQ(decoded->value.views.size(), 1u);
  const FingerView& view = decoded->value.views[0];
  EXPECT_EQ(view.position, FingerPosition::kLeftIndex);
  EXPECT_EQ(view.view_number, 2);
  EXPECT_EQ(view.impression_type, 8);
  EXPECT_EQ(view.quality, 90);
  EXPECT_EQ(view.width_um, 15228);   // 300 / 197 cm
  EXPECT_EQ(view.height_um, 40000);  // 400 / 100 cm
  EXPECT_THAT(view.extended, IsEmpty());
  EXPECT_THAT(view.minutiae, ElementsAre(Minutia{.x_um = 10000,
                                                 .y_um = 1000,
                                                 .angle = 16384,
                                                 .type = MinutiaType::kRidgeEnding,
                                                 .quality = 50},
                                         Minutia{.x_um = 15178,
                                                 .y_um = 39900,
                                                 .angle = 65280,
                                                 .type = MinutiaType::kBifurcation,
                                                 .quality = 0}));
}

TEST(AnsiLayout, EveryFieldIsReadInItsUnit) {
  const auto decoded = DecodeTemplate(test::AnsiRecord());
  ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
  EXPECT_EQ(decoded->format, TemplateFormat::kAnsi378_2004);
  EXPECT_THAT(decoded->remarks, IsEmpty());
  EXPECT_EQ(decoded->origin, (RecordOrigin{.format = TemplateFormat::kAnsi378_2004,
                                           .product_id = 0x00420011,
                                           .certification = 1,
                                           .device_id = 0x0B5,
                                           .area_length_excludes_header = false}));
  ASSERT_EQ(decoded->value.views.size(), 2u);
  const FingerView& first = decoded->value.views[0];
  EXPECT_EQ(first.position, FingerPosition::kRightIndex);
  EXPECT_EQ(first.view_number, 0);
  EXPECT_EQ(first.impression_type, 0);
  EXPECT_EQ(first.quality, 70);
  EXPECT_EQ(first.width_um, 25990);  // 512 / 197 cm
  EXPECT_THAT(first.minutiae, ElementsAre(Minutia{.x_um = 5076,
                                                  .y_um = 711,
                                                  .angle = 65172,  // 358 / 360 of 65,536
                                                  .type = MinutiaType::kOther,
                                                  .quality = 100}));
  EXPECT_THAT(first.extended,
              ElementsAre(ExtendedData{1, {0x01, 0x00, 0x01, 0x05}}, ExtendedData{0x0107, {0xEE}}));
  const FingerView& second = decoded->value.views[1];
  EXPECT_EQ(second.position, FingerPosition::kLeftIndex);
  EXPECT_EQ(second.view_number, 1);
  EXPECT_EQ(second.impression_type, 1);
  EXPECT_EQ(second.quality, 0);
  EXPECT_THAT(second.minutiae, IsEmpty());
  EXPECT_THAT(second.extended, IsEmpty());
}

TEST(IsoLayout, IsWrittenByteForByteAsItCame) {
  const Bytes bytes = test::IsoRecord();
  const auto decoded = DecodeTemplate(bytes);
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(EncodeTemplate(decoded->value, decoded->format, decoded->origin).value(), bytes);
}

TEST(AnsiLayout, IsWrittenByteForByteAsItCame) {
  const Bytes bytes = test::AnsiRecord();
  const auto decoded = DecodeTemplate(bytes);
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(EncodeTemplate(decoded->value, decoded->format, decoded->origin).value(), bytes);
}

TEST(IsoLayout, ATemplateWithoutOriginIsWrittenWithUnknownEquipment) {
  Bytes bytes = test::IsoRecord();
  const auto decoded = DecodeTemplate(bytes);
  ASSERT_TRUE(decoded.has_value());
  bytes[12] = bytes[13] = 0;
  EXPECT_EQ(EncodeTemplate(decoded->value, TemplateFormat::kIso19794_2_2005).value(), bytes);
}

// 65,535 bytes of ridge counts make each format pass the limit of two bytes of length.
Bytes LongBody() {
  Bytes body = {2, 0, 2, 0, 0, 197, 0, 197, 2, 0};
  for (int view = 0; view < 2; ++view) {
    test::Append(body, {2, view << 4, 50, 0, 0xC0, 0x00, 0x01, 0x00, 0xC0, 0x00});
    body.resize(body.size() + 0xC000 - 4, static_cast<uint8_t>(0xA0 + view));
  }
  return body;
}

TEST(AnsiLayout, ALengthAbove65535IsZeroAndFourBytes) {
  Bytes bytes = {'F', 'M', 'R', 0, ' ', '2', '0', 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 8, 0, 0};
  const Bytes body = LongBody();
  bytes.insert(bytes.end(), body.begin(), body.end());
  test::PutU32(bytes, 10, bytes.size());
  ASSERT_GT(bytes.size(), 65535u);
  const auto decoded = DecodeTemplate(bytes);
  ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
  EXPECT_EQ(decoded->format, TemplateFormat::kAnsi378_2004);
  EXPECT_EQ(decoded->origin.product_id, 0x00090008u);
  EXPECT_EQ(decoded->value.views[1].extended[0].payload.size(), 0xC000u - 4);
  EXPECT_EQ(EncodeTemplate(decoded->value, decoded->format, decoded->origin).value(), bytes);
}

TEST(IsoLayout, ALengthAbove65535IsNotTakenForAnAnsiOne) {
  Bytes bytes = {'F', 'M', 'R', 0, ' ', '2', '0', 0, 0, 0, 0, 0, 0, 0};
  const Bytes body = LongBody();
  bytes.insert(bytes.end(), body.begin(), body.end());
  test::PutU32(bytes, 8, bytes.size());
  const auto decoded = DecodeTemplate(bytes);
  ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
  EXPECT_EQ(decoded->format, TemplateFormat::kIso19794_2_2005);
  EXPECT_EQ(EncodeTemplate(decoded->value, decoded->format, decoded->origin).value(), bytes);
}

// The longest ANSI record of the short form, and the shortest of the long one.
TEST(AnsiLayout, TheLengthFieldGrowsAtExactly65536Bytes) {
  Template value;
  value.views.resize(2);
  value.views[1].view_number = 1;
  value.views[0].extended = {{0x0100, Bytes(40000, 1)}};
  const size_t fixed = 26 + 6 + 4 + 40000 + 6 + 4;
  value.views[1].extended = {{0x0100, Bytes(65535 - fixed, 2)}};
  const auto shorter = EncodeTemplate(value, TemplateFormat::kAnsi378_2004);
  ASSERT_TRUE(shorter.has_value()) << shorter.error().message;
  EXPECT_EQ(shorter->size(), 65535u);
  EXPECT_EQ(test::ReadU16(*shorter, 8), 65535);
  value.views[1].extended[0].payload.push_back(2);
  const auto longer = EncodeTemplate(value, TemplateFormat::kAnsi378_2004);
  ASSERT_TRUE(longer.has_value());
  EXPECT_EQ(longer->size(), 65540u);  // the longer field takes four bytes more
  EXPECT_EQ(test::ReadU16(*longer, 8), 0);
  EXPECT_EQ(test::ReadU16(*longer, 10), 1);
  EXPECT_EQ(test::ReadU16(*longer, 12), 4);
  for (const auto& record : {*shorter, *longer}) {
    const auto decoded = DecodeTemplate(record);
    ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
    EXPECT_EQ(decoded->format, TemplateFormat::kAnsi378_2004);
    EXPECT_EQ(EncodeTemplate(decoded->value, decoded->format).value(), record);
  }
}

TEST(Layout, ATemplateIsToldFromAnImageByItsMagicAlone) {
  EXPECT_TRUE(LooksLikeTemplate(test::IsoRecord()));
  EXPECT_TRUE(LooksLikeTemplate(test::AnsiRecord()));
  EXPECT_TRUE(LooksLikeTemplate(Bytes{'F', 'M', 'R', 0, '9', '9'}));
  EXPECT_FALSE(LooksLikeTemplate(Bytes{'F', 'M', 'R'}));
  EXPECT_FALSE(LooksLikeTemplate(Bytes{'F', 'I', 'R', 0, '0', '2', '0', 0}));
  EXPECT_FALSE(LooksLikeTemplate(Bytes{}));
}

TEST(Layout, FormatsAreNamedAsTheirStandards) {
  EXPECT_EQ(TemplateFormatName(TemplateFormat::kIso19794_2_2005), "ISO/IEC 19794-2:2005");
  EXPECT_EQ(TemplateFormatName(TemplateFormat::kAnsi378_2004), "ANSI INCITS 378-2004");
}

}  // namespace
}  // namespace taanu
