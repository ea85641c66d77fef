#include "matcher/compare/evidence.h"

#include <gtest/gtest.h>

#include <memory>

#include "matcher/compare/engine.h"
#include "tests/conformance/synthetic_views.h"

namespace taanu::compare {
namespace {

Evidence EvidenceOf(const FingerView& probe, const FingerView& reference) {
  const auto engine = std::make_unique<Engine>();
  return engine->Run(Prepared(probe).data(), Prepared(reference).data()).evidence;
}

TEST(Evidence, OfAViewAgainstItselfEveryMinutiaIsPaired) {
  const FingerView view = test::SyntheticView(1, 40);
  const Evidence e = EvidenceOf(view, view);
  EXPECT_EQ(e.pairs, 40);
  EXPECT_EQ(e.probe_count, 40);
  EXPECT_EQ(e.reference_count, 40);
  EXPECT_FLOAT_EQ(e.weight, 40);
  EXPECT_FLOAT_EQ(e.overlap, 40);
  // Where all are paired, the paired ones differ in nothing from the rest.
  EXPECT_NEAR(e.crowding, 0, 1e-3);
  EXPECT_NEAR(e.steadiness, 0, 1e-3);
  EXPECT_NEAR(e.solitude, 0, 1e-3);
}

TEST(Evidence, ACrowdMakesTheSamePairsLessSurprising) {
  const FingerView view = test::SyntheticView(2, 30);
  FingerView crowded = view;
  // Each minutia gets a companion that points the same way, two millimetres off.
  for (const Minutia& m : view.minutiae) {
    Minutia companion = m;
    companion.x_um += 1500;
    companion.y_um += 1300;
    crowded.minutiae.push_back(companion);
  }
  const Evidence alone = EvidenceOf(view, view);
  const Evidence among = EvidenceOf(crowded, crowded);
  ASSERT_EQ(alone.pairs, 30);
  ASSERT_EQ(among.pairs, 60);
  EXPECT_LT(among.surprise / 60, alone.surprise / 30);
}

TEST(Evidence, PairsOfSteadyMinutiaeCountMore) {
  const FingerView view = test::SyntheticView(3, 40);
  FingerView steady = view;
  FingerView part = view;
  // What is missing from the other print is of low quality in one case, of high quality in the
  // other.
  part.minutiae.clear();
  for (size_t i = 0; i < view.minutiae.size(); ++i) {
    steady.minutiae[i].quality = i % 3 == 0 ? 20 : 90;
    if (i % 3 != 0) part.minutiae.push_back(view.minutiae[i]);
  }
  FingerView unsteady = steady;
  for (Minutia& m : unsteady.minutiae) m.quality = m.quality == 20 ? 90 : 20;
  const Evidence good = EvidenceOf(steady, part);
  const Evidence bad = EvidenceOf(unsteady, part);
  ASSERT_EQ(good.pairs, bad.pairs);
  EXPECT_GT(good.steadiness, 0);
  EXPECT_LT(bad.steadiness, 0);
  EXPECT_GT(LogOdds(good), LogOdds(bad));
}

TEST(Evidence, TheScaleOfQualitiesDoesNotMatterWhereAllAreAlike) {
  FingerView view = test::SyntheticView(4, 40);
  FingerView other = test::Impression(view, 5, 20);
  for (Minutia& m : view.minutiae) m.quality = 0;
  for (Minutia& m : other.minutiae) m.quality = 0;
  const double unknown = LogOdds(EvidenceOf(view, other));
  for (Minutia& m : view.minutiae) m.quality = 3;
  for (Minutia& m : other.minutiae) m.quality = 97;
  EXPECT_DOUBLE_EQ(LogOdds(EvidenceOf(view, other)), unknown);
}

}  // namespace
}  // namespace taanu::compare
