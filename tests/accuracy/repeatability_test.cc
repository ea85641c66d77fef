// The quality of a minutia says how likely another impression shows it again, on sets that it was
// not fitted on.
#include "tests/accuracy/repeatability.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "enroll/extract/extractor.h"
#include "enroll/image/image.h"
#include "tests/support/data.h"

namespace taanu::accuracy {
namespace {

constexpr double kDpi = 500;  // of both sets

FingerView Shifted(const FingerView& view, int32_t x_um, int32_t y_um) {
  FingerView shifted = view;
  for (Minutia& m : shifted.minutiae) {
    m.x_um += x_um;
    m.y_um += y_um;
  }
  return shifted;
}

// Minutiae on a spiral, so that no two neighbourhoods are alike.
FingerView MadeUpView() {
  FingerView view;
  for (int i = 0; i < 30; ++i) {
    const double turn = 0.9 * i;
    const double radius = 700 + 190 * i;
    view.minutiae.push_back(
        {.x_um = static_cast<int32_t>(9000 + radius * std::cos(turn)),
         .y_um = static_cast<int32_t>(9000 + radius * std::sin(turn)),
         .angle = static_cast<uint16_t>(i * i * 977),
         .type = i % 2 == 0 ? MinutiaType::kRidgeEnding : MinutiaType::kBifurcation,
         .quality = static_cast<uint8_t>(40 + i)});
  }
  return view;
}

Print MakePrint(const FingerView& view, int impression) {
  return Print{"made up", 1, impression, view, Prepared(view)};
}

TEST(Repeatability, AMinutiaIsFoundUnlessItIsMissingThere) {
  const FingerView view = MadeUpView();
  FingerView other = Shifted(view, 400, -700);
  constexpr size_t kMissing = 5;
  other.minutiae.erase(other.minutiae.begin() + kMissing);
  Comparator comparator;
  const auto sightings = Sightings(MakePrint(view, 1), MakePrint(other, 2), &comparator);
  ASSERT_GT(sightings.size(), 20U);
  for (const Sighting& s : sightings) {
    EXPECT_EQ(s.found, s.minutia != kMissing) << s.minutia;
    EXPECT_EQ(s.quality, view.minutiae[s.minutia].quality);
  }
}

TEST(Repeatability, NothingIsSeenWherePrintsDoNotMatch) {
  const FingerView view = MadeUpView();
  FingerView other = view;
  for (size_t i = 0; i < other.minutiae.size(); ++i) {
    other.minutiae[i].x_um = static_cast<int32_t>(3000 + i * i * 3571 % 12000);
    other.minutiae[i].angle = static_cast<uint16_t>(i * 31337);
  }
  Comparator comparator;
  EXPECT_TRUE(Sightings(MakePrint(view, 1), MakePrint(other, 2), &comparator).empty());
}

TEST(Repeatability, QualityPredictsItOnSetsThatWereNotFittedOn) {
  TAANU_REQUIRE_DATA();
  for (const char* name : {"fvc2002/DB1_B", "fvc2002/DB3_B"}) {
    TemplateSet set;
    for (int finger = 101; finger <= 110; ++finger) {
      for (int impression = 1; impression <= 8; ++impression) {
        const std::string file = std::to_string(finger) + "_" + std::to_string(impression) + ".tif";
        const auto image = DecodeImage(test::ReadFile(test::DataDir() / "fvc" / name / file), kDpi);
        ASSERT_TRUE(image) << file;
        const auto extraction = Extract(*image);
        ASSERT_TRUE(extraction) << file;
        const FingerView& view = extraction->view;
        set.prints.push_back({name, finger, impression, view, Prepared(view)});
      }
    }
    const Repeatability r = MeasureRepeatability(set);
    EXPECT_GT(r.pairs, 500U) << name;
    EXPECT_GT(r.concordance, 0.76) << name;
    const auto& low = r.bins[2];
    const auto& high = r.bins[8];
    ASSERT_GT(low.seen, 100U) << name;
    ASSERT_GT(high.seen, 100U) << name;
    EXPECT_LT(low.Share(), 0.55) << name;
    EXPECT_GT(high.Share(), 0.85) << name;
  }
}

}  // namespace
}  // namespace taanu::accuracy
