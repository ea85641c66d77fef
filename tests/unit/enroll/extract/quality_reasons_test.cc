// The reason that is given for a bad image is the one that a person can act on: real prints, and
// the same spoilt in the way that each reason names. --gtest_output=xml writes how often each
// reason was given.
#include <gtest/gtest.h>

#include <array>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "enroll/extract/extractor.h"
#include "enroll/image/image.h"
#include "tests/support/data.h"
#include "tests/unit/enroll/extract/degrade.h"

namespace taanu {
namespace {

struct Set {
  const char* name;
  double dpi;
};
constexpr std::array<Set, 6> kSets = {{{"fvc2000/DB3_B", 500},
                                       {"fvc2000/DB4_B", 500},
                                       {"fvc2002/DB1_B", 500},
                                       {"fvc2002/DB3_B", 500},
                                       {"fvc2004/DB1_B", 500},
                                       {"fvc2004/DB3_B", 512}}};
constexpr int kFingers = 10;
constexpr size_t kReasons = 7;

// How often each reason was given, and the qualities.
struct Verdicts {
  std::array<int, kReasons> reasons{};
  double quality_sum = 0;
  int count = 0;

  int Of(QualityReason reason) const { return reasons[static_cast<size_t>(reason)]; }
  double Mean() const { return quality_sum / count; }
  std::string Text() const {
    std::ostringstream text;
    text << "of " << count << ":";
    for (size_t i = 0; i < kReasons; ++i) {
      text << ' ' << QualityReasonName(static_cast<QualityReason>(i)) << ' ' << reasons[i];
    }
    text << ", mean quality " << Mean();
    return text.str();
  }
};

// The constants of the reasons were chosen on one impression of each finger; this is another one,
// a different one for each finger.
std::vector<GrayImage> OnePrintOfEachFinger() {
  std::vector<GrayImage> prints;
  for (const Set& set : kSets) {
    for (int finger = 0; finger < kFingers; ++finger) {
      const std::string name =
          std::to_string(101 + finger) + "_" + std::to_string(5 + (101 + finger) % 4) + ".tif";
      auto image = DecodeImage(test::ReadFile(test::DataDir() / "fvc" / set.name / name), set.dpi);
      if (!image) throw std::runtime_error(name + ": " + image.error().message);
      prints.push_back(*std::move(image));
    }
  }
  return prints;
}

template <typename Spoil>
Verdicts Judge(const std::vector<GrayImage>& prints, Spoil spoil) {
  Verdicts verdicts;
  uint64_t seed = 1;
  for (const GrayImage& print : prints) {
    const auto extraction = Extract(spoil(print, seed++));
    if (!extraction) throw std::runtime_error(extraction.error().message);
    ++verdicts.reasons[static_cast<size_t>(extraction->reason)];
    verdicts.quality_sum += extraction->view.quality;
    ++verdicts.count;
  }
  ::testing::Test::RecordProperty("verdicts", verdicts.Text());
  return verdicts;
}

class QualityReasons : public ::testing::Test {
 protected:
  void SetUp() override {
    TAANU_REQUIRE_DATA();
    prints_ = OnePrintOfEachFinger();
  }
  std::vector<GrayImage> prints_;
};

TEST_F(QualityReasons, AreGivenForFewOrdinaryPrints) {
  const auto plain = Judge(prints_, [](const GrayImage& print, uint64_t) { return print; });
  EXPECT_GE(plain.Of(QualityReason::kGood), 0.85 * plain.count) << plain.Text();
  EXPECT_GT(plain.Mean(), 88) << plain.Text();
}

TEST_F(QualityReasons, OfADryFingerIsDryness) {
  const auto dry = Judge(prints_, test::MakeDry);
  EXPECT_GE(dry.Of(QualityReason::kTooDry), 0.65 * dry.count) << dry.Text();
  EXPECT_LE(dry.Of(QualityReason::kGood), 0.3 * dry.count) << dry.Text();
}

TEST_F(QualityReasons, OfAWetFingerIsWetness) {
  const auto wet = Judge(prints_, test::MakeWet);
  EXPECT_GE(wet.Of(QualityReason::kTooWet), 0.65 * wet.count) << wet.Text();
  EXPECT_EQ(wet.Of(QualityReason::kTooDry), 0) << wet.Text();
}

TEST_F(QualityReasons, OfASmallTouchIsItsSize) {
  const auto small = Judge(prints_, [](const GrayImage& print, uint64_t seed) {
    return test::MakeSmall(print, 6, seed);
  });
  EXPECT_GE(small.Of(QualityReason::kTooSmall), 0.9 * small.count) << small.Text();
  EXPECT_LT(small.Mean(), 50) << small.Text();
}

TEST_F(QualityReasons, OfAFingerAtTheBorderIsItsPlace) {
  const auto off = Judge(prints_, [](const GrayImage& print, uint64_t seed) {
    return test::MakeOffCentre(print, 5, seed);
  });
  EXPECT_GE(off.Of(QualityReason::kOffCentre), 0.75 * off.count) << off.Text();
  EXPECT_LT(off.Mean(), 65) << off.Text();
}

TEST_F(QualityReasons, OfAFingerThatSlidIsASmudge) {
  const auto smudged = Judge(prints_, test::MakeSmudged);
  EXPECT_GE(smudged.Of(QualityReason::kSmudged), 0.45 * smudged.count) << smudged.Text();
  EXPECT_LE(smudged.Of(QualityReason::kGood), 0.3 * smudged.count) << smudged.Text();
}

TEST_F(QualityReasons, OfAnEmptySensorIsThatThereIsNoFinger) {
  const auto blank = Judge(prints_, test::MakeBlank);
  EXPECT_EQ(blank.Of(QualityReason::kNoFinger), blank.count) << blank.Text();
  EXPECT_EQ(blank.Mean(), 0);
}

}  // namespace
}  // namespace taanu
