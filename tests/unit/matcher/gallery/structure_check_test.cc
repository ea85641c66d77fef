// The check that tells mates from prints which only have similar neighbourhoods.
#include "matcher/gallery/structure_check.h"

#include <gtest/gtest.h>

#include <hwy/targets.h>

#include <vector>

#include "tests/unit/matcher/gallery/people.h"

namespace taanu::gallery {
namespace {

using test::Again;
using test::Finger;

std::shared_ptr<const Segment> SegmentOf(const std::vector<FingerView>& views) {
  SegmentBuilder builder;
  for (size_t k = 0; k < views.size(); ++k) {
    builder.Append({SubjectId(k), 0, 0, {*Pack(views[k])}});
  }
  return builder.Build();
}

// Views that lie across the borders of blocks, one of them empty and one as large as can be.
std::vector<FingerView> Views() {
  std::vector<FingerView> views;
  for (uint64_t k = 0; k < 40; ++k) views.push_back(Finger(k));
  views.emplace_back();
  views.push_back(test::SyntheticView(77, kMinutiaeMax));
  return views;
}

TEST(StructureCheck, GivesTheMateTheHighestScore) {
  const auto segment = SegmentOf(Views());
  StructureCheck check;
  for (uint64_t k = 0; k < 40; ++k) {
    const ProbeView probe(Again(Finger(k), k), 0);
    const uint32_t own = check.Run(probe, *segment, k);
    for (uint64_t other = 0; other < 40; ++other) {
      if (other == k) continue;
      EXPECT_LT(check.Run(probe, *segment, other), own) << k << " against " << other;
    }
  }
}

TEST(StructureCheck, OfNothingIsNothing) {
  const auto segment = SegmentOf(Views());
  StructureCheck check;
  EXPECT_EQ(check.Run(ProbeView(Finger(1), 0), *segment, 40), 0u);
  EXPECT_EQ(check.Run(ProbeView(FingerView{}, 0), *segment, 1), 0u);
}

TEST(StructureCheck, DependsOnNothingButTheTwoPrints) {
  const std::vector<FingerView> views = Views();
  const auto segment = SegmentOf(views);
  StructureCheck used;
  for (uint64_t p = 0; p < views.size(); ++p) {
    const ProbeView probe(views[p], 0);
    for (uint64_t k = 0; k < views.size(); ++k) {
      // Where a view lies among others, and what was checked before, do not matter.
      StructureCheck fresh;
      EXPECT_EQ(used.Run(probe, *segment, k), fresh.Run(probe, *SegmentOf({views[k]}), 0));
    }
  }
}

TEST(StructureCheck, IsTheSameOnEveryTarget) {
  const std::vector<FingerView> views = Views();
  const auto segment = SegmentOf(views);
  std::vector<uint32_t> first;
  for (const int64_t target : ScreenTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    std::vector<uint32_t> scores;
    StructureCheck check;
    for (const FingerView& view : views) {
      const ProbeView probe(view, 0);
      for (uint64_t k = 0; k < views.size(); ++k) scores.push_back(check.Run(probe, *segment, k));
    }
    if (first.empty()) first = scores;
    EXPECT_EQ(scores, first) << hwy::TargetName(target);
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace
}  // namespace taanu::gallery
