// Every vector target that can run here gives the scores of the scalar one, to the last bit.
#include "matcher/compare/kernels.h"

#include <gtest/gtest.h>

#include <hwy/targets.h>

#include <vector>

#include "matcher/compare/comparator.h"
#include "tests/conformance/synthetic_views.h"

namespace taanu::compare {
namespace {

// Puts the choice of target back, however a test ends.
class TargetChoice {
 public:
  explicit TargetChoice(int64_t target) { hwy::SetSupportedTargetsForTest(target); }
  ~TargetChoice() { hwy::SetSupportedTargetsForTest(0); }
  TargetChoice(const TargetChoice&) = delete;
  TargetChoice& operator=(const TargetChoice&) = delete;
};

// Prints of 1 to 255 minutiae, so that vectors end at every place, with mates and strangers.
// Prepared anew, since preparation has kernels too.
std::vector<double> ScoresOf(int64_t target) {
  const TargetChoice choice(target);
  Comparator comparator;
  std::vector<double> scores;
  for (const int count : {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 40, 63, 100, 255}) {
    for (uint64_t finger = 0; finger < 3; ++finger) {
      const FingerView view = test::SyntheticView(finger, count);
      const Prepared probe(view);
      const Prepared mate(test::Impression(view, finger + 99, 30));
      const Prepared stranger(test::SyntheticView(finger + 1'000, 41));
      for (const Prepared* reference : {&probe, &mate, &stranger}) {
        scores.push_back(comparator.Compare(probe, *reference));
        scores.push_back(comparator.Compare(*reference, probe));
      }
    }
  }
  return scores;
}

TEST(Kernels, EveryTargetGivesTheScoresOfTheScalarOne) {
  const std::vector<int64_t> targets = hwy::SupportedAndGeneratedTargets();
  ASSERT_FALSE(targets.empty());
  // The best target comes first, and what needs nothing of the machine last.
  const std::vector<double> expected = ScoresOf(targets.back());
  for (const int64_t target : targets) {
    SCOPED_TRACE(hwy::TargetName(target));
    EXPECT_EQ(ScoresOf(target), expected);
  }
}

}  // namespace
}  // namespace taanu::compare
