// Real prints, templates by a foreign extractor: error rates stay below those of the best open
// peer.
#include <gtest/gtest.h>

#include "matcher/evaluate/error_rates.h"
#include "tests/accuracy/template_sets.h"
#include "tests/support/data.h"

namespace taanu::accuracy {
namespace {

// The lowest mean EER and the lowest mean FNMR at an FMR of 0.1 % of the open comparators on the
// templates of each extractor over six FVC sets, all pairs.
struct Peer {
  const char* extractor;
  double eer;
  double fmr1000;
};
constexpr Peer kPeers[] = {
    {"fjfx", 0.0575, 0.1952}, {"mindtct", 0.0692, 0.2072}, {"sourceafis", 0.0715, 0.1827}};

TEST(Accuracy, BeatsTheBestOpenPeerOnForeignTemplates) {
  TAANU_REQUIRE_DATA();
  for (const Peer& peer : kPeers) {
    const auto sets = ReadTemplateSets(test::DataDir() / "templates" / "fvc" / peer.extractor);
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
    EXPECT_LT(eer, 0.7 * peer.eer) << peer.extractor;
    EXPECT_LT(fmr1000, 0.6 * peer.fmr1000) << peer.extractor;
  }
}

std::vector<double> FinalScores(const std::vector<PrintPair>& pairs) {
  std::vector<double> scores;
  for (const auto& outcome : ScorePairs(pairs, 2)) scores.push_back(compare::FinalScore(outcome));
  return scores;
}

TEST(Accuracy, ClaimedFalseMatchRatesHoldOnUnseenSets) {
  TAANU_REQUIRE_DATA();
  std::vector<double> all;
  for (const Peer& peer : kPeers) {
    const auto sets =
        ReadTemplateSets(test::DataDir() / "templates" / "fvc" / peer.extractor / "fvc2002");
    ASSERT_TRUE(sets.has_value()) << sets.error().message;
    const auto scores = FinalScores(NonMatedPairs(*sets));
    all.insert(all.end(), scores.begin(), scores.end());
    // No set on its own is far off: one sensor and one extractor is what an election has.
    for (const TemplateSet& set : *sets) {
      std::vector<PrintPair> pairs = PairsWithin(set);
      std::erase_if(pairs, [](const PrintPair& p) { return p.mated; });
      EXPECT_LT(ObservedFmr(FinalScores(pairs), ScoreForFmr(0.01)), 0.03)
          << peer.extractor << " " << set.name;
    }
  }
  // Within a factor of 2 where there are enough comparisons to tell.
  for (const double claimed : {0.01, 0.001}) {
    EXPECT_LT(ObservedFmr(all, ScoreForFmr(claimed)), 2 * claimed);
    EXPECT_GT(ObservedFmr(all, ScoreForFmr(claimed)), claimed / 2);
  }
  EXPECT_LT(ObservedFmr(all, ScoreForFmr(0.0001)), 0.0002);
}

}  // namespace
}  // namespace taanu::accuracy
