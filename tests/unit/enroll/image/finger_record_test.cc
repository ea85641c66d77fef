// Records of finger images, ISO/IEC 19794-4 and ANSI/NIST-ITL, put together byte by byte.
#include <gtest/gtest.h>

#include <opencv2/imgcodecs.hpp>
#include <random>
#include <sstream>
#include <string>

#include "enroll/image/image.h"
#include "tests/unit/enroll/image/wsq_encoder.h"

namespace taanu {
namespace {

using Bytes = std::vector<uint8_t>;

constexpr int kWidth = 110;
constexpr int kHeight = 120;

// Pixels that differ from image to image, without steps that a lossy format would blur.
Bytes Pixels(int seed) {
  Bytes pixels;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const int phase = (x * (3 + seed) + y * 2) % 500;
      pixels.push_back(static_cast<uint8_t>(phase < 250 ? phase : 499 - phase));
    }
  }
  return pixels;
}

Bytes Encoded(const std::string& ending, int seed) {
  Bytes pixels = Pixels(seed);
  if (ending == ".wsq") return test::EncodeWsq(pixels, kWidth, kHeight, {.bin_hundredths = 25});
  Bytes bytes;
  EXPECT_TRUE(cv::imencode(ending, cv::Mat(kHeight, kWidth, CV_8UC1, pixels.data()), bytes));
  return bytes;
}

class Builder {
 public:
  Builder& Text(std::string_view text) {
    bytes.insert(bytes.end(), text.begin(), text.end());
    return *this;
  }
  Builder& Put(const Bytes& data) {
    bytes.insert(bytes.end(), data.begin(), data.end());
    return *this;
  }
  Builder& Int(uint64_t value, int count) {
    for (int i = count - 1; i >= 0; --i) bytes.push_back(static_cast<uint8_t>(value >> (8 * i)));
    return *this;
  }

  Bytes bytes;
};

struct View {
  uint32_t position = 2;
  Bytes data;
  uint32_t impression = 0;
};

// ISO/IEC 19794-4:2005. `units` 1 is dots per inch, 2 pixels per centimetre.
Bytes Iso2005(const std::vector<View>& views, uint32_t compression, uint32_t units = 1,
              uint32_t resolution = 500) {
  Builder body;
  for (const View& view : views) {
    body.Int(14 + view.data.size(), 4).Int(view.position, 1).Int(1, 1).Int(1, 1).Int(80, 1);
    body.Int(view.impression, 1).Int(kWidth, 2).Int(kHeight, 2).Int(0, 1).Put(view.data);
  }
  Builder record;
  record
      .Text(std::string_view("FIR\0"
                             "010\0",
                             8))
      .Int(32 + body.bytes.size(), 6);
  record.Int(0x1234, 2).Int(31, 2).Int(views.size(), 1).Int(units, 1);
  record.Int(resolution, 2).Int(resolution, 2).Int(resolution, 2).Int(resolution, 2);
  record.Int(8, 1).Int(compression, 1).Int(0, 2).Put(body.bytes);
  return record.bytes;
}

// ISO/IEC 19794-4:2011 with two quality blocks, a certification block, and a comment after the
// image of each representation.
Bytes Iso2011(const std::vector<View>& views, uint32_t compression) {
  Builder body;
  for (const View& view : views) {
    Builder rest;
    rest.Int(2026, 2).Int(0, 7).Int(1, 1).Int(7, 2).Int(9, 2);
    rest.Int(2, 1).Int(70, 1).Int(3, 2).Int(4, 2).Int(60, 1).Int(3, 2).Int(5, 2);
    rest.Int(1, 1).Int(0x010203, 3);
    rest.Int(view.position, 1).Int(0, 1).Int(2, 1).Int(394, 2).Int(394, 2).Int(197, 2).Int(197, 2);
    rest.Int(8, 1).Int(compression, 1).Int(view.impression, 1).Int(kWidth, 2).Int(kHeight, 2);
    rest.Int(view.data.size(), 4).Put(view.data).Int(3, 2).Int(7, 2).Text("dry");
    body.Int(4 + rest.bytes.size(), 4).Put(rest.bytes);
  }
  Builder record;
  record
      .Text(std::string_view("FIR\0"
                             "020\0",
                             8))
      .Int(16 + body.bytes.size(), 4);
  record.Int(views.size(), 2).Int(1, 1).Int(views.size(), 1).Put(body.bytes);
  return record.bytes;
}

// A tagged record: its fields joined by GS after a length that counts itself.
Bytes Tagged(int type, const std::vector<std::pair<int, std::string>>& fields) {
  std::string rest;
  char tag[24];
  for (const auto& [field, value] : fields) {
    std::snprintf(tag, sizeof tag, "\x1D%d.%03d:", type, field);
    rest += tag + value;
  }
  rest += '\x1C';
  std::snprintf(tag, sizeof tag, "%d.001:", type);
  for (size_t length = 1;; ++length) {
    const std::string whole = tag + std::to_string(length) + rest;
    if (whole.size() == length) return {whole.begin(), whole.end()};
  }
}

struct Record {
  int type;
  Bytes bytes;
};

Bytes AnsiNist(const std::vector<Record>& records, const std::string& native = "19.69") {
  std::ostringstream contents;
  contents << "1\x1F" << records.size();
  int idc = 0;
  for (const Record& record : records) contents << '\x1E' << record.type << '\x1F' << idc++;
  Builder file;
  file.Put(Tagged(1, {{2, "0400"}, {3, contents.str()}, {4, "REG"}, {11, native}, {12, "19.69"}}));
  for (const Record& record : records) file.Put(record.bytes);
  return file.bytes;
}

Record Type2() { return {2, Tagged(2, {{2, "00"}, {3, "no name"}})}; }

Record Type4(uint32_t position, const Bytes& data, uint32_t compression, uint32_t native = 0) {
  Builder record;
  record.Int(18 + data.size(), 4).Int(1, 1).Int(1, 1).Int(position, 1).Int(0xFFFFFFFFFF, 5);
  record.Int(native, 1).Int(kWidth, 2).Int(kHeight, 2).Int(compression, 1).Put(data);
  return {4, record.bytes};
}

Record Type14(const std::string& position, const Bytes& data, const std::string& compression,
              const std::string& units = "1", const std::string& resolution = "500",
              int type = 14) {
  return {type, Tagged(type, {{2, "03"},
                              {3, "0"},
                              {4, "REG"},
                              {5, "20261122"},
                              {6, std::to_string(kWidth)},
                              {7, std::to_string(kHeight)},
                              {8, units},
                              {9, resolution},
                              {10, resolution},
                              {11, compression},
                              {12, "8"},
                              {13, position},
                              {999, std::string(data.begin(), data.end())}})};
}

void ExpectNear(const GrayImage& image, const Bytes& expected, int tolerance) {
  ASSERT_EQ(image.width, kWidth);
  ASSERT_EQ(image.height, kHeight);
  ASSERT_EQ(image.pixels.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    ASSERT_NEAR(image.pixels[i], expected[i], tolerance) << "pixel " << i;
  }
}

void ExpectReason(const Bytes& bytes, ErrorCode code, std::string_view reason,
                  const std::string& part = "") {
  const auto images = DecodeImages(bytes, 500);
  ASSERT_FALSE(images) << part;
  EXPECT_EQ(images.error().code, code) << images.error().message;
  EXPECT_EQ(images.error().reason, reason) << images.error().message;
  EXPECT_NE(images.error().message.find(part), std::string::npos) << images.error().message;
}

TEST(IsoFingerImage, EveryCompressionOf2005IsRead) {
  const auto raw = DecodeImages(Iso2005({{3, Pixels(0)}}, 0), std::nullopt);
  ASSERT_TRUE(raw) << raw.error().message;
  EXPECT_EQ(raw->front().image.pixels, Pixels(0));
  EXPECT_EQ(raw->front().position, FingerPosition::kRightMiddle);
  EXPECT_EQ(raw->front().image.dpi, 500);
  const std::pair<const char*, uint32_t> kinds[] = {
      {".wsq", 2}, {".jpg", 3}, {".jp2", 4}, {".png", 5}};
  for (const auto& [ending, code] : kinds) {
    SCOPED_TRACE(ending);
    const Bytes record = Iso2005({{7, Encoded(ending, 1), 8}}, code);
    EXPECT_EQ(SniffImageFormat(record), ImageFormat::kIsoFingerImage);
    const auto images = DecodeImages(record, std::nullopt);
    ASSERT_TRUE(images) << images.error().message;
    ASSERT_EQ(images->size(), 1U);
    ExpectNear(images->front().image, Pixels(1), std::string(ending) == ".png" ? 0 : 12);
    EXPECT_EQ(images->front().position, FingerPosition::kLeftIndex);
    EXPECT_EQ(images->front().impression_type, 8);
  }
}

TEST(IsoFingerImage, SeveralFingersComeInOrderWithoutSlaps) {
  const Bytes record = Iso2005({{13, Encoded(".png", 9)},
                                {2, Encoded(".png", 1)},
                                {7, Encoded(".png", 2)},
                                {21, Encoded(".png", 9)}},
                               5);
  const auto images = DecodeImages(record, std::nullopt);
  ASSERT_TRUE(images) << images.error().message;
  ASSERT_EQ(images->size(), 2U);
  EXPECT_EQ((*images)[0].image.pixels, Pixels(1));
  EXPECT_EQ((*images)[1].image.pixels, Pixels(2));
  EXPECT_EQ((*images)[1].position, FingerPosition::kLeftIndex);
  const auto one = DecodeImage(record, std::nullopt);
  ASSERT_FALSE(one);
  EXPECT_EQ(one.error().reason, "SEVERAL_FINGERS");
  EXPECT_NE(one.error().message.find("2, 7"), std::string::npos) << one.error().message;
}

TEST(IsoFingerImage, OneFingerOfSeveralIsTakenWithAllItsImages) {
  // The last image is damaged, which is no matter where another finger is asked for.
  const Bytes record = Iso2005({{2, Encoded(".png", 1)},
                                {7, Encoded(".png", 2)},
                                {2, Encoded(".png", 3), 1},
                                {8, Bytes(500, 1)}},
                               5);
  const auto index = DecodeFinger(record, std::nullopt, FingerPosition::kRightIndex);
  ASSERT_TRUE(index) << index.error().message;
  ASSERT_EQ(index->size(), 2U);
  EXPECT_EQ((*index)[0].image.pixels, Pixels(1));
  EXPECT_EQ((*index)[1].image.pixels, Pixels(3));
  EXPECT_EQ((*index)[1].impression_type, 1);
  EXPECT_FALSE(DecodeFinger(record, std::nullopt, FingerPosition::kLeftMiddle));

  const auto reason = [&](const Bytes& bytes, FingerPosition position) {
    const auto images = DecodeFinger(bytes, std::nullopt, position);
    return images ? std::string("none") : images.error().reason;
  };
  EXPECT_EQ(reason(record, FingerPosition::kRightThumb), "POSITION_MISMATCH");
  EXPECT_EQ(reason(record, FingerPosition::kUnknown), "MIXED_FINGERS");
  const View unknown{0, Encoded(".png", 1)};
  EXPECT_EQ(reason(Iso2005({unknown, unknown}, 5), FingerPosition::kUnknown), "MIXED_FINGERS");
  EXPECT_EQ(reason(Iso2005({unknown, unknown}, 5), FingerPosition::kLeftRing), "POSITION_MISMATCH");
  EXPECT_EQ(reason(Iso2005({unknown}, 5), FingerPosition::kLeftRing), "none");
  EXPECT_EQ(reason(Iso2005({{7, Encoded(".png", 1)}}, 5), FingerPosition::kUnknown), "none");
  EXPECT_EQ(reason(Iso2005(std::vector<View>(kFingerImagesMax, View{7, Encoded(".png", 1)}), 5),
                   FingerPosition::kUnknown),
            "none");
  EXPECT_EQ(reason(Iso2005(std::vector<View>(kFingerImagesMax + 1, View{7, Encoded(".png", 1)}), 5),
                   FingerPosition::kLeftIndex),
            "TOO_MANY_VIEWS");
  EXPECT_EQ(reason(Encoded(".png", 1), FingerPosition::kLeftRing), "NO_RESOLUTION");
}

TEST(IsoFingerImage, ResolutionIsTheRecordsElseTheCallers) {
  const auto dpi = [](uint32_t units, uint32_t resolution, std::optional<double> given) {
    const auto image = DecodeImage(Iso2005({{1, Pixels(0)}}, 0, units, resolution), given);
    return image ? image->dpi : -1;
  };
  EXPECT_EQ(dpi(1, 569, 500), 569);
  EXPECT_EQ(dpi(2, 197, std::nullopt), 500);
  EXPECT_EQ(dpi(2, 394, std::nullopt), 1000);
  EXPECT_NEAR(dpi(2, 224, std::nullopt), 568.96, 1e-9);
  EXPECT_EQ(dpi(1, 0, 512), 512);
  EXPECT_EQ(dpi(1, 0, std::nullopt), -1);
}

TEST(IsoFingerImage, Edition2011IsReadWithItsBlocks) {
  const auto images =
      DecodeImages(Iso2011({{6, Encoded(".png", 4), 1}, {0, Encoded(".png", 5)}}, 6), std::nullopt);
  ASSERT_TRUE(images) << images.error().message;
  ASSERT_EQ(images->size(), 2U);
  EXPECT_EQ((*images)[0].image.pixels, Pixels(4));
  EXPECT_EQ((*images)[0].image.dpi, 500);
  EXPECT_EQ((*images)[0].position, FingerPosition::kLeftThumb);
  EXPECT_EQ((*images)[0].impression_type, 1);
  EXPECT_EQ((*images)[1].image.pixels, Pixels(5));
  const auto raw = DecodeImage(Iso2011({{1, Pixels(2)}}, 0), std::nullopt);
  ASSERT_TRUE(raw) << raw.error().message;
  EXPECT_EQ(raw->pixels, Pixels(2));
}

TEST(IsoFingerImage, AnsiIncits381DiffersByItsProductIdentifier) {
  Bytes record = Iso2005({{8, Encoded(".png", 3)}, {9, Encoded(".png", 4)}}, 5, 2, 197);
  const Bytes product = {0, 1, 0, 2};
  record.insert(record.begin() + 14, product.begin(), product.end());
  const size_t length = record.size();
  for (int i = 0; i < 6; ++i) record[8 + i] = static_cast<uint8_t>(length >> (8 * (5 - i)));
  const auto images = DecodeImages(record, std::nullopt);
  ASSERT_TRUE(images) << images.error().message;
  ASSERT_EQ(images->size(), 2U);
  EXPECT_EQ((*images)[0].image.pixels, Pixels(3));
  EXPECT_EQ((*images)[1].position, FingerPosition::kLeftRing);
  EXPECT_EQ((*images)[1].image.dpi, 500);
}

TEST(IsoFingerImage, LiesAreRefusedWithTheReason) {
  constexpr ErrorCode kBad = ErrorCode::kBadInput;
  const auto changed = [](Bytes bytes, size_t at, uint8_t value) {
    bytes.at(at) = value;
    return bytes;
  };
  const Bytes good = Iso2005({{2, Pixels(0)}}, 0);
  ASSERT_TRUE(DecodeImages(good, 500));
  ExpectReason(changed(good, 5, '9'), ErrorCode::kUnsupported, "UNSUPPORTED_IMAGE", "version");
  ExpectReason(changed(good, 8, 1), kBad, "BAD_IMAGE", "record length");
  ExpectReason(changed(good, 19, 3), kBad, "BAD_IMAGE", "scale units");
  ExpectReason(changed(good, 28, 4), ErrorCode::kUnsupported, "UNSUPPORTED_IMAGE", "8 bits");
  ExpectReason(changed(good, 32, 1), kBad, "BAD_IMAGE", "past the end");
  ExpectReason(changed(good, 35, 13), kBad, "BAD_IMAGE", "past the end");
  ExpectReason(changed(good, 41, 0xFF), kBad, "BAD_IMAGE_SIZE", "image at byte 32");
  ExpectReason(changed(good, 42, 111), kBad, "BAD_IMAGE", "need");
  ExpectReason(changed(good, 29, 5), ErrorCode::kUnsupported, "UNKNOWN_IMAGE_FORMAT");
  ExpectReason(changed(Iso2005({{2, Encoded(".png", 0)}}, 5), 42, 111), kBad, "BAD_IMAGE",
               "the record states 111 x 120");
  // A BMP is an image, but not one that the standard allows in the record.
  ExpectReason(Iso2005({{2, Encoded(".bmp", 0)}}, 5), ErrorCode::kUnsupported,
               "UNKNOWN_IMAGE_FORMAT");
  ExpectReason(Iso2005({{2, good}}, 5), ErrorCode::kUnsupported, "UNKNOWN_IMAGE_FORMAT");
  ExpectReason(Iso2005({}, 0), ErrorCode::kNotFound, "NO_FINGER_IMAGE");
  ExpectReason(Iso2005({{14, Pixels(0)}}, 0), ErrorCode::kNotFound, "NO_FINGER_IMAGE", "slaps");
  const Bytes newer = Iso2011({{2, Pixels(0)}}, 0);
  ExpectReason(changed(newer, 13, 2), kBad, "BAD_IMAGE", "number of representations");
  ExpectReason(changed(newer, 34, 255), kBad, "BAD_IMAGE");
}

TEST(IsoFingerImage, TooManyImagesAreRefusedBeforeAnyIsDecoded) {
  const std::vector<View> views(kRecordImagesMax + 1, View{2, Encoded(".png", 0)});
  ExpectReason(Iso2005(views, 5), ErrorCode::kBadInput, "BAD_IMAGE", "more images");
  ExpectReason(Iso2011(views, 6), ErrorCode::kBadInput, "BAD_IMAGE", "more images");
}

TEST(AnsiNist, BinaryRecordsOfType4AreRead) {
  const Bytes file = AnsiNist(
      {Type2(), Type4(1, Encoded(".wsq", 1), 1), Type4(12, Pixels(2), 0), Type4(14, Pixels(3), 0)});
  EXPECT_EQ(SniffImageFormat(file), ImageFormat::kAnsiNist);
  const auto images = DecodeImages(file, std::nullopt);
  ASSERT_TRUE(images) << images.error().message;
  ASSERT_EQ(images->size(), 2U);
  EXPECT_EQ((*images)[0].position, FingerPosition::kRightThumb);
  EXPECT_EQ((*images)[0].impression_type, 1);
  EXPECT_EQ((*images)[0].image.dpi, 500);
  EXPECT_EQ((*images)[1].position, FingerPosition::kLeftThumb);
  EXPECT_EQ((*images)[1].image.pixels, Pixels(2));
}

TEST(AnsiNist, NativeResolutionOfType4IsThatOfType1) {
  const auto images = DecodeImages(AnsiNist({Type4(1, Pixels(0), 0, 1)}, "39.37"), std::nullopt);
  ASSERT_TRUE(images) << images.error().message;
  EXPECT_EQ(images->front().image.dpi, 1000);
  const auto unknown = DecodeImages(AnsiNist({Type4(1, Pixels(0), 0, 1)}, "00.00"), 512);
  ASSERT_TRUE(unknown) << unknown.error().message;
  EXPECT_EQ(unknown->front().image.dpi, 512);
}

TEST(AnsiNist, TaggedRecordsOfTypes13And14AreRead) {
  const Bytes file = AnsiNist(
      {Type2(), Type14("7", Encoded(".png", 1), "PNG"), Type14("13", Encoded(".png", 9), "PNG"),
       Type14("2\x1E"
              "3",
              Pixels(2), "NONE", "2", "197", 13),
       Type14("9", Encoded(".jp2", 3), "JP2L", "1", "1000"),
       Type14("10", Encoded(".jpg", 4), "JPEGB"), Type14("6", Encoded(".wsq", 5), "WSQ20")});
  const auto images = DecodeImages(file, std::nullopt);
  ASSERT_TRUE(images) << images.error().message;
  ASSERT_EQ(images->size(), 5U);
  EXPECT_EQ((*images)[0].image.pixels, Pixels(1));
  EXPECT_EQ((*images)[0].position, FingerPosition::kLeftIndex);
  EXPECT_EQ((*images)[1].image.pixels, Pixels(2));
  EXPECT_EQ((*images)[1].image.dpi, 500);
  EXPECT_EQ((*images)[1].position, FingerPosition::kRightIndex);
  EXPECT_EQ((*images)[2].image.dpi, 1000);
  EXPECT_EQ((*images)[4].position, FingerPosition::kLeftThumb);
}

TEST(AnsiNist, DataMayHoldTheSeparators) {
  Bytes pixels = Pixels(0);
  for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<uint8_t>(0x1C + i % 4);
  const auto images = DecodeImages(AnsiNist({Type14("1", pixels, "NONE")}), std::nullopt);
  ASSERT_TRUE(images) << images.error().message;
  EXPECT_EQ(images->front().image.pixels, pixels);
}

TEST(AnsiNist, ARecordOfAMissingFingerIsPassedOver) {
  const Record amputated = {14, Tagged(14, {{2, "01"}, {13, "1"}, {18, "1\x1FXX"}})};
  const auto images =
      DecodeImages(AnsiNist({amputated, Type14("2", Pixels(1), "NONE")}), std::nullopt);
  ASSERT_TRUE(images) << images.error().message;
  ASSERT_EQ(images->size(), 1U);
  EXPECT_EQ(images->front().position, FingerPosition::kRightIndex);
  ExpectReason(AnsiNist({amputated}), ErrorCode::kNotFound, "NO_FINGER_IMAGE");
}

TEST(AnsiNist, LiesAreRefusedWithTheReason) {
  constexpr ErrorCode kBad = ErrorCode::kBadInput;
  const auto text = [](const std::string& s) { return Bytes(s.begin(), s.end()); };
  ExpectReason(text("1.001:99999\x1D"
                    "1.002:0400\x1C"),
               kBad, "BAD_IMAGE", "past the end");
  ExpectReason(text("1.001:99999999999999999999\x1D"), kBad, "BAD_IMAGE", "past the end");
  ExpectReason(text("1.001:"), kBad, "BAD_IMAGE");
  ExpectReason(Tagged(1, {{2, "0400"}}), kBad, "BAD_IMAGE", "1.003");
  ExpectReason(Tagged(1, {{3,
                           "1\x1F"
                           "2\x1E"
                           "4\x1F"
                           "0"}}),
               kBad, "BAD_IMAGE", "count");
  ExpectReason(Tagged(1, {{3,
                           "1\x1F"
                           "1\x1E"
                           "4\x1F"
                           "0"}}),
               kBad, "BAD_IMAGE", "missing");
  ExpectReason(Tagged(1, {{3, "x"}}), kBad, "BAD_IMAGE", "no list");
  const auto with = [](const Bytes& bytes, int type = 14) { return AnsiNist({{type, bytes}}); };
  Bytes record = Type14("1", Pixels(0), "NONE").bytes;
  record.back() = 'x';
  ExpectReason(with(record), kBad, "BAD_IMAGE", "no FS");
  ExpectReason(with(Type14("1", Pixels(0), "NONE").bytes, 13), kBad, "BAD_IMAGE", "no length");
  ExpectReason(with(Type14("one", Pixels(0), "NONE").bytes), kBad, "BAD_IMAGE", "no number");
  ExpectReason(with(Tagged(14, {{6,
                                 "110\x1D"
                                 "15.007:5"}})),
               ErrorCode::kBadInput, "BAD_IMAGE", "no tag");
  record = Type4(1, Pixels(0), 0).bytes;
  record[12] = 9;
  ExpectReason(with(record, 4), kBad, "BAD_IMAGE", "neither 0 nor 1");
  record = {0, 0, 0, 5, 0};
  ExpectReason(with(record, 4), kBad, "BAD_IMAGE", "too short");
  const std::vector<Record> many(kRecordImagesMax + 1, Type4(1, Pixels(0), 0));
  ExpectReason(AnsiNist(many), kBad, "BAD_IMAGE", "more images");
}

class FingerRecord : public testing::TestWithParam<const char*> {
 protected:
  static Bytes Whole() {
    const std::string kind = GetParam();
    if (kind == "iso2005") return Iso2005({{2, Encoded(".png", 1)}, {3, Encoded(".png", 2)}}, 5);
    if (kind == "iso2011") return Iso2011({{2, Encoded(".wsq", 1)}, {3, Encoded(".wsq", 2)}}, 2);
    return AnsiNist({Type2(), Type4(1, Encoded(".wsq", 1), 1), Type14("7", Pixels(2), "NONE")});
  }
};

TEST_P(FingerRecord, EveryCutIsRefused) {
  const Bytes whole = Whole();
  ASSERT_TRUE(DecodeImages(whole, 500));
  for (size_t size = 0; size < whole.size(); size += 1 + size / 16) {
    EXPECT_FALSE(DecodeImages(std::span(whole).first(size), 500)) << size;
  }
}

TEST_P(FingerRecord, FlippedBytesNeverCrash) {
  const Bytes whole = Whole();
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    Bytes bytes = whole;
    for (int flips = 0; flips < 3; ++flips) {
      const size_t reach = round % 2 == 0 ? 160 : bytes.size();
      bytes[random() % reach] = static_cast<uint8_t>(random());
    }
    const auto images = DecodeImages(bytes, 500);
    if (images) {
      EXPECT_FALSE(images->empty());
    } else {
      EXPECT_FALSE(images.error().reason.empty());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryKind, FingerRecord, testing::Values("iso2005", "iso2011", "itl"),
                         [](const auto& kind) { return std::string(kind.param); });

TEST(PlainImage, IsOneOfUnknownPosition) {
  const auto images = DecodeImages(Encoded(".png", 3), 500);
  ASSERT_TRUE(images);
  ASSERT_EQ(images->size(), 1U);
  EXPECT_EQ(images->front().image.pixels, Pixels(3));
  EXPECT_EQ(images->front().position, FingerPosition::kUnknown);
}

}  // namespace
}  // namespace taanu
