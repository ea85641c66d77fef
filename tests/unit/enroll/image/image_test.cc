#include "enroll/image/image.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgcodecs.hpp>
#include <string>

#include "tests/support/data.h"

namespace taanu {
namespace {

using Bytes = std::vector<uint8_t>;

// A pattern in which every pixel differs from its neighbours, so that a shifted, mirrored or
// half-decoded image cannot pass for it.
cv::Mat Pattern(int width = 120, int height = 130) {
  cv::Mat image(height, width, CV_8UC1);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      image.at<uint8_t>(y, x) = static_cast<uint8_t>((x * 7 + y * 13 + x * y / 5) % 251);
    }
  }
  return image;
}

Bytes Encode(const std::string& ending, const cv::Mat& image, const std::vector<int>& params = {}) {
  Bytes bytes;
  EXPECT_TRUE(cv::imencode(ending, image, bytes, params));
  return bytes;
}

Bytes FromString(const std::string& text) { return {text.begin(), text.end()}; }

void ExpectPixels(const Result<GrayImage>& image, const cv::Mat& expected, int tolerance = 0) {
  ASSERT_TRUE(image) << image.error().message;
  ASSERT_EQ(image->width, expected.cols);
  ASSERT_EQ(image->height, expected.rows);
  ASSERT_EQ(image->pixels.size(), expected.total());
  for (int y = 0; y < expected.rows; ++y) {
    for (int x = 0; x < expected.cols; ++x) {
      ASSERT_NEAR(image->at(x, y), expected.at<uint8_t>(y, x), tolerance) << x << "," << y;
    }
  }
}

void ExpectReason(const Result<GrayImage>& image, ErrorCode code, std::string_view reason) {
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, code);
  EXPECT_EQ(image.error().reason, reason);
  EXPECT_FALSE(image.error().message.empty());
}

// A little-endian TIFF of one strip with the given photometric interpretation.
Bytes Tiff(const cv::Mat& image, uint32_t samples, uint32_t bits, uint32_t photometric,
           uint32_t dpi) {
  Bytes bytes = FromString(std::string("II*\0\0\0\0\0", 8));
  const auto put16 = [&](uint32_t v) {
    bytes.push_back(static_cast<uint8_t>(v));
    bytes.push_back(static_cast<uint8_t>(v >> 8));
  };
  const auto put32 = [&](uint32_t v) {
    put16(v & 0xFFFF);
    put16(v >> 16);
  };
  for (int y = 0; y < image.rows; ++y) {
    for (int x = 0; x < image.cols; ++x) {
      for (uint32_t s = 0; s < samples; ++s) {
        // The second sample of grey and alpha repeats the grey.
        if (bits == 16) bytes.push_back(0x5A);
        bytes.push_back(image.at<uint8_t>(y, x));
      }
    }
  }
  const auto rational_at = static_cast<uint32_t>(bytes.size());
  put32(dpi);
  put32(1);
  const auto directory_at = static_cast<uint32_t>(bytes.size());
  for (int i = 0; i < 4; ++i) bytes[4 + i] = static_cast<uint8_t>(directory_at >> (8 * i));
  const auto pixel_bytes = static_cast<uint32_t>(image.total()) * samples * bits / 8;
  const std::vector<std::array<uint32_t, 3>> entries = {{256, 4, static_cast<uint32_t>(image.cols)},
                                                        {257, 4, static_cast<uint32_t>(image.rows)},
                                                        {258, 3, bits},
                                                        {259, 3, 1},
                                                        {262, 3, photometric},
                                                        {273, 4, 8},
                                                        {277, 3, samples},
                                                        {278, 4, static_cast<uint32_t>(image.rows)},
                                                        {279, 4, pixel_bytes},
                                                        {282, 5, rational_at},
                                                        {283, 5, rational_at},
                                                        {296, 3, 2}};
  put16(static_cast<uint32_t>(entries.size()));
  for (const auto& [tag, type, value] : entries) {
    put16(tag);
    put16(type);
    put32(1);
    put32(value);
  }
  put32(0);
  return bytes;
}

TEST(Image, LosslessFormatsComeOutAsTheyWent) {
  const cv::Mat pattern = Pattern();
  ExpectPixels(DecodeImage(Encode(".png", pattern), 500), pattern);
  ExpectPixels(DecodeImage(Encode(".bmp", pattern), 500), pattern);
  ExpectPixels(DecodeImage(Encode(".pgm", pattern), 500), pattern);
  ExpectPixels(DecodeImage(Encode(".pgm", pattern, {cv::IMWRITE_PXM_BINARY, 0}), 500), pattern);
  for (const int compression : {1, 5, 8, 32773, 32946}) {
    SCOPED_TRACE(compression);
    ExpectPixels(
        DecodeImage(Encode(".tif", pattern, {cv::IMWRITE_TIFF_COMPRESSION, compression}), 500),
        pattern);
  }
  // Rate 1000 of 1000: reversible.
  ExpectPixels(
      DecodeImage(Encode(".jp2", pattern, {cv::IMWRITE_JPEG2000_COMPRESSION_X1000, 1000}), 500),
      pattern, 1);
}

TEST(Image, JpegComesOutNearly) {
  cv::Mat smooth(150, 150, CV_8UC1);
  for (int y = 0; y < 150; ++y) {
    for (int x = 0; x < 150; ++x) smooth.at<uint8_t>(y, x) = static_cast<uint8_t>(x + y / 2);
  }
  ExpectPixels(DecodeImage(Encode(".jpg", smooth, {cv::IMWRITE_JPEG_QUALITY, 98}), 500), smooth, 4);
}

TEST(Image, FormatIsToldByContent) {
  const cv::Mat pattern = Pattern();
  EXPECT_EQ(SniffImageFormat(Encode(".png", pattern)), ImageFormat::kPng);
  EXPECT_EQ(SniffImageFormat(Encode(".bmp", pattern)), ImageFormat::kBmp);
  EXPECT_EQ(SniffImageFormat(Encode(".tif", pattern)), ImageFormat::kTiff);
  EXPECT_EQ(SniffImageFormat(Encode(".pgm", pattern)), ImageFormat::kPgm);
  EXPECT_EQ(SniffImageFormat(Encode(".jpg", pattern)), ImageFormat::kJpeg);
  EXPECT_EQ(SniffImageFormat(Encode(".jp2", pattern)), ImageFormat::kJpeg2000);
  EXPECT_EQ(SniffImageFormat({}), ImageFormat::kUnknown);
  EXPECT_EQ(SniffImageFormat(FromString("P5abc")), ImageFormat::kUnknown);
  EXPECT_EQ(SniffImageFormat(FromString("not an image")), ImageFormat::kUnknown);
}

TEST(Image, ColourIsTurnedToGrey) {
  const cv::Mat red(110, 110, CV_8UC3, cv::Scalar(0, 0, 255));
  for (const char* ending : {".png", ".bmp", ".tif", ".jpg"}) {
    SCOPED_TRACE(ending);
    ExpectPixels(DecodeImage(Encode(ending, red), 500), cv::Mat(110, 110, CV_8UC1, cv::Scalar(76)),
                 2);
  }
}

TEST(Image, AlphaIsDroppedNotMultiplied) {
  const cv::Mat half(110, 110, CV_8UC4, cv::Scalar(128, 128, 128, 40));
  const cv::Mat grey(110, 110, CV_8UC1, cv::Scalar(128));
  ExpectPixels(DecodeImage(Encode(".png", half), 500), grey);
  // TIFF: grey and a copy of it.
  ExpectPixels(DecodeImage(Tiff(Pattern(), 2, 8, 1, 500), std::nullopt), Pattern());
}

TEST(Image, SixteenBitsKeepTheHighByte) {
  const cv::Mat pattern = Pattern();
  cv::Mat wide;
  pattern.convertTo(wide, CV_16UC1, 256, 90);
  ExpectPixels(DecodeImage(Encode(".png", wide), 500), pattern);
  ExpectPixels(DecodeImage(Encode(".tif", wide, {cv::IMWRITE_TIFF_COMPRESSION, 5}), 500), pattern,
               1);
  ExpectPixels(DecodeImage(Tiff(pattern, 1, 16, 1, 500), std::nullopt), pattern);
  ExpectPixels(DecodeImage(Encode(".pgm", wide), 500), pattern, 1);
}

TEST(Image, TiffWhereZeroIsWhiteIsInverted) {
  ExpectPixels(DecodeImage(Tiff(Pattern(), 1, 8, 0, 500), std::nullopt), 255 - Pattern());
}

TEST(Image, PgmOfAnotherMaximumIsScaled) {
  std::string text = "P2\n# a comment\n100 100\n15\n";
  for (int i = 0; i < 10000; ++i) text += i % 2 == 0 ? "15 " : "3 ";
  const Result<GrayImage> image = DecodeImage(FromString(text), 500);
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(image->at(0, 0), 255);
  EXPECT_EQ(image->at(1, 0), 51);
}

TEST(Image, ResolutionOfTheFileComesBeforeTheCallers) {
  const Result<GrayImage> image = DecodeImage(Tiff(Pattern(), 1, 8, 1, 508), 1000);
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_DOUBLE_EQ(image->dpi, 508);
}

TEST(Image, ImplausibleResolutionOfTheFileCountsAsUnstated) {
  const Bytes bytes = Tiff(Pattern(), 1, 8, 1, 72);
  const Result<GrayImage> image = DecodeImage(bytes, 569);
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_DOUBLE_EQ(image->dpi, 569);
  ExpectReason(DecodeImage(bytes, std::nullopt), ErrorCode::kBadInput, "NO_RESOLUTION");
}

TEST(Image, ImplausibleResolutionOfTheCallerIsRefused) {
  for (const double dpi : {0.0, -500.0, 249.0, 1201.0, 1e300, std::nan("")}) {
    SCOPED_TRACE(dpi);
    ExpectReason(DecodeImage(Encode(".pgm", Pattern()), dpi), ErrorCode::kBadInput,
                 "BAD_RESOLUTION");
    ExpectReason(ImageFromRaw(Bytes(10000), 100, 100, dpi), ErrorCode::kBadInput, "BAD_RESOLUTION");
  }
}

TEST(Image, JfifDensityIsRead) {
  Bytes bytes = Encode(".jpg", Pattern());
  // OpenCV writes JFIF first: FFD8 FFE0 length "JFIF\0" version units x y.
  ASSERT_EQ(bytes[6], 'J');
  bytes[13] = 2;  // dots per centimetre
  bytes[14] = 0;
  bytes[15] = 197;
  bytes[16] = 0;
  bytes[17] = 197;
  const Result<GrayImage> image = DecodeImage(bytes, std::nullopt);
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_NEAR(image->dpi, 500.4, 0.1);
}

TEST(Image, BmpPixelsPerMetreAreRead) {
  Bytes bytes = Encode(".bmp", Pattern());
  const uint32_t per_metre = 19685;
  for (const int at : {38, 42}) {
    for (int i = 0; i < 4; ++i) bytes[at + i] = static_cast<uint8_t>(per_metre >> (8 * i));
  }
  const Result<GrayImage> image = DecodeImage(bytes, std::nullopt);
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_NEAR(image->dpi, 500, 0.1);
}

TEST(Image, EncodedPngKeepsPixelsAndResolution) {
  const cv::Mat pattern = Pattern();
  const Result<GrayImage> image =
      ImageFromRaw({pattern.data, pattern.total()}, pattern.cols, pattern.rows, 512);
  ASSERT_TRUE(image) << image.error().message;
  const Result<Bytes> encoded = EncodePng(*image);
  ASSERT_TRUE(encoded) << encoded.error().message;
  const Result<GrayImage> again = DecodeImage(*encoded, std::nullopt);
  ExpectPixels(again, pattern);
  EXPECT_NEAR(again->dpi, 512, 0.02);
}

TEST(Image, RawMustHaveExactlyItsPixels) {
  EXPECT_TRUE(ImageFromRaw(Bytes(100 * 2000), 100, 2000, 500));
  ExpectReason(ImageFromRaw(Bytes(9999), 100, 100, 500), ErrorCode::kBadInput, "BAD_IMAGE");
  ExpectReason(ImageFromRaw(Bytes(10001), 100, 100, 500), ErrorCode::kBadInput, "BAD_IMAGE");
  ExpectReason(ImageFromRaw(Bytes(99 * 100), 99, 100, 500), ErrorCode::kBadInput, "BAD_IMAGE_SIZE");
  ExpectReason(ImageFromRaw({}, -1, 100, 500), ErrorCode::kBadInput, "BAD_IMAGE_SIZE");
}

TEST(Image, RealPrintsOfEveryFormatDecode) {
  TAANU_REQUIRE_DATA();
  const auto print = DecodeImage(test::ReadFile(test::DataDir() / "prints/jp2/img.jp2"), {});
  ASSERT_TRUE(print) << print.error().message;
  EXPECT_EQ(print->width, 908);
  EXPECT_EQ(print->height, 1007);
  EXPECT_NEAR(print->dpi, 1000, 0.1);
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(test::DataDir() / "prints/libfprint")) {
    const auto image = DecodeImage(test::ReadFile(entry.path()), 500);
    ASSERT_TRUE(image) << entry.path() << image.error().message;
    // Dropped alpha leaves a light ground; multiplied alpha would leave none.
    EXPECT_GT(*std::max_element(image->pixels.begin(), image->pixels.end()), 200);
  }
  int count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(test::DataDir() / "fvc")) {
    if (entry.path().extension() != ".tif") continue;
    const auto image = DecodeImage(test::ReadFile(entry.path()), 500);
    ASSERT_TRUE(image) << entry.path() << image.error().message;
    ++count;
  }
  EXPECT_EQ(count, 480);
}

}  // namespace
}  // namespace taanu
