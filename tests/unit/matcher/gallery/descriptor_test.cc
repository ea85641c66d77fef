#include "matcher/gallery/descriptor.h"

#include <gtest/gtest.h>

#include "matcher/gallery/packed_view.h"
#include "matcher/gallery/segment.h"
#include "tests/unit/matcher/gallery/people.h"

namespace taanu::gallery {
namespace {

std::vector<Descriptor> Of(const FingerView& view) { return Describe(Prepared(view).data()); }

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
      for (const Descriptor& d : turned) nearest = std::min(nearest, Distance(own, d));
      worst = std::max(worst, nearest);
    }
    EXPECT_LE(worst, 12) << "rounding to 10 micrometres flips few bits, turn " << turn;
  }
}

TEST(Descriptor, DistanceCountsFourBitsOfANibbleAsThree) {
  Descriptor a{};
  Descriptor b{};
  EXPECT_EQ(Distance(a, b), 0);
  b[0] = 0b0000'0111;
  b[24] = 0b1011'0001;
  EXPECT_EQ(Distance(a, b), 3 + 3 + 1);
  b[7] = 0b1111'0000;
  EXPECT_EQ(Distance(a, b), 3 + 3 + 1 + 3);
  a.fill(0);
  b.fill(255);
  EXPECT_EQ(Distance(a, b), kDistanceMax);
}

TEST(Descriptor, OfUnrelatedMinutiaeDifferInAboutHalfOfTheBits) {
  const auto a = Of(test::Finger(1));
  const auto b = Of(test::Finger(2));
  int64_t sum = 0;
  for (const Descriptor& x : a) {
    for (const Descriptor& y : b) sum += Distance(x, y);
  }
  const double mean = static_cast<double>(sum) / static_cast<double>(a.size() * b.size());
  // A sixteenth of the 50 nibbles differ in four bits, which count as three.
  EXPECT_NEAR(mean, kDescriptorBits / 2.0 - 3.1, 4.0);
}

TEST(Descriptor, OfALoneMinutiaIsEmpty) {
  EXPECT_EQ(Of(test::SyntheticView(1, 1)), std::vector<Descriptor>{Descriptor{}});
  EXPECT_TRUE(Of(FingerView{}).empty());
}

// The descriptors of a gallery may be kept: they must be the same on every machine and compiler.
TEST(Descriptor, IsPinned) {
  uint64_t digest = 14'695'981'039'346'656'037ULL;  // FNV-1a
  for (const Descriptor& d : Of(test::Finger(3))) {
    for (const uint8_t byte : d) digest = (digest ^ byte) * 1'099'511'628'211ULL;
  }
  EXPECT_EQ(digest, 18'431'771'814'513'605'556ULL);
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
