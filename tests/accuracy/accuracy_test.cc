// Real prints, templates by a foreign extractor: error rates stay below those of the best open
// peer.
#include <gtest/gtest.h>

#include "matcher/evaluate/error_rates.h"
#include "tests/accuracy/template_sets.h"
#include "tests/support/data.h"

namespace taanu::accuracy {
namespace {

// The best open comparators on the templates of FingerJetFX OSE over six FVC sets, all pairs: an
// open Minutia Cylinder-Code with 8 cells has the lowest mean EER, one with 16 cells the lowest
// mean FNMR at an FMR of 0.1 %.
constexpr double kPeerEer = 0.0575;
constexpr double kPeerFmr1000 = 0.1952;

TEST(Accuracy, BeatsTheBestOpenPeerOnForeignTemplates) {
  TAANU_REQUIRE_DATA();
  const auto sets = ReadTemplateSets(test::DataDir() / "templates" / "fvc" / "fjfx");
  ASSERT_TRUE(sets.has_value()) << sets.error().message;
  ASSERT_EQ(sets->size(), 6u);
  double eer = 0;
  double fmr1000 = 0;
  for (const TemplateSet& set : *sets) {
    const auto pairs = PairsWithin(set);
    const auto outcomes = ScorePairs(pairs, 2);
    const auto mated = Scores(pairs, outcomes, true);
    const auto non_mated = Scores(pairs, outcomes, false);
    EXPECT_EQ(mated.size(), 280u);
    EXPECT_EQ(non_mated.size(), 2880u);
    const ErrorRates rates = MeasureErrorRates(mated, non_mated);
    eer += rates.eer / 6;
    fmr1000 += rates.fmr1000 / 6;
  }
  EXPECT_LT(eer, 0.7 * kPeerEer);
  EXPECT_LT(fmr1000, 0.6 * kPeerFmr1000);
}

TEST(Accuracy, ClaimedFalseMatchRatesHoldOnUnseenSets) {
  TAANU_REQUIRE_DATA();
  std::vector<double> scores;
  for (const char* extractor : {"fjfx", "mindtct", "sourceafis"}) {
    const auto sets =
        ReadTemplateSets(test::DataDir() / "templates" / "fvc" / extractor / "fvc2002");
    ASSERT_TRUE(sets.has_value()) << sets.error().message;
    for (const auto& outcome : ScorePairs(NonMatedPairs(*sets), 2)) {
      scores.push_back(compare::FinalScore(outcome));
    }
  }
  // Within a factor of 2 where there are enough comparisons to tell.
  EXPECT_LT(ObservedFmr(scores, ScoreForFmr(0.01)), 0.02);
  EXPECT_LT(ObservedFmr(scores, ScoreForFmr(0.001)), 0.002);
  EXPECT_GT(ObservedFmr(scores, ScoreForFmr(0.01)), 0.005);
}

}  // namespace
}  // namespace taanu::accuracy
