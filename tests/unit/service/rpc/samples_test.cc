#include "service/rpc/samples.h"

#include <gtest/gtest.h>

#include "enroll/image/image.h"
#include "enroll/synth/synth.h"
#include "matcher/codec/codec.h"
#include "tests/support/finger_card.h"
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

TEST(SamplesTest, OfATenprintCardTheFingerThatIsStatedIsTaken) {
  const GrayImage thumb = SyntheticFinger(1).Impression(1);
  const GrayImage rolled = SyntheticFinger(1).Impression(2);
  const GrayImage index = SyntheticFinger(2).Impression(1);
  v1::FingerSample sample;
  sample.mutable_image()->set_data(test::FingerCard({{index, FingerPosition::kRightIndex, 0},
                                                     {thumb, FingerPosition::kRightThumb, 0},
                                                     {rolled, FingerPosition::kRightThumb, 1}}));
  sample.set_position(v1::FINGER_POSITION_RIGHT_THUMB);
  const auto prepared = PrepareSample(sample, 20);
  ASSERT_TRUE(prepared.has_value()) << prepared.error().message;
  ASSERT_EQ(prepared->views.size(), 2U);
  EXPECT_EQ(prepared->views[0].minutiae, Extract(thumb)->view.minutiae);
  EXPECT_EQ(prepared->views[1].minutiae, Extract(rolled)->view.minutiae);
  EXPECT_EQ(prepared->views[1].impression_type, 1);
  EXPECT_EQ(prepared->position(), FingerPosition::kRightThumb);
  EXPECT_TRUE(prepared->usable);

  const auto reason = [&sample](v1::FingerPosition position) {
    sample.set_position(position);
    const auto refused = PrepareSample(sample, 20);
    return refused ? std::string("none") : refused.error().reason;
  };
  EXPECT_EQ(reason(v1::FINGER_POSITION_LEFT_INDEX), "POSITION_MISMATCH");
  EXPECT_EQ(reason(v1::FINGER_POSITION_UNSPECIFIED), "MIXED_FINGERS");
}

v1::FingerSample ImageOf(const GrayImage& image) {
  v1::FingerSample sample;
  sample.mutable_raw()->set_width(static_cast<uint32_t>(image.width));
  sample.mutable_raw()->set_height(static_cast<uint32_t>(image.height));
  sample.mutable_raw()->set_dpi(image.dpi);
  sample.mutable_raw()->set_pixels(std::string(image.pixels.begin(), image.pixels.end()));
  return sample;
}

TEST(SamplesTest, AGoodImageThatIsRefusedStillSaysWhatIsWanting) {
  // Two thirds of a finger: good enough for the extractor, but not the best that there is.
  GrayImage part = SyntheticFinger(1).Impression(1);
  const int rows = part.height * 2 / 3;
  part.pixels.resize(static_cast<size_t>(part.width) * static_cast<size_t>(rows));
  part.height = rows;
  const auto good = PrepareSample(ImageOf(part), 20);
  ASSERT_TRUE(good.has_value()) << good.error().message;
  EXPECT_TRUE(good->usable);
  EXPECT_EQ(good->reason, QualityReason::kGood);
  ASSERT_LT(good->quality, 100);

  const auto refused = PrepareSample(ImageOf(part), good->quality + 1);
  ASSERT_TRUE(refused.has_value());
  EXPECT_FALSE(refused->usable);
  EXPECT_TRUE(refused->reason == QualityReason::kTooSmall ||
              refused->reason == QualityReason::kOffCentre)
      << QualityReasonName(refused->reason);
}

TEST(SamplesTest, ARecordThatReportsNoQualityIsJudgedByItsMinutiae) {
  Template value;
  value.views = {ViewOf(20, 0, FingerPosition::kUnknown)};
  EXPECT_TRUE(PrepareSample(SampleOf(value), 20)->usable);
}

}  // namespace
}  // namespace taanu::rpc
