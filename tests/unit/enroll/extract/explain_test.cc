// The pictures of the stages: all are there, show something, and change nothing.
#include "enroll/extract/explain.h"

#include <gtest/gtest.h>

#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

#include "enroll/image/image.h"
#include "tests/support/data.h"
#include "tests/unit/enroll/extract/ridges.h"

namespace taanu {
namespace {

constexpr const char* kNames[] = {"1-grey",     "2-mask",     "3-orientation", "4-frequency",
                                  "5-enhanced", "6-skeleton", "7-minutiae"};

cv::Mat Decode(const StagePicture& picture) {
  return cv::imdecode(picture.png, cv::IMREAD_UNCHANGED);
}

// Shares of pixels that are darker than a quarter and brighter than three quarters.
double Share(const cv::Mat& picture, bool dark) {
  int count = 0;
  for (int y = 0; y < picture.rows; ++y) {
    for (int x = 0; x < picture.cols; ++x) {
      const auto p = picture.at<cv::Vec3b>(y, x);
      const int sum = p[0] + p[1] + p[2];
      count += dark ? sum < 3 * 64 : sum > 3 * 191;
    }
  }
  return static_cast<double>(count) / (picture.rows * picture.cols);
}

// Pixels that are more of one colour (0 blue, 1 green, 2 red) than of both others, by 60.
int Coloured(const cv::Mat& picture, int channel) {
  int count = 0;
  for (int y = 0; y < picture.rows; ++y) {
    for (int x = 0; x < picture.cols; ++x) {
      const auto p = picture.at<cv::Vec3b>(y, x);
      const int other = std::max(p[(channel + 1) % 3], p[(channel + 2) % 3]);
      count += p[channel] > other + 60;
    }
  }
  return count;
}

// All stages, of the size of the image, but for those with lines in them twice that.
std::vector<cv::Mat> MustExplain(const GrayImage& image) {
  std::vector<cv::Mat> pictures;
  const auto explained = ExtractExplained(image);
  EXPECT_TRUE(explained.has_value());
  if (!explained) return pictures;
  EXPECT_EQ(explained->pictures.size(), std::size(kNames));
  for (size_t i = 0; i < explained->pictures.size(); ++i) {
    EXPECT_EQ(explained->pictures[i].stage, kNames[i]);
    pictures.push_back(Decode(explained->pictures[i]));
    const int zoom = i == 2 || i == 6 ? 2 : 1;
    EXPECT_EQ(pictures.back().type(), CV_8UC3) << kNames[i];
    EXPECT_EQ(pictures.back().cols, zoom * image.width) << kNames[i];
    EXPECT_EQ(pictures.back().rows, zoom * image.height) << kNames[i];
  }
  return pictures;
}

TEST(Explain, ARealPrintShowsItselfInEveryStage) {
  TAANU_REQUIRE_DATA();
  for (const char* name : {"fvc2002/DB1_B/101_1.tif", "fvc2002/DB3_B/105_3.tif"}) {
    SCOPED_TRACE(name);
    const auto image = DecodeImage(test::ReadFile(test::DataDir() / "fvc" / name), 500);
    ASSERT_TRUE(image.has_value());
    const auto pictures = MustExplain(*image);
    ASSERT_EQ(pictures.size(), std::size(kNames));
    const double pixels = static_cast<double>(image->width) * image->height;
    // The mask keeps the finger and nothing but the finger.
    EXPECT_GT(Coloured(pictures[1], 2), 0.05 * pixels);
    EXPECT_LT(Coloured(pictures[1], 2), 0.9 * pixels);
    // Lines of the field are mostly green on a print that is clear for the most part.
    EXPECT_GT(Coloured(pictures[2], 1), 0.02 * pixels);
    // Ridges of about 9 pixels are between blue and green.
    EXPECT_GT(Coloured(pictures[3], 1) + Coloured(pictures[3], 0), 0.3 * pixels);
    // Enhanced ridges and valleys are dark and bright, and about as many.
    EXPECT_GT(Share(pictures[4], true), 0.05);
    EXPECT_GT(Share(pictures[4], false), 0.05);
    // Lines of one pixel every nine, on white.
    EXPECT_GT(Share(pictures[5], true), 0.02);
    EXPECT_LT(Share(pictures[5], true), 0.2);
    EXPECT_GT(Share(pictures[5], false), 0.7);
    EXPECT_GT(Coloured(pictures[6], 1) + Coloured(pictures[6], 2), 1000);
  }
}

TEST(Explain, ChangesNothingOfTheExtraction) {
  test::RidgePattern pattern;
  pattern.dislocations = {{6000, 6000, 1}, {14000, 6500, -1}};
  const GrayImage image = test::Render(pattern, 500);
  const auto explained = ExtractExplained(image);
  const auto plain = Extract(image);
  ASSERT_TRUE(explained.has_value());
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ(explained->extraction.view, plain->view);
  EXPECT_EQ(explained->extraction.reason, plain->reason);
}

TEST(Explain, MinutiaeAreMarkedWhereTheyAre) {
  test::RidgePattern pattern;
  pattern.dislocations = {{10000, 10000, 1}};
  const GrayImage image = test::Render(pattern, 500);
  const auto explained = ExtractExplained(image);
  ASSERT_TRUE(explained.has_value());
  ASSERT_EQ(explained->extraction.view.minutiae.size(), 1U);
  const Minutia& m = explained->extraction.view.minutiae[0];
  const cv::Mat picture = Decode(explained->pictures[6]);
  const cv::Point at(2 * m.x_um / 51, 2 * m.y_um / 51);
  constexpr int kReach = 30;
  const cv::Rect near(at.x - kReach, at.y - kReach, 2 * kReach, 2 * kReach);
  EXPECT_GT(Coloured(picture(near), 1), 40);
  EXPECT_EQ(Coloured(picture(near), 1), Coloured(picture, 1));
}

TEST(Explain, ABlankImageHasPicturesToo) {
  const auto pictures = MustExplain(test::Uniform(300, 200, 255));
  ASSERT_EQ(pictures.size(), std::size(kNames));
  EXPECT_EQ(Share(pictures[5], false), 1);
}

}  // namespace
}  // namespace taanu
