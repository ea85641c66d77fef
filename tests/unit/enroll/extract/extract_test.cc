#include "enroll/extract/extractor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <random>
#include <thread>
#include <vector>

#include "tests/unit/enroll/extract/ridges.h"

namespace taanu {
namespace {

using test::Dislocation;
using test::Render;
using test::RidgePattern;

FingerView MustExtract(const GrayImage& image) {
  const Result<Extraction> extraction = Extract(image);
  EXPECT_TRUE(extraction);
  return extraction ? extraction->view : FingerView{};
}

const Minutia* Nearest(const FingerView& view, double x_um, double y_um, double reach_um) {
  const Minutia* best = nullptr;
  for (const Minutia& m : view.minutiae) {
    const double distance = std::hypot(m.x_um - x_um, m.y_um - y_um);
    if (distance <= reach_um) {
      best = &m;
      reach_um = distance;
    }
  }
  return best;
}

double Degrees(uint16_t angle) { return angle * 360.0 / kFullCircle; }

double AngleBetween(double a, double b) {
  const double d = std::fmod(std::abs(a - b), 360);
  return std::min(d, 360 - d);
}

RidgePattern FourDislocations() {
  RidgePattern pattern;
  pattern.dislocations = {{6000, 6000, 1}, {14000, 6500, -1}, {6500, 14000, -1}, {13500, 13800, 1}};
  return pattern;
}

TEST(Extract, PlantedDislocationsAreFoundAndLittleElse) {
  const RidgePattern pattern = FourDislocations();
  const FingerView view = MustExtract(Render(pattern, 500));
  // Half a ridge period and a bit: where in it a ridge ends depends on the phase.
  for (const Dislocation& d : pattern.dislocations) {
    EXPECT_NE(Nearest(view, d.x_um, d.y_um, 400), nullptr) << d.x_um << "," << d.y_um;
  }
  EXPECT_LE(view.minutiae.size(), pattern.dislocations.size() + 1);
}

TEST(Extract, RidgesWithoutDislocationsHaveNoMinutiae) {
  for (const double angle : {0.0, 0.3, 0.8, 1.57, 2.2, 3.0}) {
    RidgePattern pattern;
    pattern.angle = angle;
    EXPECT_TRUE(MustExtract(Render(pattern, 500)).minutiae.empty()) << angle;
  }
}

// ISO/IEC 19794-2:2005 clause 6.4.3. Ridges run to the right and one more of them lies right of
// the dislocation than left of it: an ending there points right, along its ridge, and so does the
// valley that a bifurcation opens.
TEST(Extract, DirectionRunsIntoTheSideWithMoreRidges) {
  for (int turn = 0; turn < 8; ++turn) {
    RidgePattern pattern;
    pattern.angle = turn * 0.39;
    // Around a dislocation of sign +1 the phase grows by a turn with y (down); on the side where
    // it grows in the direction in which `across` grows there is the additional ridge.
    for (const int sign : {1, -1}) {
      pattern.dislocations = {{10000, 10000, sign}};
      const FingerView view = MustExtract(Render(pattern, 500));
      const Minutia* minutia = Nearest(view, 10000, 10000, 400);
      ASSERT_NE(minutia, nullptr) << turn;
      const double along = pattern.angle * 180 / 3.14159265 + (sign > 0 ? 0 : 180);
      EXPECT_LT(AngleBetween(Degrees(minutia->angle), along), 15) << turn << " sign " << sign;
    }
  }
}

// A ridge that ends, in the image inverted, is a valley that ends: a bifurcation in the same place
// and direction.
TEST(Extract, InvertedImageTurnsEndingsIntoBifurcations) {
  const RidgePattern pattern = FourDislocations();
  GrayImage image = Render(pattern, 500);
  const FingerView view = MustExtract(image);
  for (uint8_t& pixel : image.pixels) pixel = static_cast<uint8_t>(255 - pixel);
  const FingerView inverted = MustExtract(image);
  for (const Dislocation& d : pattern.dislocations) {
    const Minutia* a = Nearest(view, d.x_um, d.y_um, 400);
    const Minutia* b = Nearest(inverted, d.x_um, d.y_um, 500);
    ASSERT_NE(a, nullptr);
    ASSERT_NE(b, nullptr);
    EXPECT_NE(a->type, b->type);
    // Where a ridge begins in one, a valley begins in the other: within three pixels.
    EXPECT_LT(std::hypot(a->x_um - b->x_um, a->y_um - b->y_um), 150);
    EXPECT_LT(AngleBetween(Degrees(a->angle), Degrees(b->angle)), 15);
  }
}

TEST(Extract, ResolutionIsHonoured) {
  const RidgePattern pattern = FourDislocations();
  const FingerView at500 = MustExtract(Render(pattern, 500));
  for (const double dpi : {350.0, 512.0, 569.0, 1000.0}) {
    const FingerView view = MustExtract(Render(pattern, dpi));
    EXPECT_NEAR(view.width_um, pattern.width_um, 100);
    EXPECT_NEAR(view.height_um, pattern.height_um, 100);
    for (const Dislocation& d : pattern.dislocations) {
      const Minutia* a = Nearest(at500, d.x_um, d.y_um, 400);
      ASSERT_NE(a, nullptr);
      const Minutia* b = Nearest(view, a->x_um, a->y_um, 250);
      ASSERT_NE(b, nullptr) << dpi;
      EXPECT_LT(AngleBetween(Degrees(a->angle), Degrees(b->angle)), 10) << dpi;
    }
  }
}

TEST(Extract, PeriodsOfChildrenAndOfLargeThumbsAreFollowed) {
  for (const double period_px : {5.5, 7.0, 9.0, 11.0, 13.5}) {
    RidgePattern pattern = FourDislocations();
    pattern.period_um = period_px * 50.8;
    const FingerView view = MustExtract(Render(pattern, 500));
    for (const Dislocation& d : pattern.dislocations) {
      EXPECT_NE(Nearest(view, d.x_um, d.y_um, 0.9 * pattern.period_um), nullptr) << period_px;
    }
    EXPECT_LE(view.minutiae.size(), pattern.dislocations.size() + 2) << period_px;
  }
}

TEST(Extract, FaintRidgesAreStillRidges) {
  RidgePattern pattern = FourDislocations();
  pattern.contrast = 12;
  pattern.noise = 4;
  const FingerView view = MustExtract(Render(pattern, 500));
  for (const Dislocation& d : pattern.dislocations) {
    EXPECT_NE(Nearest(view, d.x_um, d.y_um, 500), nullptr);
  }
}

TEST(Extract, NothingIsFoundWhereThereIsNoFinger) {
  for (const uint8_t grey : {0, 1, 128, 255}) {
    const Result<Extraction> blank = Extract(test::Uniform(300, 400, grey));
    ASSERT_TRUE(blank);
    EXPECT_TRUE(blank->view.minutiae.empty());
    EXPECT_EQ(blank->view.quality, 0);
    EXPECT_EQ(blank->reason, QualityReason::kNoFinger);
  }
}

TEST(Extract, NoiseIsOfLowQuality) {
  GrayImage noise = test::Uniform(400, 400, 0);
  std::mt19937 random(3);
  for (uint8_t& pixel : noise.pixels) pixel = static_cast<uint8_t>(random());
  const Result<Extraction> extraction = Extract(noise);
  ASSERT_TRUE(extraction);
  EXPECT_LT(extraction->view.quality, 40);
  EXPECT_NE(extraction->reason, QualityReason::kGood);
}

// Letters and lines of a page: strokes of every direction that follow no common course.
TEST(Extract, PageOfTextIsOfLowQuality) {
  GrayImage page = test::Uniform(500, 500, 245);
  std::mt19937 random(5);
  for (int line = 20; line < 480; line += 22) {
    for (int letter = 20; letter < 480; letter += 11) {
      if (random() % 6 == 0) continue;  // between words
      for (int stroke = 0; stroke < 3; ++stroke) {
        double x = letter + static_cast<double>(random() % 8);
        double y = line + static_cast<double>(random() % 12);
        const double angle = static_cast<double>(random() % 628) / 100;
        for (int i = 0; i < 8; ++i, x += std::cos(angle), y += std::sin(angle)) {
          page.pixels[static_cast<size_t>(y) * 500 + static_cast<size_t>(x)] = 20;
        }
      }
    }
  }
  const Result<Extraction> extraction = Extract(page);
  ASSERT_TRUE(extraction);
  EXPECT_LT(extraction->view.quality, 40);
  EXPECT_NE(extraction->reason, QualityReason::kGood);
}

// Hair: strands that run side by side, as ridges do, but at no even distance.
GrayImage HairOf(double strands_per_degree) {
  GrayImage photo = test::Uniform(400, 500, 200);
  std::mt19937 random(3);
  std::vector<double> strands;
  double shade = 0;
  for (int i = 0; i < 4000; ++i) {
    shade = 0.7 * shade + static_cast<double>(random() % 1000) / 500 - 1;
    strands.push_back(shade);
  }
  for (int y = 0; y < photo.height; ++y) {
    for (int x = 0; x < photo.width; ++x) {
      const bool head = std::hypot((x - 200) / 170.0, (y - 240) / 230.0) < 1 && y < 420;
      const bool face = std::hypot((x - 200) / 110.0, (y - 290) / 150.0) < 1;
      double grey = face ? 210 - 0.4 * std::abs(x - 170) : 200 - 0.1 * y;
      if (head && !face) {
        const double turn = (std::atan2(y - 20.0, x - 200.0) / std::numbers::pi + 1) * 180;
        const double place = turn * strands_per_degree;
        grey = 70 + 35 * strands[static_cast<size_t>(2 * place) % strands.size()] +
               15 * std::sin(2 * std::numbers::pi * place);
      }
      grey += static_cast<double>(random() % 7);
      photo.pixels[static_cast<size_t>(y * photo.width + x)] =
          static_cast<uint8_t>(std::clamp(grey, 0.0, 255.0));
    }
  }
  return photo;
}

// Its strands are ridges of one direction, which is why it is no lower; a clean print has 97.
TEST(Extract, HairIsOfLowerQualityThanPrints) {
  for (const double strands_per_degree : {0.67, 0.94, 1.2, 1.6, 2.4}) {
    const Result<Extraction> extraction = Extract(HairOf(strands_per_degree));
    ASSERT_TRUE(extraction);
    EXPECT_LT(extraction->view.quality, 80) << strands_per_degree;
  }
}

// A face without hair: smooth shading and a few dark features.
TEST(Extract, FaceIsOfLowQuality) {
  GrayImage photo = test::Uniform(400, 500, 0);
  std::mt19937 random(11);
  const auto within = [](int x, int y, double cx, double cy, double rx, double ry) {
    return std::hypot((x - cx) / rx, (y - cy) / ry) < 1;
  };
  for (int y = 0; y < photo.height; ++y) {
    for (int x = 0; x < photo.width; ++x) {
      double grey = 200 - 0.1 * y;
      if (within(x, y, 200, 270, 120, 170)) {
        grey = 210 - 0.4 * std::abs(x - 170) - 0.1 * std::abs(y - 250);
      }
      if (within(x, y, 150, 240, 22, 10) || within(x, y, 250, 240, 22, 10)) grey = 60;
      if (within(x, y, 200, 300, 12, 30)) grey -= 25;
      if (within(x, y, 200, 360, 45, 12)) grey = 110;
      grey += static_cast<double>(random() % 7);
      photo.pixels[static_cast<size_t>(y * photo.width + x)] =
          static_cast<uint8_t>(std::clamp(grey, 0.0, 255.0));
    }
  }
  const Result<Extraction> extraction = Extract(photo);
  ASSERT_TRUE(extraction);
  EXPECT_LT(extraction->view.quality, 40);
  EXPECT_NE(extraction->reason, QualityReason::kGood);
}

// A finger may come at any angle: the minutiae turn with it.
TEST(Extract, ATurnedImageGivesTheMinutiaeTurned) {
  const RidgePattern pattern = FourDislocations();
  const GrayImage image = Render(pattern, 500);
  const FingerView view = MustExtract(image);
  GrayImage turned = test::Uniform(image.height, image.width, 0);
  // A quarter turn anticlockwise: what was at (x, y) is at (y, width - 1 - x).
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      turned.pixels[static_cast<size_t>((image.width - 1 - x) * turned.width + y)] = image.at(x, y);
    }
  }
  const FingerView turned_view = MustExtract(turned);
  for (const Dislocation& d : pattern.dislocations) {
    const Minutia* a = Nearest(view, d.x_um, d.y_um, 400);
    ASSERT_NE(a, nullptr);
    const Minutia* b = Nearest(turned_view, a->y_um, view.width_um - a->x_um, 150);
    ASSERT_NE(b, nullptr);
    EXPECT_EQ(a->type, b->type);
    EXPECT_LT(AngleBetween(Degrees(a->angle) + 90, Degrees(b->angle)), 8);
  }
}

TEST(Extract, SmallTouchSaysSo) {
  RidgePattern pattern;
  GrayImage image = Render(pattern, 500);
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      if (std::hypot(x - 200, y - 200) > 40) {
        image.pixels[static_cast<size_t>(y) * static_cast<size_t>(image.width) +
                     static_cast<size_t>(x)] = 250;
      }
    }
  }
  const Result<Extraction> extraction = Extract(image);
  ASSERT_TRUE(extraction);
  EXPECT_LT(extraction->view.quality, 40);
  EXPECT_TRUE(extraction->reason == QualityReason::kTooSmall ||
              extraction->reason == QualityReason::kNoFinger)
      << QualityReasonName(extraction->reason);
}

TEST(Extract, BorderOfAPartialScanIsNoRidge) {
  // The scan fills the middle; software painted the rest in one grey.
  const GrayImage scan = Render(FourDislocations(), 500);
  GrayImage framed = test::Uniform(scan.width + 160, scan.height + 160, 127);
  for (int y = 0; y < scan.height; ++y) {
    for (int x = 0; x < scan.width; ++x) {
      framed.pixels[static_cast<size_t>(y + 80) * static_cast<size_t>(framed.width) +
                    static_cast<size_t>(x + 80)] = scan.at(x, y);
    }
  }
  EXPECT_LE(MustExtract(framed).minutiae.size(), 6U);
}

TEST(Extract, FingerIsFoundAnywhereOnALargeGround) {
  // A flat-bed scan of 2,000 x 2,000 pixels at 500 dpi: 102 mm a side.
  const RidgePattern pattern = FourDislocations();
  const GrayImage finger = Render(pattern, 500);
  GrayImage scan = test::Uniform(2000, 2000, 250);
  constexpr int kLeft = 1500;
  constexpr int kTop = 1300;
  for (int y = 0; y < finger.height; ++y) {
    for (int x = 0; x < finger.width; ++x) {
      scan.pixels[static_cast<size_t>(kTop + y) * 2000 + static_cast<size_t>(kLeft + x)] =
          finger.at(x, y);
    }
  }
  const FingerView view = MustExtract(scan);
  for (const Dislocation& d : pattern.dislocations) {
    EXPECT_NE(Nearest(view, d.x_um + kLeft * 50.8, d.y_um + kTop * 50.8, 400), nullptr);
  }
}

TEST(Extract, ExtremeSizesAndResolutionsAreTaken) {
  for (const auto& [width, height, dpi] : {std::tuple{100, 100, 250.0},
                                           {100, 100, 1200.0},
                                           {2000, 100, 500.0},
                                           {100, 2000, 250.0},
                                           {2000, 2000, 250.0}}) {
    GrayImage image = test::Uniform(width, height, 0);
    image.dpi = dpi;
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        image.pixels[static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x)] =
            x / 5 % 2 == 0 ? 30 : 220;
      }
    }
    const FingerView view = MustExtract(image);
    EXPECT_LE(view.minutiae.size(), static_cast<size_t>(kMinutiaeMax));
    for (const Minutia& m : view.minutiae) {
      EXPECT_TRUE(m.x_um >= 0 && m.x_um < view.width_um && m.y_um >= 0 && m.y_um < view.height_um);
      EXPECT_TRUE(m.quality >= 1 && m.quality <= 100);
    }
  }
}

TEST(Extract, SameImageGivesTheSameTemplateOnEveryThread) {
  const GrayImage image = Render(FourDislocations(), 569);
  const FingerView expected = MustExtract(image);
  std::vector<FingerView> views(4);
  std::vector<std::thread> threads;
  for (FingerView& view : views) {
    threads.emplace_back([&image, &view] {
      const Result<Extraction> extraction = Extract(image);
      if (extraction) view = extraction->view;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const FingerView& view : views) EXPECT_EQ(view, expected);
}

TEST(Extract, TemplateCarriesTheImagesResolution) {
  const GrayImage image = Render(FourDislocations(), 569);
  const Result<Extraction> extraction = Extract(image);
  ASSERT_TRUE(extraction);
  const Template value = ToTemplate(*extraction, image);
  EXPECT_EQ(value.x_px_per_cm, 224);
  EXPECT_EQ(value.y_px_per_cm, 224);
  ASSERT_EQ(value.views.size(), 1U);
  EXPECT_EQ(value.views[0], extraction->view);
}

}  // namespace
}  // namespace taanu
