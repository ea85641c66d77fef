#include "matcher/gallery/descriptor.h"

#include <gtest/gtest.h>

#include <cmath>

#include "matcher/gallery/packed_view.h"
#include "matcher/gallery/segment.h"
#include "tests/unit/matcher/gallery/people.h"

namespace taanu::gallery {
namespace {

std::vector<Descriptor> Of(const FingerView& view) { return Describe(Prepared(view).data()); }

int PlainDistance(const Descriptor& a, const Descriptor& b) {
  return Distance(WeighedDescriptor(a), b);
}

TEST(Descriptor, OfAMovedPrintDiffersInFewBits) {
  const FingerView view = test::Finger(1);
  const auto before = Of(view);
  const auto after = Of(test::Moved(view, 0, 3'000, 2'000));
  EXPECT_EQ(before, after) << "a shift changes nothing";
  for (const uint16_t turn : {8'192, 16'384, 40'000}) {
    const auto turned = Of(test::Moved(view, turn, 0, 0));
    ASSERT_EQ(turned.size(), before.size());
    int worst = 0;
    for (const Descriptor& own : before) {
      int nearest = kDescriptorBits;
      for (const Descriptor& d : turned) nearest = std::min(nearest, PlainDistance(own, d));
      worst = std::max(worst, nearest);
    }
    EXPECT_LE(worst, 16) << "rounding to 10 micrometres flips few bits, turn " << turn;
  }
}

TEST(Descriptor, DistanceCountsFourBitsOfANibbleAsThree) {
  Descriptor a{};
  Descriptor b{};
  EXPECT_EQ(PlainDistance(a, b), 0);
  b[0] = 0b0000'0111;
  b[24] = 0b1011'0001;
  EXPECT_EQ(PlainDistance(a, b), 3 + 3 + 1);
  b[7] = 0b1111'0000;
  EXPECT_EQ(PlainDistance(a, b), 3 + 3 + 1 + 3);
  a.fill(0);
  b.fill(255);
  EXPECT_EQ(PlainDistance(a, b), kDistanceMax);
}

TEST(Descriptor, DistanceRoundsTheWeightsOfEachNibble) {
  WeighedDescriptor own;
  own.weights[0] = 31;  // just below a half
  own.weights[4] = 32;
  own.weights[8] = 31;
  own.weights[9] = 65;
  Descriptor other{};
  other[0] = 0b0001'0001;
  EXPECT_EQ(Distance(own, other), 0 + 1);
  other[1] = 0b0000'0011;
  EXPECT_EQ(Distance(own, other), 0 + 1 + 2);
  own.weights[9] = 255;
  EXPECT_EQ(Distance(own, other), 0 + 1 + 3) << "a nibble counts three at most";
}

TEST(Descriptor, OfAProbeHasTheSameBits) {
  const Prepared print(test::Finger(2));
  const auto plain = Describe(print.data());
  const auto weighed = DescribeProbe(print.data());
  ASSERT_EQ(weighed.size(), plain.size());
  for (size_t k = 0; k < plain.size(); ++k) {
    EXPECT_EQ(weighed[k].bits, plain[k]);
    double squares = 0;
    for (const int weight : weighed[k].weights) squares += weight * weight;
    EXPECT_NEAR(std::sqrt(squares / kDescriptorBits), WeighedDescriptor::kUnit, 1.5);
  }
}

TEST(Descriptor, OfUnrelatedMinutiaeAreFarApart) {
  const auto a = DescribeProbe(Prepared(test::Finger(1)).data());
  const auto b = Of(test::Finger(2));
  int64_t sum = 0;
  for (const WeighedDescriptor& x : a) {
    for (const Descriptor& y : b) sum += Distance(x, y);
  }
  const double mean = static_cast<double>(sum) / static_cast<double>(a.size() * b.size());
  EXPECT_NEAR(mean, 75, 4.0);
}

TEST(Descriptor, OfALoneMinutiaIsEmpty) {
  EXPECT_EQ(Of(test::SyntheticView(1, 1)), std::vector<Descriptor>{Descriptor{}});
  EXPECT_TRUE(Of(FingerView{}).empty());
  const auto probe = DescribeProbe(Prepared(test::SyntheticView(1, 1)).data());
  EXPECT_EQ(probe[0].weights, WeighedDescriptor().weights) << "or it would be near everything";
}

// What the waves of a minutia are brought to.
TEST(Waves, HaveTheSameMeanSquare) {
  const std::vector<int16_t> waves = WavesOf(Prepared(test::Finger(4)).data());
  ASSERT_FALSE(waves.empty());
  for (size_t at = 0; at < waves.size(); at += kWaves) {
    double squares = 0;
    for (size_t k = 0; k < kWaves; ++k) squares += waves[at + k] * waves[at + k];
    EXPECT_NEAR(std::sqrt(squares / kWaves), kWaveUnit, 1);
  }
}

// The descriptors of a gallery may be kept: they must be the same on every machine and compiler.
TEST(Descriptor, IsPinned) {
  uint64_t digest = 14'695'981'039'346'656'037ULL;  // FNV-1a
  for (const Descriptor& d : Of(test::Finger(3))) {
    for (const uint8_t byte : d) digest = (digest ^ byte) * 1'099'511'628'211ULL;
  }
  EXPECT_EQ(digest, 1'630'183'780'999'080'978ULL);
}

TEST(PackedView, ScoresExactlyAsTheViewItself) {
  Comparator comparator;
  for (uint64_t k = 1; k <= 20; ++k) {
    const FingerView view = test::Finger(k);
    const auto packed = Pack(view);
    ASSERT_TRUE(packed);
    SegmentBuilder builder;
    builder.Append({SubjectId(k), 0, 0, {*packed}});
    FingerView unpacked;
    builder.Build()->Unpack(0, &unpacked);
    const Prepared probe(test::Again(view, k));
    EXPECT_EQ(comparator.Compare(probe, Prepared(unpacked)),
              comparator.Compare(probe, Prepared(view)));
  }
}

TEST(PackedView, TakesTheLargestFingerAndNothingLarger) {
  FingerView view;
  view.minutiae = {{-10, 5, 0}, {-10 + kViewExtentMaxUm, 5, 0}};
  EXPECT_TRUE(Pack(view));
  ++view.minutiae[1].x_um;
  const auto refused = Pack(view);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "VIEW_TOO_LARGE");
  view.minutiae = {{INT32_MIN, INT32_MIN, 0}, {INT32_MAX, INT32_MAX, 0}};
  EXPECT_FALSE(Pack(view));
}

TEST(PackedView, KeepsTheBestOfTooManyMinutiae) {
  FingerView view = test::SyntheticView(1, 300);
  const auto packed = Pack(view);
  ASSERT_TRUE(packed);
  EXPECT_EQ(packed->places.size(), static_cast<size_t>(kMinutiaeMax));
}

}  // namespace
}  // namespace taanu::gallery
