// A record that lies is refused with a reason, the byte offset and the field.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "matcher/codec/codec.h"
#include "tests/unit/matcher/codec/record_bytes.h"

namespace taanu {
namespace {

using test::Bytes;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Lie {
  const char* name;
  Bytes (*record)();
  std::function<void(Bytes&)> tell;
  const char* reason;
  const char* where;  // how the message begins
};

// Sets one byte.
std::function<void(Bytes&)> Put(size_t at, int value) {
  return [=](Bytes& bytes) { bytes[at] = static_cast<uint8_t>(value); };
}
std::function<void(Bytes&)> Put16(size_t at, size_t value) {
  return [=](Bytes& bytes) { test::PutU16(bytes, at, value); };
}

const Lie kLies[] = {
    {"magic", test::IsoRecord, Put(2, 'r'), "NOT_A_TEMPLATE", "byte 0, magic"},
    {"magic without its zero", test::IsoRecord, Put(3, ' '), "NOT_A_TEMPLATE", "byte 0, magic"},
    {"version without its zero", test::IsoRecord, Put(7, '0'), "BAD_VERSION", "byte 4, version"},
    {"version of letters", test::IsoRecord, Put(5, 'x'), "BAD_VERSION", "byte 4, version"},
    {"ISO length too small for a record", test::IsoRecord, Put(11, 29), "BAD_LENGTH",
     "byte 8, record length: it says 29"},
    {"ISO length beyond the input", test::IsoRecord, Put(11, 43), "BAD_LENGTH",
     "byte 8, record length: it says 43"},
    {"ISO length above the limit", test::IsoRecord, Put16(8, 16), "TOO_LARGE",
     "byte 8, record length"},
    {"ANSI length too small for a record", test::AnsiRecord, Put16(8, 31), "BAD_LENGTH",
     "byte 8, record length: it says 31"},
    {"ANSI length beyond the input", test::AnsiRecord, Put16(8, 58), "BAD_LENGTH",
     "byte 8, record length: it says 58"},
    {"ANSI long form of a short record", test::AnsiRecord,
     [](Bytes& b) {
       b.insert(b.begin() + 8, {0, 0, 0, 0}), b[13] = 61;
     },
     "BAD_LENGTH", "byte 8, record length: it says 0"},
    {"width", test::IsoRecord, Put16(14, 0), "BAD_IMAGE_SIZE", "byte 14, image width"},
    {"height", test::IsoRecord, Put16(16, 0), "BAD_IMAGE_SIZE", "byte 16, image height"},
    {"x resolution zero", test::IsoRecord, Put16(18, 0), "BAD_RESOLUTION", "byte 18, x resolution"},
    {"x resolution below a ridge", test::IsoRecord, Put16(18, 38), "BAD_RESOLUTION",
     "byte 18, x resolution"},
    {"y resolution above a sensor", test::IsoRecord, Put16(20, 1576), "BAD_RESOLUTION",
     "byte 20, y resolution"},
    {"no views", test::IsoRecord, Put(22, 0), "BAD_VIEW_COUNT", "byte 22, count of views"},
    {"one view too many", test::IsoRecord, Put(22, 2), "TRUNCATED",
     "byte 42, view 2, finger position"},
    {"one view too few", test::AnsiRecord, Put(24, 1), "BAD_LENGTH", "byte 8, record length"},
    {"finger position", test::IsoRecord, Put(24, 11), "BAD_FINGER_POSITION",
     "byte 24, view 1, finger position: it is 11"},
    {"finger position of the second view", test::AnsiRecord, Put(51, 0xFF), "BAD_FINGER_POSITION",
     "byte 51, view 2, finger position: it is 255"},
    {"impression type", test::IsoRecord, Put(25, 0x2A), "BAD_IMPRESSION_TYPE",
     "byte 25, view 1, impression type: it is 10"},
    {"quality", test::IsoRecord, Put(26, 101), "BAD_QUALITY",
     "byte 26, view 1, quality: it is 101"},
    {"one minutia too many", test::IsoRecord, Put(27, 3), "TRUNCATED", "byte 28, view 1, minutiae"},
    {"one minutia too few", test::IsoRecord, Put(27, 1), "TRUNCATED",
     "byte 36, view 1, extended data"},
    {"255 minutiae", test::IsoRecord, Put(27, 255), "TRUNCATED", "byte 28, view 1, minutiae"},
    {"minutia type 3", test::IsoRecord, Put(28, 0xC0), "BAD_MINUTIA",
     "byte 28, view 1, minutia 1, type"},
    {"x one beyond the image", test::IsoRecord, Put16(34, 0x8000 | 300), "BAD_MINUTIA",
     "byte 34, view 1, minutia 2, x: 300"},
    {"y one beyond the image", test::IsoRecord, Put16(36, 400), "BAD_MINUTIA",
     "byte 36, view 1, minutia 2, y: 400"},
    {"minutia quality", test::IsoRecord, Put(33, 101), "BAD_MINUTIA",
     "byte 33, view 1, minutia 1, quality: it is 101"},
    {"extended data that are not there", test::IsoRecord, Put(41, 4), "TRUNCATED",
     "byte 42, view 1, extended data"},
    {"65,535 bytes of extended data", test::IsoRecord, Put16(40, 0xFFFF), "TRUNCATED",
     "byte 42, view 1, extended data"},
    {"extended area of length 0", test::AnsiRecord, Put16(40, 0), "BAD_EXTENDED_DATA",
     "byte 40, view 1, extended area length: it is 0"},
    {"extended area shorter than its header", test::AnsiRecord, Put16(40, 3), "BAD_EXTENDED_DATA",
     "byte 40, view 1, extended area length: it is 3"},
    {"extended area beyond its block", test::AnsiRecord, Put16(48, 6), "BAD_EXTENDED_DATA",
     "byte 48, view 1, extended area length: it is 6"},
    {"extended area that leaves no room for the next", test::AnsiRecord, Put16(40, 10),
     "BAD_EXTENDED_DATA", "byte 36, view 1, extended data length"},
};

TEST(Refusal, EveryLieIsNamedWithItsPlace) {
  for (const Lie& lie : kLies) {
    SCOPED_TRACE(lie.name);
    Bytes bytes = lie.record();
    ASSERT_TRUE(DecodeTemplate(bytes).has_value());
    lie.tell(bytes);
    const auto decoded = DecodeTemplate(bytes);
    ASSERT_FALSE(decoded.has_value());
    EXPECT_EQ(decoded.error().reason, lie.reason) << decoded.error().message;
    EXPECT_THAT(decoded.error().message, StartsWith(lie.where));
    EXPECT_EQ(decoded.error().code, ErrorCode::kBadInput);
  }
}

TEST(Refusal, EveryPrefixIsRefused) {
  for (const Bytes& record : {test::IsoRecord(), test::AnsiRecord()}) {
    for (size_t size = 0; size < record.size(); ++size) {
      EXPECT_FALSE(DecodeTemplate({record.data(), size}).has_value()) << "first " << size;
    }
  }
}

// A length field that was made true again does not save a record that is cut.
TEST(Refusal, EveryPrefixWithATrueLengthIsRefused) {
  const Bytes iso = test::IsoRecord();
  for (size_t size = 12; size < iso.size(); ++size) {
    Bytes cut(iso.begin(), iso.begin() + static_cast<ptrdiff_t>(size));
    EXPECT_FALSE(DecodeTemplate(test::WithIsoLength(cut)).has_value()) << "first " << size;
  }
}

TEST(Refusal, AnInnerLengthOfZeroEndsInEitherWayOfCounting) {
  const auto decoded = DecodeTemplate(test::IsoRecordWithBlock({0, 4, 0, 1, 0, 0}));
  ASSERT_FALSE(decoded.has_value());
  EXPECT_EQ(decoded.error().reason, "BAD_EXTENDED_DATA");
}

TEST(Refusal, AnInputAboveTheLimitIsRefusedUnread) {
  const Bytes huge(kTemplateBytesMax + kTrailingBytesMax + 1, 0);
  const auto decoded = DecodeTemplate(huge);
  ASSERT_FALSE(decoded.has_value());
  EXPECT_EQ(decoded.error().reason, "TOO_LARGE");
}

TEST(Refusal, LaterEditionsAreNamed) {
  const struct {
    const char* version;
    const char* named;
  } kEditions[] = {{"030", "ISO/IEC 19794-2:2011 or ANSI INCITS 378-2009"},
                   {" 30", "ISO/IEC 19794-2:2011 or ANSI INCITS 378-2009"},
                   {"035", "ANSI INCITS 378-2009/AM 1"},
                   {"010", "unknown edition"},
                   {"200", "unknown edition"}};
  for (const auto& edition : kEditions) {
    Bytes bytes = test::IsoRecord();
    std::copy_n(edition.version, 3, bytes.begin() + 4);
    const auto decoded = DecodeTemplate(bytes);
    ASSERT_FALSE(decoded.has_value()) << edition.version;
    EXPECT_EQ(decoded.error().code, ErrorCode::kUnsupported);
    EXPECT_EQ(decoded.error().reason, "UNSUPPORTED_VERSION");
    EXPECT_THAT(decoded.error().message, HasSubstr(edition.version));
    EXPECT_THAT(decoded.error().message, HasSubstr(edition.named));
  }
}

}  // namespace
}  // namespace taanu
