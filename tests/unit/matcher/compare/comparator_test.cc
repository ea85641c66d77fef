#include "matcher/compare/comparator.h"

#include <gtest/gtest.h>

#include <climits>
#include <set>

#include "tests/conformance/synthetic_views.h"

namespace taanu {
namespace {

using test::Impression;
using test::Moved;
using test::SyntheticView;

double Score(const FingerView& a, const FingerView& b) {
  Comparator comparator;
  return comparator.Compare(Prepared(a), Prepared(b));
}

TEST(Comparator, APrintMatchesItself) {
  for (const int count : {12, 40, 120, 255}) {
    EXPECT_GT(Score(SyntheticView(1, count), SyntheticView(1, count)), 35) << count;
  }
}

TEST(Comparator, ANoisyMateScoresFarAboveStrangers) {
  for (uint64_t finger = 0; finger < 10; ++finger) {
    const FingerView view = SyntheticView(finger, 40);
    EXPECT_GT(Score(view, Impression(view, finger + 99, 30)), 40) << finger;
    EXPECT_LT(Score(view, SyntheticView(finger + 1'000, 40)), 30) << finger;
  }
}

TEST(Comparator, TurningAPrintByAnyAngleHardlyMatters) {
  const FingerView view = SyntheticView(5, 40);
  const FingerView mate = Impression(view, 6, 30);
  const double straight = Score(view, mate);
  for (int turn = 0; turn < kFullCircle; turn += 1'821) {
    EXPECT_NEAR(Score(view, Moved(mate, static_cast<uint16_t>(turn), 0, 0)), straight, 12) << turn;
  }
}

TEST(Comparator, ShiftingAPrintDoesNotMatterAtAll) {
  const FingerView view = SyntheticView(5, 40);
  const FingerView mate = Impression(view, 6, 30);
  const double straight = Score(view, mate);
  for (const int shift : {-12'345, 1, 999, 50'001}) {
    EXPECT_EQ(Score(view, Moved(mate, 0, shift, -shift)), straight) << shift;
  }
}

TEST(Comparator, PrintsOfOtherResolutionsCompareAlike) {
  // The same finger on pixels of 500, 512 and 569 dpi: only the rounding to pixels differs.
  const FingerView view = SyntheticView(8, 40);
  const FingerView mate = Impression(view, 9, 30);
  const double straight = Score(view, mate);
  for (const double dpi : {500.0, 512.0, 569.0, 1000.0}) {
    FingerView rounded = mate;
    for (Minutia& m : rounded.minutiae) {
      m.x_um = static_cast<int32_t>(std::lround(std::lround(m.x_um * dpi / 25'400) * 25'400 / dpi));
      m.y_um = static_cast<int32_t>(std::lround(std::lround(m.y_um * dpi / 25'400) * 25'400 / dpi));
    }
    EXPECT_NEAR(Score(view, rounded), straight, 12) << dpi;
  }
}

TEST(Comparator, TheOrderOfMinutiaeDoesNotMatter) {
  const FingerView view = SyntheticView(5, 40);
  FingerView mate = Impression(view, 6, 30);
  const double before = Score(view, mate);
  std::reverse(mate.minutiae.begin(), mate.minutiae.end());
  EXPECT_EQ(Score(view, mate), before);
}

TEST(Comparator, ProbeAndReferenceMayBeExchangedWithLittleChange) {
  for (uint64_t finger = 0; finger < 10; ++finger) {
    const FingerView view = SyntheticView(finger, 40);
    const FingerView mate = Impression(view, finger + 99, 30);
    EXPECT_NEAR(Score(view, mate), Score(mate, view), 15) << finger;
  }
}

TEST(Comparator, TooFewMinutiaeProveNothing) {
  EXPECT_EQ(Score(FingerView{}, FingerView{}), 0);
  EXPECT_EQ(Score(FingerView{}, SyntheticView(1, 40)), 0);
  EXPECT_EQ(Score(SyntheticView(1, 40), FingerView{}), 0);
  EXPECT_LT(Score(SyntheticView(1, 1), SyntheticView(1, 1)), 20);
  EXPECT_LT(Score(SyntheticView(1, 2), SyntheticView(1, 2)), 20);
  EXPECT_LT(Score(SyntheticView(1, 3), SyntheticView(1, 3)), 30);
}

FingerView Degenerate(int count, int step_x, int step_y, int turn) {
  FingerView view;
  for (int k = 0; k < count; ++k) {
    view.minutiae.push_back({k * step_x, k * step_y, static_cast<uint16_t>(k * turn)});
  }
  return view;
}

TEST(Comparator, DegeneratePrintsGiveAScoreOnTheScale) {
  std::vector<FingerView> views = {
      FingerView{},
      Degenerate(1, 0, 0, 0),
      Degenerate(2, 0, 0, 0),
      Degenerate(3, 500, 0, 0),
      Degenerate(255, 0, 0, 0),
      Degenerate(255, 0, 0, 257),
      Degenerate(255, 60, 0, 0),
      Degenerate(255, 60, 60, 0),
      Degenerate(255, INT_MAX / 255, INT_MAX / 255, 0),
      Degenerate(255, INT_MIN / 255, INT_MAX / 255, 0),
      SyntheticView(1, 255),
  };
  FingerView corners;
  for (const int x : {INT_MIN, INT_MAX}) {
    for (const int y : {INT_MIN, INT_MAX}) corners.minutiae.push_back({x, y, 0});
  }
  views.push_back(corners);
  Comparator comparator;
  for (const FingerView& a : views) {
    for (const FingerView& b : views) {
      const double score = comparator.Compare(Prepared(a), Prepared(b));
      EXPECT_GE(score, 0);
      EXPECT_LE(score, kScoreMax);
    }
  }
}

TEST(Comparator, MoreMinutiaeThanTheLimitAreCutToTheBest) {
  FingerView many = SyntheticView(1, 300);
  for (size_t k = 0; k < many.minutiae.size(); ++k) {
    many.minutiae[k].quality = k < 255 ? 90 : 10;
  }
  FingerView best = many;
  best.minutiae.resize(255);
  const FingerView other = SyntheticView(2, 60);
  EXPECT_EQ(Score(many, other), Score(best, other));
}

TEST(Comparator, ScratchCarriesNothingFromOneComparisonToTheNext) {
  Comparator used;
  std::vector<FingerView> views;
  for (uint64_t k = 0; k < 8; ++k) {
    views.push_back(SyntheticView(k / 2, 10 + 30 * static_cast<int>(k)));
  }
  for (int round = 0; round < 2; ++round) {
    for (const FingerView& a : views) {
      for (const FingerView& b : views) {
        EXPECT_EQ(used.Compare(Prepared(a), Prepared(b)), Score(a, b));
      }
    }
  }
}

TEST(Comparator, ExplainGivesTheSameScoreAndPairsOneToOne) {
  Comparator comparator;
  for (uint64_t finger = 0; finger < 10; ++finger) {
    const FingerView view = SyntheticView(finger, 40);
    for (const FingerView& other : {Impression(view, finger + 9, 30), SyntheticView(500, 50)}) {
      const Prepared probe(view);
      const Prepared reference(other);
      std::vector<MinutiaPair> pairs = {{9999, 9999}};
      EXPECT_EQ(comparator.Explain(probe, reference, &pairs), comparator.Compare(probe, reference));
      std::set<int> probes;
      std::set<int> references;
      for (const MinutiaPair& p : pairs) {
        EXPECT_LT(p.probe, view.minutiae.size());
        EXPECT_LT(p.reference, other.minutiae.size());
        EXPECT_TRUE(probes.insert(p.probe).second);
        EXPECT_TRUE(references.insert(p.reference).second);
      }
    }
  }
}

TEST(Comparator, ExplainNamesTheMinutiaeThatTrulyCorrespond) {
  // An impression keeps the order of the minutiae that it did not lose.
  const FingerView view = SyntheticView(3, 40);
  Comparator comparator;
  std::vector<MinutiaPair> pairs;
  comparator.Explain(Prepared(view), Prepared(Moved(Impression(view, 4, 20), 9'000, 500, 0)),
                     &pairs);
  int right = 0;
  for (const MinutiaPair& p : pairs) right += p.probe == p.reference;
  EXPECT_GE(right, 25);
  EXPECT_GE(right * 10, static_cast<int>(pairs.size()) * 8);
}

}  // namespace
}  // namespace taanu
