// What is damaged, cut short or out of the limits is refused; nothing is half decoded.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <opencv2/imgcodecs.hpp>
#include <random>
#include <string>
#include <string_view>

#include "enroll/image/image.h"
#include "tests/support/data.h"

namespace taanu {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes Encode(const std::string& ending, const std::vector<int>& params = {}) {
  cv::Mat image(120, 120, CV_8UC1);
  for (int i = 0; i < 120 * 120; ++i) image.data[i] = static_cast<uint8_t>(i * 31 % 253);
  Bytes bytes;
  EXPECT_TRUE(cv::imencode(ending, image, bytes, params));
  return bytes;
}

Bytes FromString(const std::string& text) { return {text.begin(), text.end()}; }

class Malformed : public testing::TestWithParam<const char*> {};

TEST_P(Malformed, EveryCutIsRefused) {
  const Bytes whole = Encode(GetParam());
  ASSERT_TRUE(DecodeImage(whole, 500));
  for (size_t size = 0; size < whole.size(); size += 1 + size / 16) {
    const auto image = DecodeImage(std::span(whole).first(size), 500);
    EXPECT_FALSE(image) << size << " of " << whole.size() << " bytes were decoded";
  }
}

TEST_P(Malformed, FlippedBytesNeverCrash) {
  std::mt19937 random(7);
  const Bytes whole = Encode(GetParam());
  for (int round = 0; round < 200; ++round) {
    Bytes bytes = whole;
    // Mostly in the headers, where the lies about sizes are.
    for (int flips = 0; flips < 3; ++flips) {
      const size_t reach = round % 2 == 0 ? std::min<size_t>(bytes.size(), 120) : bytes.size();
      bytes[random() % reach] = static_cast<uint8_t>(random());
    }
    const auto image = DecodeImage(bytes, 500);
    if (image) {
      EXPECT_EQ(image->pixels.size(), static_cast<size_t>(image->width) * image->height);
    } else {
      EXPECT_FALSE(image.error().reason.empty());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryFormat, Malformed,
                         testing::Values(".png", ".bmp", ".tif", ".pgm", ".jpg", ".jp2"),
                         [](const auto& format) { return std::string(format.param + 1); });

TEST(MalformedImage, BombsAreRefusedByTheirHeaderAlone) {
  const std::vector<std::pair<std::string, Bytes>> bombs = {
      {"PGM", FromString("P5 100000 100000 255\n")},
      {"PGM beyond 64 bits", FromString("P5 99999999999999999999 1 255\n")},
      {"PNG", FromString(std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\1\0\0\0\1\0\0\b\0\0\0\0"
                                     "\0\0\0\0",
                                     33))},
      {"BMP", [] {
         Bytes bytes = Encode(".bmp");
         bytes[20] = 0x7F;  // width
         bytes[24] = 0x80;  // height, negative
         return bytes;
       }()}};
  for (const auto& [name, bytes] : bombs) {
    SCOPED_TRACE(name);
    const auto image = DecodeImage(bytes, 500);
    ASSERT_FALSE(image);
    EXPECT_EQ(image.error().code, ErrorCode::kBadInput);
  }
}

TEST(MalformedImage, SizeOutsideTheLimitsIsRefusedWithTheSize) {
  for (const auto& [width, height] :
       {std::pair{1, 1}, {99, 200}, {200, 99}, {2001, 200}, {200, 2001}}) {
    Bytes bytes;
    ASSERT_TRUE(cv::imencode(".png", cv::Mat(height, width, CV_8UC1, cv::Scalar(9)), bytes));
    const auto image = DecodeImage(bytes, 500);
    ASSERT_FALSE(image);
    EXPECT_EQ(image.error().reason, "BAD_IMAGE_SIZE");
    EXPECT_NE(image.error().message.find(std::to_string(width)), std::string::npos);
  }
}

TEST(MalformedImage, TooManyBytesAreRefused) {
  Bytes bytes = Encode(".png");
  bytes.resize(kImageBytesMax + 1);
  const auto image = DecodeImage(bytes, 500);
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().reason, "IMAGE_TOO_LARGE");
}

TEST(MalformedImage, ChecksumOfPngIsHonoured) {
  Bytes bytes = Encode(".png");
  bytes[bytes.size() - 30] ^= 1;
  EXPECT_FALSE(DecodeImage(bytes, 500));
}

// The rest of such an image would be garbage that looks like a print.
TEST(MalformedImage, JpegWhoseScanLosesItsPlaceIsRefusedAndNothingIsPrinted) {
  const Bytes whole = Encode(".jpg");
  ASSERT_TRUE(DecodeImage(whole, 500));
  testing::internal::CaptureStderr();
  int refused = 0;
  std::mt19937 random(7);
  constexpr int kTries = 200;
  for (int i = 0; i < kTries; ++i) {
    Bytes bytes = whole;
    // In the second half, which is all of the scan.
    for (int k = 0; k < 8; ++k) {
      uint8_t& byte = bytes[bytes.size() / 2 + random() % (bytes.size() / 2 - 8)];
      if (byte != 0xFF && byte != 0) byte = static_cast<uint8_t>(1 + random() % 254);
    }
    refused += DecodeImage(bytes, 500) ? 0 : 1;
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_GT(refused, kTries / 2);
}

TEST(MalformedImage, PngWithoutPixelsTiffWithoutAMeaningAndBmpOfTooManyColoursAreRefusedSilently) {
  Bytes png = Encode(".png");
  const std::string_view type = "IDAT";
  const auto idat = std::search(png.begin(), png.end(), type.begin(), type.end());
  ASSERT_NE(idat, png.end());
  png.erase(idat - 4, png.end() - 12);  // all between the header and IEND
  Bytes tiff = Encode(".tif", {cv::IMWRITE_TIFF_COMPRESSION, 5});
  const Bytes photometric = {0x06, 0x01, 0x03, 0x00};
  const auto entry = std::search(tiff.begin(), tiff.end(), photometric.begin(), photometric.end());
  ASSERT_NE(entry, tiff.end());
  *(entry + 1) = 0x7F;  // a tag that nobody knows
  Bytes bmp = Encode(".bmp");
  bmp[14 + 33] = 0x7F;
  testing::internal::CaptureStderr();
  EXPECT_FALSE(DecodeImage(png, 500));
  EXPECT_FALSE(DecodeImage(tiff, 500));
  EXPECT_FALSE(DecodeImage(bmp, 500));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(MalformedImage, JpegOfThousandsOfScansIsRefused) {
  Bytes bytes = Encode(".jpg", {cv::IMWRITE_JPEG_PROGRESSIVE, 1});
  const Bytes scan = {0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x55};
  Bytes bomb(bytes.begin(), bytes.end() - 2);
  for (int i = 0; i < 5000; ++i) bomb.insert(bomb.end(), scan.begin(), scan.end());
  bomb.push_back(0xFF);
  bomb.push_back(0xD9);
  const auto image = DecodeImage(bomb, 500);
  ASSERT_FALSE(image);
  EXPECT_NE(image.error().message.find("scans"), std::string::npos);
}

// The verdicts of the collection's manifest. A blank image is well formed: it is the extractor
// that finds no finger in it.
TEST(MalformedImage, CollectionGetsItsVerdicts) {
  TAANU_REQUIRE_DATA();
  int files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(test::DataDir() / "malformed/image")) {
    const std::string name = entry.path().filename();
    SCOPED_TRACE(name);
    const auto image = DecodeImage(test::ReadFile(entry.path()), 500);
    const bool taken = name == "ok_control.png" || name == "blank_black.png" ||
                       name == "ifd_self_loop.tif" || name == "ok_control.wsq";
    EXPECT_EQ(image.has_value(), taken) << (image ? "decoded" : image.error().message);
    ++files;
  }
  EXPECT_GE(files, 20);
}

TEST(MalformedImage, LosslessCopyDecodesToTheSamePixels) {
  TAANU_REQUIRE_DATA();
  const auto png =
      DecodeImage(test::ReadFile(test::DataDir() / "malformed/image/ok_control.png"), 500);
  const auto tif =
      DecodeImage(test::ReadFile(test::DataDir() / "fvc/fvc2002/DB1_B/101_1.tif"), 500);
  ASSERT_TRUE(png);
  ASSERT_TRUE(tif);
  EXPECT_EQ(png->pixels, tif->pixels);
}

}  // namespace
}  // namespace taanu
