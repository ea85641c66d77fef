// Real prints: every one gives a usable template, which agrees with those of other extractors.
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "enroll/extract/extractor.h"
#include "enroll/image/image.h"
#include "matcher/codec/codec.h"
#include "tests/support/data.h"

namespace taanu {
namespace {

constexpr const char* kSets[] = {"fvc2000/DB3_B", "fvc2000/DB4_B", "fvc2002/DB1_B",
                                 "fvc2002/DB3_B", "fvc2004/DB1_B", "fvc2004/DB3_B"};

double DpiOf(const std::string& set) { return set == "fvc2004/DB3_B" ? 512 : 500; }

Result<Extraction> ExtractFile(const std::filesystem::path& path, double dpi) {
  TAANU_ASSIGN_OR_RETURN(const GrayImage image, DecodeImage(test::ReadFile(path), dpi));
  return Extract(image);
}

TEST(RealPrints, EveryImpressionGivesMinutiae) {
  TAANU_REQUIRE_DATA();
  for (const std::string set : kSets) {
    int poor = 0;
    for (const auto& entry : std::filesystem::directory_iterator(test::DataDir() / "fvc" / set)) {
      const auto extraction = ExtractFile(entry.path(), DpiOf(set));
      ASSERT_TRUE(extraction) << entry.path();
      const FingerView& view = extraction->view;
      EXPECT_GE(view.minutiae.size(), 5U) << entry.path();
      EXPECT_LE(view.minutiae.size(), 200U) << entry.path();
      EXPECT_GT(view.quality, 10) << entry.path();
      poor += view.minutiae.size() < 12 ? 1 : 0;
      for (const Minutia& m : view.minutiae) {
        ASSERT_TRUE(m.x_um >= 0 && m.x_um <= view.width_um);
        ASSERT_TRUE(m.y_um >= 0 && m.y_um <= view.height_um);
        ASSERT_TRUE(m.quality >= 1 && m.quality <= 100);
        ASSERT_NE(m.type, MinutiaType::kOther);
      }
    }
    EXPECT_LE(poor, 8) << set;
  }
}

// Most minutiae that a foreign extractor finds on a good print are found here, in the same place
// and with the same direction: the convention of ISO/IEC 19794-2 is kept, not turned by 180
// degrees.
struct Agreement {
  int theirs = 0;
  int found = 0;
  int same_direction = 0;
  int opposed = 0;

  void Count(const FingerView& our_view, const FingerView& their_view) {
    constexpr double kReach = 7 * 50.8;  // micrometres
    for (const Minutia& their : their_view.minutiae) {
      ++theirs;
      const Minutia* nearest = nullptr;
      double distance = kReach;
      for (const Minutia& our : our_view.minutiae) {
        const double d = std::hypot(our.x_um - their.x_um, our.y_um - their.y_um);
        if (d >= distance) continue;
        distance = d;
        nearest = &our;
      }
      if (nearest == nullptr) continue;
      ++found;
      const double off =
          std::abs(static_cast<int16_t>(nearest->angle - their.angle)) * 360.0 / kFullCircle;
      same_direction += off < 20 ? 1 : 0;
      opposed += off > 150 ? 1 : 0;
    }
  }
};

TEST(RealPrints, MinutiaeAgreeWithForeignExtractors) {
  TAANU_REQUIRE_DATA();
  const std::string set = "fvc2002/DB1_B";
  const std::vector<std::string> extractors = {"fjfx", "mindtct", "sourceafis"};
  std::vector<Agreement> agreements(extractors.size());
  for (const auto& entry : std::filesystem::directory_iterator(test::DataDir() / "fvc" / set)) {
    const auto ours = ExtractFile(entry.path(), DpiOf(set));
    ASSERT_TRUE(ours);
    for (size_t i = 0; i < extractors.size(); ++i) {
      const auto foreign =
          DecodeTemplate(test::ReadFile(test::DataDir() / "templates/fvc" / extractors[i] / set /
                                        entry.path().filename().replace_extension(".iso")));
      ASSERT_TRUE(foreign) << foreign.error().message;
      agreements[i].Count(ours->view, foreign->value.views.at(0));
    }
  }
  for (size_t i = 0; i < extractors.size(); ++i) {
    const Agreement& a = agreements[i];
    EXPECT_GT(a.found, 0.6 * a.theirs) << extractors[i];
    EXPECT_GT(a.same_direction, 0.8 * a.found) << extractors[i];
    EXPECT_LT(a.opposed, 0.04 * a.found) << extractors[i];
  }
}

TEST(RealPrints, DamagedButReadableImagesAreExtracted) {
  TAANU_REQUIRE_DATA();
  const auto blank = ExtractFile(test::DataDir() / "malformed/image/blank_black.png", 500);
  ASSERT_TRUE(blank);
  EXPECT_EQ(blank->view.quality, 0);
  EXPECT_EQ(blank->reason, QualityReason::kNoFinger);
  const auto large = ExtractFile(test::DataDir() / "prints/jp2/img.jp2", 500);
  ASSERT_TRUE(large);
  EXPECT_GT(large->view.minutiae.size(), 20U);
}

// Whatever the collection of bad images holds is refused or extracted, at once.
TEST(RealPrints, BadImagesAreRefusedOrExtractedAtOnce) {
  TAANU_REQUIRE_DATA();
  int files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(test::DataDir() / "malformed/image")) {
    const std::string name = entry.path().filename();
    SCOPED_TRACE(name);
    const auto start = std::chrono::steady_clock::now();
    const auto extraction = ExtractFile(entry.path(), 500);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
    ++files;
    if (!extraction) {
      EXPECT_FALSE(extraction.error().message.empty());
      continue;
    }
    // Sound prints behind odd headers, and a blank.
    const bool print =
        name == "ok_control.png" || name == "ok_control.wsq" || name == "ifd_self_loop.tif";
    EXPECT_EQ(extraction->view.quality >= 40, print);
  }
  EXPECT_GE(files, 20);
}

}  // namespace
}  // namespace taanu
