#include "matcher/compare/relaxation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "tests/conformance/synthetic_views.h"

namespace taanu::compare {
namespace {

struct Related {
  Related(const FingerView& a, const FingerView& b) : probe(a), reference(b) {
    table->Fill(probe.data(), reference.data());
    table->Pick();
    relaxation->Run(probe.data(), reference.data(), table->candidates());
  }
  Prepared probe;
  Prepared reference;
  std::unique_ptr<SimilarityTable> table = std::make_unique<SimilarityTable>();
  std::unique_ptr<Relaxation> relaxation = std::make_unique<Relaxation>();
};

TEST(Relaxation, SupportIsTheSameBothWaysAndNoneForTheSameMinutia) {
  const FingerView view = test::SyntheticView(1, 45);
  const Related run(view, test::Impression(view, 7, 30));
  const Relaxation& r = *run.relaxation;
  ASSERT_EQ(r.count(), kCandidatesMax);
  int related = 0;
  for (int a = 0; a < r.count(); ++a) {
    for (int b = 0; b < r.count(); ++b) {
      EXPECT_EQ(r.support(a, b), r.support(b, a));
      EXPECT_GE(r.support(a, b), 0);
      EXPECT_LE(r.support(a, b), 1);
      EXPECT_EQ((r.Related(a) >> b & 1) != 0, r.support(a, b) > 0);
      related += r.support(a, b) > 0;
      if (r.candidate(a).probe == r.candidate(b).probe ||
          r.candidate(a).reference == r.candidate(b).reference) {
        EXPECT_EQ(r.support(a, b), 0);
      }
    }
  }
  EXPECT_GT(related, 100);
}

TEST(Relaxation, MatesCohereAndStrangersDoNot) {
  for (uint64_t finger = 0; finger < 10; ++finger) {
    const FingerView view = test::SyntheticView(finger, 40);
    const Related mate(view, test::Impression(view, finger + 50, 20));
    const Related stranger(view, test::SyntheticView(finger + 1'000, 40));
    EXPECT_GT(mate.relaxation->coherence(), 3 * stranger.relaxation->coherence());
  }
}

TEST(Relaxation, TheMostSupportedCandidateHasFullStrength) {
  const FingerView view = test::SyntheticView(2, 40);
  const Related run(view, view);
  float most = 0;
  for (int a = 0; a < run.relaxation->count(); ++a) {
    most = std::max(most, run.relaxation->strength(a));
  }
  EXPECT_EQ(most, 1.0F);
}

TEST(Relaxation, OfNothingThereIsNothing) {
  const Related run(FingerView{}, test::SyntheticView(1, 40));
  EXPECT_EQ(run.relaxation->count(), 0);
  EXPECT_EQ(run.relaxation->coherence(), 0);
}

}  // namespace
}  // namespace taanu::compare
