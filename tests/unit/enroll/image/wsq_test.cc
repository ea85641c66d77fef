// WSQ: the reference decodes bit for bit, the test encoder's streams within their quantisation.
#include <gtest/gtest.h>

#include <opencv2/imgcodecs.hpp>
#include <random>
#include <string>

#include "enroll/image/image.h"
#include "tests/support/data.h"
#include "tests/unit/enroll/image/wsq_encoder.h"

namespace taanu {
namespace {

using Bytes = std::vector<uint8_t>;

// Ridges that bend, with noise: every subband has something to hold.
Bytes Ridges(int width, int height) {
  std::mt19937 random(3);
  Bytes pixels;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double wave = std::sin(0.7 * x + 0.002 * x * y) * 80;
      const double noise = static_cast<double>(random() % 61) - 30;
      pixels.push_back(static_cast<uint8_t>(128 + wave + noise));
    }
  }
  return pixels;
}

void ExpectNear(const Bytes& expected, const Result<GrayImage>& image, int tolerance) {
  ASSERT_TRUE(image) << image.error().message;
  ASSERT_EQ(image->pixels.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    ASSERT_NEAR(image->pixels[i], expected[i], tolerance) << "pixel " << i;
  }
}

void ExpectRefused(const Bytes& bytes, ErrorCode code, const std::string& part) {
  const auto image = DecodeImage(bytes, 500);
  ASSERT_FALSE(image) << part;
  EXPECT_EQ(image.error().code, code) << image.error().message;
  EXPECT_NE(image.error().message.find(part), std::string::npos) << image.error().message;
}

// The offset of the byte after a marker.
size_t AfterMarker(const Bytes& bytes, uint8_t marker) {
  for (size_t i = 0; i + 1 < bytes.size(); ++i) {
    if (bytes[i] == 0xFF && bytes[i + 1] == marker) return i + 2;
  }
  ADD_FAILURE() << "no such marker";
  return 0;
}

Bytes Changed(Bytes bytes, size_t at, std::initializer_list<uint8_t> with) {
  std::copy(with.begin(), with.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
  return bytes;
}

TEST(Wsq, ReferenceDecodesComeOutBitForBit) {
  TAANU_REQUIRE_DATA();
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(test::DataDir() / "wsq")) {
    if (entry.path().extension() != ".wsq") continue;
    SCOPED_TRACE(entry.path().filename());
    std::filesystem::path reference = entry.path();
    reference.replace_extension(".pgm");
    if (!std::filesystem::exists(reference)) reference.replace_extension(".png");
    const cv::Mat expected = cv::imread(reference.string(), cv::IMREAD_GRAYSCALE);
    ASSERT_FALSE(expected.empty());
    const auto image = DecodeImage(test::ReadFile(entry.path()), 500);
    ASSERT_TRUE(image) << image.error().message;
    ASSERT_EQ(image->width, expected.cols);
    ASSERT_EQ(image->height, expected.rows);
    EXPECT_TRUE(std::equal(image->pixels.begin(), image->pixels.end(), expected.data));
    EXPECT_EQ(image->dpi, 500);
    ++files;
  }
  EXPECT_GE(files, 15);
}

TEST(Wsq, FinelyQuantisedStreamsGiveTheImageBack) {
  // Odd and even sides take different symmetric extensions at every level of the tree.
  for (const auto& [width, height] :
       {std::pair{100, 100}, {101, 100}, {128, 131}, {247, 135}, {333, 190}, {100, 515}}) {
    SCOPED_TRACE(testing::Message() << width << "x" << height);
    const Bytes pixels = Ridges(width, height);
    const Bytes wsq =
        test::EncodeWsq(pixels, width, height, {.bin_hundredths = 25, .diagonal = true});
    EXPECT_EQ(SniffImageFormat(wsq), ImageFormat::kWsq);
    ExpectNear(pixels, DecodeImage(wsq, 500), 1);
  }
}

TEST(Wsq, WithoutTheDiagonalOnlyFineDetailIsLost) {
  Bytes pixels;
  for (int i = 0; i < 150 * 140; ++i) pixels.push_back(static_cast<uint8_t>(60 + i % 150));
  ExpectNear(pixels, DecodeImage(test::EncodeWsq(pixels, 150, 140), 500), 4);
}

TEST(Wsq, WideEscapesAreRead) {
  // Half black, half white: the lowest subband holds thousands of bins of either sign.
  Bytes pixels;
  for (int i = 0; i < 128 * 128; ++i) pixels.push_back(i % 128 < 64 ? 0 : 255);
  const test::WsqOptions fine = {.bin_hundredths = 10, .diagonal = true};
  ExpectNear(pixels, DecodeImage(test::EncodeWsq(pixels, 128, 128, fine), 500), 1);
}

TEST(Wsq, RestartMarkersChangeNothing) {
  const Bytes pixels = Ridges(120, 110);
  const auto plain = DecodeImage(test::EncodeWsq(pixels, 120, 110), 500);
  const auto cut = DecodeImage(test::EncodeWsq(pixels, 120, 110, {.restart_interval = 17}), 500);
  ASSERT_TRUE(plain);
  ASSERT_TRUE(cut) << cut.error().message;
  EXPECT_EQ(plain->pixels, cut->pixels);
}

TEST(Wsq, ResolutionComesFromTheCommentWhereItIsKnown) {
  const auto decode = [](const std::string& comment, std::optional<double> dpi) {
    return DecodeImage(test::EncodeWsq(Bytes(100 * 100, 90), 100, 100, {.comment = comment}), dpi);
  };
  EXPECT_EQ(decode("NIST_COM 3\nPPI 1000\nLOSSY 1\n", 500)->dpi, 1000);
  EXPECT_EQ(decode("NIST_COM 2\nPPI 400", std::nullopt)->dpi, 400);
  // 255 is how writers store "unknown" (-1) in a byte.
  for (const char* none : {"", "NIST_COM 2\nPPI 255\n", "NIST_COM 2\nPPI -1\n", "PPI 400\n",
                           "NIST_COM 2\nPPI 400x\n", "NIST_COM 2\nPPI "}) {
    EXPECT_EQ(decode(none, 512)->dpi, 512) << none;
    const auto refused = decode(none, std::nullopt);
    ASSERT_FALSE(refused) << none;
    EXPECT_EQ(refused.error().reason, "NO_RESOLUTION");
  }
}

TEST(Wsq, EveryCutIsRefused) {
  const Bytes whole = test::EncodeWsq(Ridges(104, 100), 104, 100);
  ASSERT_TRUE(DecodeImage(whole, 500));
  for (size_t size = 0; size < whole.size(); size += 1 + size / 64) {
    EXPECT_FALSE(DecodeImage(std::span(whole).first(size), 500)) << size;
  }
}

TEST(Wsq, FlippedBytesNeverCrash) {
  const Bytes whole = test::EncodeWsq(Ridges(104, 100), 104, 100, {.restart_interval = 50});
  std::mt19937 random(11);
  for (int round = 0; round < 500; ++round) {
    Bytes bytes = whole;
    for (int flips = 0; flips < 3; ++flips) {
      const size_t reach = round % 2 == 0 ? 800 : bytes.size();
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

TEST(Wsq, LiesInTheSegmentsAreRefusedWithTheReason) {
  const Bytes good = test::EncodeWsq(Ridges(104, 100), 104, 100);
  ASSERT_TRUE(DecodeImage(good, 500));
  const size_t sof = AfterMarker(good, 0xA2);
  const size_t sob = AfterMarker(good, 0xA3);
  const size_t dtt = AfterMarker(good, 0xA4);
  const size_t dqt = AfterMarker(good, 0xA5);
  const size_t dht = AfterMarker(good, 0xA6);
  constexpr ErrorCode kBad = ErrorCode::kBadInput;
  ExpectRefused(Changed(good, sof + 4, {0xFF, 0xFF, 0xFF, 0xFF}), kBad, "65535 x 65535");
  ExpectRefused(Changed(good, sof + 4, {0, 0}), kBad, "104 x 0");
  ExpectRefused(Changed(good, sof + 8, {200}), kBad, "exponent");
  ExpectRefused(Changed(good, sof - 1, {0xA9}), kBad, "no marker of the format");
  ExpectRefused(Changed(good, sob + 2, {9}), kBad, "no Huffman table");
  ExpectRefused(Changed(good, dtt, {0, 0}), kBad, "past the end");
  ExpectRefused(Changed(good, dtt + 2, {0}), kBad, "filter length");
  ExpectRefused(Changed(good, dtt + 2, {255}), kBad, "filter length");
  ExpectRefused(Changed(good, dtt + 2, {11}), kBad, "wrong size");
  ExpectRefused(Changed(good, dtt + 2, {8}), ErrorCode::kUnsupported, "even length");
  ExpectRefused(Changed(good, dtt + 5, {0}), kBad, "reconstructs nothing");
  ExpectRefused(Changed(good, dqt + 2, {255}), kBad, "exponent");
  ExpectRefused(Changed(good, dht, {0xFF, 0xFF}), kBad, "past the end");
  ExpectRefused(Changed(good, dht + 2, {8}), kBad, "table number");
  ExpectRefused(Changed(good, dht + 3, {3}), kBad, "no code");
  // Without its filters, and with a bin of zero in every subband.
  Bytes no_filters = good;
  no_filters.erase(no_filters.begin() + static_cast<std::ptrdiff_t>(dtt) - 2,
                   no_filters.begin() + static_cast<std::ptrdiff_t>(dtt) + 58);
  ExpectRefused(no_filters, kBad, "no transform");
  ExpectRefused(Changed(good, dqt + 6, {0, 0}), kBad, "no code");
}

TEST(Wsq, RestartMarkersCannotFillMemory) {
  Bytes bytes = test::EncodeWsq(Bytes(100 * 100, 90), 100, 100);
  bytes.resize(bytes.size() - 2);
  for (int i = 0; i < 20'000; ++i) bytes.insert(bytes.end(), {0xFF, 0xB0});
  bytes.insert(bytes.end(), {0xFF, 0xA1});
  ExpectRefused(bytes, ErrorCode::kBadInput, "restart markers");
}

}  // namespace
}  // namespace taanu
