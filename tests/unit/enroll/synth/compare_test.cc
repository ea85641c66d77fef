// Whether synthetic fingers compare as fingers do: by the project's own extractor and comparator.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "enroll/extract/extractor.h"
#include "enroll/synth/synth.h"
#include "matcher/compare/comparator.h"

namespace taanu {
namespace {

constexpr uint64_t kFirstSeed = 9000;
constexpr int kFingers = 60;

class SynthCompareTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    for (uint64_t i = 0; i < kFingers; ++i) {
      const SyntheticFinger finger(kFirstSeed + i);
      for (uint64_t impression = 0; impression < 2; ++impression) {
        const Result<Extraction> extraction = Extract(finger.Impression(impression));
        ASSERT_TRUE(extraction.has_value());
        counts_.push_back(static_cast<int>(extraction->view.minutiae.size()));
        prepared_.emplace_back(extraction->view);
      }
    }
  }

  static void TearDownTestSuite() {
    prepared_.clear();
    counts_.clear();
  }

  static const Prepared& At(int finger, int impression) {
    return prepared_[static_cast<size_t>(finger) * 2 + impression];
  }

  static inline std::vector<Prepared> prepared_;
  static inline std::vector<int> counts_;
};

TEST_F(SynthCompareTest, MinutiaeAreAsManyAsOnRealFingers) {
  std::vector<int> sorted = counts_;
  std::sort(sorted.begin(), sorted.end());
  std::printf("minutiae: least %d, median %d, most %d\n", sorted.front(), sorted[sorted.size() / 2],
              sorted.back());
  EXPECT_GE(sorted[sorted.size() / 2], 25);
  EXPECT_LE(sorted[sorted.size() / 2], 70);
  EXPECT_GE(sorted[sorted.size() / 20], 12);
}

TEST_F(SynthCompareTest, MatedImpressionsCompareAsMated) {
  Comparator comparator;
  std::vector<double> scores;
  for (int i = 0; i < kFingers; ++i) scores.push_back(comparator.Compare(At(i, 1), At(i, 0)));
  std::sort(scores.begin(), scores.end());
  std::printf("mated: least %.1f, 5 %% %.1f, median %.1f, most %.1f\n", scores.front(),
              scores[kFingers / 20], scores[kFingers / 2], scores.back());
  const double threshold = ScoreForFmr(0.001);
  const auto accepted = std::count_if(scores.begin(), scores.end(),
                                      [threshold](double score) { return score >= threshold; });
  EXPECT_GE(accepted * 100, kFingers * 97);
}

TEST_F(SynthCompareTest, ImpressionsOfTwoResolutionsCompareAsMated) {
  Comparator comparator;
  int accepted = 0;
  constexpr int kTried = 10;
  for (int i = 0; i < kTried; ++i) {
    const SyntheticFinger finger(kFirstSeed + static_cast<uint64_t>(i));
    const GrayImage image = finger.Impression(2, {.width = 776, .height = 748, .dpi = 1000});
    const Result<Extraction> extraction = Extract(image);
    ASSERT_TRUE(extraction.has_value());
    const double score = comparator.Compare(Prepared(extraction->view), At(i, 0));
    accepted += score >= ScoreForFmr(0.001) ? 1 : 0;
  }
  EXPECT_GE(accepted, kTried - 1);
}

TEST_F(SynthCompareTest, DifferentFingersCompareAsNonMated) {
  Comparator comparator;
  std::vector<double> scores;
  for (int i = 0; i < kFingers; ++i) {
    for (int j = i + 1; j < kFingers; ++j) {
      scores.push_back(comparator.Compare(At(i, 1), At(j, 0)));
    }
  }
  std::sort(scores.begin(), scores.end());
  std::printf("non-mated: median %.1f, 99 %% %.1f, 99.9 %% %.1f, most %.1f, accepted at 0.1 %%: ",
              scores[scores.size() / 2], scores[scores.size() * 99 / 100],
              scores[scores.size() * 999 / 1000], scores.back());
  const double threshold = ScoreForFmr(0.001);
  const auto accepted = std::count_if(scores.begin(), scores.end(),
                                      [threshold](double score) { return score >= threshold; });
  std::printf("%d\n", static_cast<int>(accepted));
  // The scale is calibrated on real fingers, of which a claimed FMR of 0.1 % would be about 2 of
  // these 1,770 pairs. Synthetic prints are cleaner and placed more alike than the pool it was
  // fitted on, and their non-mated scores run higher: 32 pairs when last measured. What is
  // held here is that different fingers differ; the claim is checked on real ones (tests/accuracy).
  EXPECT_LE(accepted, 40);
}

}  // namespace
}  // namespace taanu
