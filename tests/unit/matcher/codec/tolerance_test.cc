// The faults that the reader tolerates (codec.h, points 1 to 7), each up to its bound and no
// further.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "matcher/codec/codec.h"
#include "tests/unit/matcher/codec/record_bytes.h"

namespace taanu {
namespace {

using test::Bytes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// What the record is once written again.
Bytes Canonical(const DecodedTemplate& decoded) {
  return EncodeTemplate(decoded.value, decoded.format, decoded.origin).value();
}

TEST(Tolerance, AVersionWithALeadingZeroIsTheSameVersion) {
  for (const Bytes& record : {test::IsoRecord(), test::AnsiRecord()}) {
    Bytes bytes = record;
    bytes[4] = '0';
    const auto decoded = DecodeTemplate(bytes);
    ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
    EXPECT_EQ(Canonical(*decoded), record);
  }
}

TEST(Tolerance, ReservedBitsAreIgnoredAndZeroedWhenWritten) {
  Bytes bytes = test::IsoRecord();
  bytes[23] = 0xFF;   // the reserved byte after the count of views
  bytes[30] |= 0xC0;  // the reserved bits above y of the first minutia
  const auto decoded = DecodeTemplate(bytes);
  ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
  EXPECT_EQ(decoded->value.views[0].minutiae[0].y_um, 1000);
  EXPECT_EQ(Canonical(*decoded), test::IsoRecord());
}

TEST(Tolerance, UpTo15TrailingBytesAreIgnoredWithARemark) {
  for (const Bytes& record : {test::IsoRecord(), test::AnsiRecord()}) {
    for (size_t extra = 1; extra <= kTrailingBytesMax; ++extra) {
      Bytes bytes = record;
      bytes.resize(record.size() + extra, '\n');
      const auto decoded = DecodeTemplate(bytes);
      ASSERT_TRUE(decoded.has_value()) << extra << ": " << decoded.error().message;
      EXPECT_THAT(decoded->remarks, ElementsAre(HasSubstr("ignored")));
      EXPECT_EQ(Canonical(*decoded), record);
    }
    Bytes bytes = record;
    bytes.resize(record.size() + kTrailingBytesMax + 1);
    const auto decoded = DecodeTemplate(bytes);
    ASSERT_FALSE(decoded.has_value());
    EXPECT_EQ(decoded.error().reason, "TRAILING_BYTES");
    EXPECT_THAT(decoded.error().message, StartsWith("byte " + std::to_string(record.size())));
  }
}

TEST(Tolerance, ALengthFieldMayBeUpToTwoBytesShortOfARecordThatEndsTheInput) {
  for (const size_t short_by : {1u, 2u, 3u}) {
    Bytes iso = test::IsoRecord();
    test::PutU32(iso, 8, iso.size() - short_by);
    Bytes ansi = test::AnsiRecord();
    test::PutU16(ansi, 8, ansi.size() - short_by);
    for (const Bytes& bytes : {iso, ansi}) {
      const auto decoded = DecodeTemplate(bytes);
      ASSERT_EQ(decoded.has_value(), short_by <= 2) << short_by;
      if (!decoded) continue;
      EXPECT_THAT(decoded->remarks, ElementsAre(StartsWith("byte 8, record length")));
      EXPECT_THAT(DecodeTemplate(Canonical(*decoded))->remarks, IsEmpty());
      EXPECT_EQ(Canonical(*decoded).size(), bytes.size());
    }
  }
}

TEST(Tolerance, AShortLengthFieldIsRefusedWhereBytesFollowTheRecord) {
  Bytes bytes = test::IsoRecord();
  test::PutU32(bytes, 8, bytes.size() - 1);
  bytes.push_back(0);
  EXPECT_FALSE(DecodeTemplate(bytes).has_value());
}

TEST(Tolerance, TheLastExtendedBlockMayMissTheEndByTwoBytesAndIsThenSkipped) {
  for (const int stated : {5, 6, 7, 8, 9, 10, 11}) {
    // Eight bytes are there: an area of a vendor's own with four bytes of payload.
    const Bytes bytes = test::IsoRecordWithBlock({0, stated, 2, 1, 0, 8, 1, 2, 3, 4});
    const auto decoded = DecodeTemplate(bytes);
    const bool tolerated = stated >= 6 && stated <= 10;
    ASSERT_EQ(decoded.has_value(), tolerated) << stated;
    if (!decoded) continue;
    if (stated == 8) {
      EXPECT_THAT(decoded->remarks, IsEmpty());
      EXPECT_EQ(decoded->value.views[0].extended.size(), 1u);
    } else {
      EXPECT_THAT(decoded->remarks, ElementsAre(HasSubstr("skipped")));
      EXPECT_THAT(decoded->value.views[0].extended, IsEmpty());
      EXPECT_EQ(Canonical(*decoded), test::IsoRecord());
    }
  }
}

TEST(Tolerance, AnEmptyBlockMayNotMissTheEnd) {
  EXPECT_FALSE(DecodeTemplate(test::IsoRecordWithBlock({0, 0, 0})).has_value());
  EXPECT_FALSE(DecodeTemplate(test::IsoRecordWithBlock({0, 0, 0, 0})).has_value());
  EXPECT_FALSE(DecodeTemplate(test::IsoRecordWithBlock({0, 1})).has_value());
}

TEST(Tolerance, ABlockBeforeTheLastViewMayNotMissItsEnd) {
  Bytes bytes = test::AnsiRecord();
  test::PutU16(bytes, 36, 12);
  EXPECT_FALSE(DecodeTemplate(bytes).has_value());
}

TEST(Tolerance, AnAnsiAngleOf180OrMoreWraps) {
  Bytes bytes = test::AnsiRecord();
  bytes[34] = 213;  // 426 degrees
  const auto decoded = DecodeTemplate(bytes);
  ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
  EXPECT_THAT(decoded->remarks, ElementsAre(HasSubstr("1 angles")));
  bytes[34] = 33;  // 66 degrees
  EXPECT_TRUE(test::SameTemplate(decoded->value, DecodeTemplate(bytes)->value));
  EXPECT_EQ(Canonical(*decoded), bytes);
}

TEST(Tolerance, IsoAreaLengthsThatCountThePayloadAloneAreReadAndWrittenSo) {
  const Bytes bytes = test::IsoRecordWithBlock({0, 15, 2, 0x21, 0, 6, 1, 2, 3, 4, 5, 6,  //
                                                0, 1, 0, 1, 9});
  const auto decoded = DecodeTemplate(bytes);
  ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
  EXPECT_TRUE(decoded->origin.area_length_excludes_header);
  EXPECT_THAT(decoded->value.views[0].extended,
              ElementsAre(ExtendedData{0x0221, {1, 2, 3, 4, 5, 6}}, ExtendedData{1, {9}}));
  EXPECT_EQ(Canonical(*decoded), bytes);
}

TEST(Tolerance, IsoAreaLengthsThatAddUpEitherWayCountTheirHeader) {
  // With header: one area of 8. Payload alone: an area of 8 would overrun.
  const auto decoded = DecodeTemplate(test::IsoRecordWithBlock({0, 8, 0, 2, 0, 8, 1, 2, 3, 4}));
  ASSERT_TRUE(decoded.has_value());
  EXPECT_FALSE(decoded->origin.area_length_excludes_header);
  // With header: areas of 8 and 4. Payload alone: one area of 8.
  const auto either =
      DecodeTemplate(test::IsoRecordWithBlock({0, 12, 0, 2, 0, 8, 1, 2, 3, 4, 1, 0, 0, 4}));
  ASSERT_TRUE(either.has_value());
  EXPECT_FALSE(either->origin.area_length_excludes_header);
  EXPECT_EQ(either->value.views[0].extended.size(), 2u);
}

TEST(Tolerance, AnsiAreaLengthsAlwaysCountTheirHeader) {
  Bytes bytes = test::AnsiRecord();
  test::PutU16(bytes, 40, 4);  // payload alone: 4 and 1
  test::PutU16(bytes, 48, 1);
  EXPECT_FALSE(DecodeTemplate(bytes).has_value());
}

}  // namespace
}  // namespace taanu
