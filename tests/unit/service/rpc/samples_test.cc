#include "service/rpc/samples.h"

#include <gtest/gtest.h>

#include "enroll/image/image.h"
#include "enroll/synth/synth.h"
#include "matcher/codec/codec.h"
#include "tests/support/synthetic_record.h"

namespace taanu::rpc {
namespace {

v1::FingerSample SampleOf(const Template& value) {
  const auto bytes = EncodeTemplate(value, TemplateFormat::kIso19794_2_2005);
  EXPECT_TRUE(bytes.has_value());
  v1::FingerSample sample;
  sample.set_minutiae_record(std::string(bytes->begin(), bytes->end()));
  return sample;
}

FingerView ViewOf(int minutiae, int quality, FingerPosition position) {
  FingerView view;
  view.position = position;
  view.quality = static_cast<uint8_t>(quality);
  view.width_um = 15'000;
  view.height_um = 15'000;
  for (int i = 0; i < minutiae; ++i) {
    view.minutiae.push_back({.x_um = 1'000 * (1 + i % 12),
                             .y_um = 1'000 * (1 + i / 12),
                             .angle = static_cast<uint16_t>(i * 5'000),
                             .type = MinutiaType::kRidgeEnding,
                             .quality = 50});
  }
  return view;
}

TEST(SamplesTest, ARecordIsForeignAndTakesThePositionThatTheSampleStates) {
  const auto sample =
      PrepareSample(test::RecordSample(1, 1, v1::FINGER_POSITION_LEFT_THUMB), /*quality_min=*/20);
  ASSERT_TRUE(sample.has_value()) << sample.error().message;
  EXPECT_TRUE(sample->usable);
  EXPECT_EQ(sample->extractor_version, "foreign");
  EXPECT_EQ(sample->position(), FingerPosition::kLeftThumb);
  EXPECT_EQ(sample->quality, 80);
}

TEST(SamplesTest, APositionInTheRecordIsUsedWhereTheSampleStatesNone) {
  Template value;
  value.views = {ViewOf(20, 80, FingerPosition::kRightRing)};
  EXPECT_EQ(PrepareSample(SampleOf(value), 20)->position(), FingerPosition::kRightRing);
}

TEST(SamplesTest, EveryViewOfARecordIsKeptAndTheBestOneIsReported) {
  Template value;
  value.views = {ViewOf(10, 40, FingerPosition::kUnknown),
                 ViewOf(20, 70, FingerPosition::kUnknown)};
  value.views[1].view_number = 1;
  const auto sample = PrepareSample(SampleOf(value), 20);
  ASSERT_TRUE(sample.has_value()) << sample.error().message;
  EXPECT_EQ(sample->views.size(), 2U);
  EXPECT_EQ(sample->quality, 70);
  EXPECT_EQ(sample->minutia_count, 20);
}

TEST(SamplesTest, ARecordOfSeveralFingersIsRefused) {
  Template value;
  value.views = {ViewOf(20, 80, FingerPosition::kRightRing),
                 ViewOf(20, 80, FingerPosition::kRightThumb)};
  const auto sample = PrepareSample(SampleOf(value), 20);
  ASSERT_FALSE(sample.has_value());
  EXPECT_EQ(sample.error().reason, "MIXED_FINGERS");
}

TEST(SamplesTest, LowQualityAndTooFewMinutiaeAreToldNotRefused) {
  Template value;
  value.views = {ViewOf(20, 19, FingerPosition::kUnknown)};
  EXPECT_FALSE(PrepareSample(SampleOf(value), 20)->usable);
  value.views = {ViewOf(20, 20, FingerPosition::kUnknown)};
  EXPECT_TRUE(PrepareSample(SampleOf(value), 20)->usable);
  value.views = {ViewOf(kUsableMinutiaeMin - 1, 90, FingerPosition::kUnknown)};
  const auto few = PrepareSample(SampleOf(value), 20);
  EXPECT_FALSE(few->usable);
  EXPECT_EQ(few->reason, QualityReason::kTooSmall);
  value.views = {ViewOf(0, 90, FingerPosition::kUnknown)};
  EXPECT_EQ(PrepareSample(SampleOf(value), 20)->reason, QualityReason::kNoFinger);
}

TEST(SamplesTest, AGoodImageThatIsRefusedStillSaysWhatIsWanting) {
  const auto png = EncodePng(SyntheticFinger(1).Impression(1));
  ASSERT_TRUE(png.has_value());
  v1::FingerSample image;
  image.mutable_image()->set_data(std::string(png->begin(), png->end()));
  const auto good = PrepareSample(image, 20);
  ASSERT_TRUE(good.has_value()) << good.error().message;
  EXPECT_TRUE(good->usable);
  EXPECT_EQ(good->reason, QualityReason::kGood);
  ASSERT_LT(good->quality, 100);

  const auto refused = PrepareSample(image, good->quality + 1);
  ASSERT_TRUE(refused.has_value());
  EXPECT_FALSE(refused->usable);
  EXPECT_NE(refused->reason, QualityReason::kGood);
  EXPECT_NE(refused->reason, QualityReason::kNoFinger);
}

TEST(SamplesTest, ARecordThatReportsNoQualityIsJudgedByItsMinutiae) {
  Template value;
  value.views = {ViewOf(20, 0, FingerPosition::kUnknown)};
  EXPECT_TRUE(PrepareSample(SampleOf(value), 20)->usable);
}

}  // namespace
}  // namespace taanu::rpc
