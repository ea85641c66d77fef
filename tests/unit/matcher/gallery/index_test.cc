// The index of a segment, and searches that use it.
#include <gtest/gtest.h>

#include <algorithm>

#include "matcher/gallery/gallery.h"
#include "matcher/gallery/segment_index.h"
#include "tests/unit/matcher/gallery/people.h"

namespace taanu {
namespace {

using gallery::IndexKeys;
using gallery::kIndexedViewsMax;
using gallery::kTurns;
using gallery::ProbeLookups;
using gallery::SegmentIndex;
using test::Again;
using test::Finger;
using test::People;

// Minutiae whose keys agree often, since they are few.
struct Minutiae {
  Minutiae(test::Random* random, size_t count) {
    for (size_t k = 0; k < count; ++k) {
      IndexKeys& own = keys.emplace_back();
      for (uint16_t& key : own) key = static_cast<uint16_t>(random->Below(5) * 1'000);
      angles.push_back(static_cast<uint16_t>(random->Below(kFullCircle)));
    }
  }
  std::vector<IndexKeys> keys;
  std::vector<uint16_t> angles;
};

TEST(SegmentIndex, CountsWhatALoopOverAllPairsDoes) {
  test::Random random(3);
  const Minutiae all(&random, 300);
  const Minutiae probe(&random, 12);
  std::vector<SegmentIndex::Entry> entries;
  for (size_t k = 0; k < all.keys.size(); ++k) {
    // A few views, the first and the last that there can be among them.
    const uint16_t views[] = {0, 1, 700, kIndexedViewsMax - 1};
    entries.push_back({views[k % 4], all.angles[k], &all.keys[k]});
  }
  const SegmentIndex index(entries);
  SegmentIndex::Counters counters;
  SegmentIndex::Votes votes;
  index.Count(ProbeLookups(probe.keys, probe.angles), &counters, &votes);

  std::vector<std::array<int, kTurns>> expected(kIndexedViewsMax);
  for (const auto& entry : entries) {
    for (size_t i = 0; i < probe.keys.size(); ++i) {
      const size_t turn = ((entry.angle >> 12) - (probe.angles[i] >> 12)) & 15;
      for (size_t t = 0; t < gallery::kIndexTables; ++t) {
        expected[entry.view][turn] += (*entry.keys)[t] == probe.keys[i][t];
      }
    }
  }
  bool saturated = false;
  for (size_t v = 0; v < kIndexedViewsMax; ++v) {
    int best = 0;
    for (size_t turn = 0; turn < kTurns; ++turn) {
      best = std::max(best, expected[v][turn] + expected[v][(turn + 1) % kTurns]);
    }
    saturated |= best > 255;
    ASSERT_EQ(votes[v], std::min(best, 255)) << v;
  }
  EXPECT_TRUE(saturated) << "or the limit has not been tested";
}

TEST(SegmentIndex, OfNothingGivesNoVotes) {
  const SegmentIndex index({});
  SegmentIndex::Counters counters;
  SegmentIndex::Votes votes;
  test::Random random(3);
  const Minutiae probe(&random, 5);
  index.Count(ProbeLookups(probe.keys, probe.angles), &counters, &votes);
  EXPECT_EQ(std::count(votes.begin(), votes.end(), 0), ptrdiff_t{kIndexedViewsMax});
}

TEST(IndexKeys, AreOfTwelveBitsAndMostlyKeptWhenAPrintIsTurned) {
  const FingerView view = Finger(1);
  const auto before = gallery::KeysOf(Prepared(view).data());
  const auto after = gallery::KeysOf(Prepared(test::Moved(view, 12'345, 700, -900)).data());
  ASSERT_EQ(before.size(), view.minutiae.size());
  size_t same = 0;
  for (size_t i = 0; i < before.size(); ++i) {
    for (size_t t = 0; t < gallery::kIndexTables; ++t) {
      ASSERT_LT(before[i][t], gallery::kIndexKeys);
      // Prepared may order the minutiae otherwise once they are moved.
      same += std::any_of(after.begin(), after.end(),
                          [&](const IndexKeys& keys) { return keys[t] == before[i][t]; });
    }
  }
  EXPECT_GT(same, before.size() * gallery::kIndexTables * 8 / 10);
}

// More people than two indexes hold, so that some are in none.
class IndexedSearch : public testing::Test {
 protected:
  static constexpr uint64_t kCount = 2 * kIndexedViewsMax + 300;

  static void SetUpTestSuite() {
    gallery_ = new Gallery(GalleryKind::kIndexed);
    ASSERT_TRUE(gallery_->InsertAll(People(0, kCount)));
  }
  static void TearDownTestSuite() {
    delete gallery_;
    gallery_ = nullptr;
  }
  static SearchOptions Options() {
    SearchOptions options;
    options.mode = SearchMode::kIndexed;
    options.shortlist_min = 5;
    options.lookup_min = 40;
    return options;
  }
  static SearchResult Run(const FingerView& probe, const SearchOptions& options) {
    auto result = gallery_->Search({&probe, 1}, options);
    EXPECT_TRUE(result);
    return *result;
  }

  static Gallery* gallery_;
};
Gallery* IndexedSearch::gallery_ = nullptr;

TEST_F(IndexedSearch, FindsPeopleInTheIndexAndBeyond) {
  for (const uint64_t person : {0UL, 1'000UL, 3'000UL, kCount - 1}) {
    const SearchResult result = Run(Again(Finger(person), person), Options());
    ASSERT_FALSE(result.candidates.empty());
    EXPECT_EQ(result.candidates[0].id, SubjectId(person));
  }
}

TEST_F(IndexedSearch, SaysWhatItLookedUpAndScreened) {
  const SearchResult result = Run(Again(Finger(9), 1), Options());
  EXPECT_TRUE(result.complete());
  EXPECT_EQ(result.views_total, kCount);
  EXPECT_EQ(result.views_looked_up, 2 * kIndexedViewsMax);
  // The share of those looked up, and all of the others.
  EXPECT_EQ(result.views_screened, (2 * kIndexedViewsMax * 2 + 99) / 100 + 300);
  EXPECT_EQ(result.comparisons, 5u);
}

TEST_F(IndexedSearch, DoesNotDependOnThreads) {
  const FingerView probe = Again(Finger(9), 1);
  SearchOptions options = Options();
  options.top_k = 50;
  options.shortlist_min = 50;
  const SearchResult one = Run(probe, options);
  EXPECT_EQ(one.candidates.size(), 50u);
  for (const size_t threads : {2, 3, 16}) {
    options.threads = threads;
    const SearchResult many = Run(probe, options);
    EXPECT_EQ(many.candidates, one.candidates);
    EXPECT_EQ(many.views_screened, one.views_screened);
  }
}

TEST_F(IndexedSearch, OfAFewScreensThemAll) {
  SearchOptions options = Options();
  options.groups = {7, 300};
  const SearchResult few = Run(Again(Finger(3'005), 1), options);
  EXPECT_EQ(few.views_looked_up, 0u);
  EXPECT_EQ(few.views_screened, 20u);
  EXPECT_EQ(few.candidates[0].id, SubjectId(3'005));
}

TEST_F(IndexedSearch, CanLookEverythingUpWithoutLoss) {
  SearchOptions options = Options();
  options.lookup_share = 1;
  SearchOptions exhaustive = options;
  exhaustive.mode = SearchMode::kExhaustive;
  for (uint64_t k = 0; k < 5; ++k) {
    const FingerView probe = Again(Finger(k), k);
    EXPECT_EQ(Run(probe, options).candidates, Run(probe, exhaustive).candidates);
  }
}

TEST_F(IndexedSearch, ThatWasCancelledIsNotComplete) {
  const std::atomic<bool> cancelled{true};
  SearchOptions options = Options();
  options.cancelled = &cancelled;
  const SearchResult result = Run(Finger(1), options);
  EXPECT_EQ(result.end, SearchEnd::kCancelled);
  EXPECT_EQ(result.views_looked_up, 0u);
  EXPECT_TRUE(result.candidates.empty());
}

TEST(IndexedGallery, ForgetsWhoIsRemovedAndFindsWhoIsReplaced) {
  Gallery gallery(GalleryKind::kIndexed);
  constexpr uint64_t kCount = kIndexedViewsMax;
  ASSERT_TRUE(gallery.InsertAll(People(0, kCount)));
  SearchOptions options;
  options.mode = SearchMode::kIndexed;
  const auto first = [&](uint64_t person) {
    const FingerView probe = Again(Finger(person), person);
    const auto result = gallery.Search({&probe, 1}, options);
    EXPECT_EQ(result->views_total, gallery.size().views);
    EXPECT_EQ(result->views_looked_up > 0, gallery.size().views > kIndexedViewsMax / 2);
    return result->candidates.empty() ? SubjectId() : result->candidates[0].id;
  };
  EXPECT_EQ(first(500), SubjectId(500));
  ASSERT_TRUE(gallery.Remove(SubjectId(500)));
  EXPECT_FALSE(gallery.Contains(SubjectId(500)));
  EXPECT_NE(first(500), SubjectId(500));
  EXPECT_EQ(gallery.size().subjects, kCount - 1);
  // 600 comes to have the finger of 500.
  ASSERT_TRUE(gallery.Replace({SubjectId(600), 0, 0, {Finger(500)}}));
  EXPECT_EQ(first(500), SubjectId(600));
  // So many go that the index does.
  std::vector<SubjectId> ids;
  for (uint64_t k = 700; k < kCount; ++k) ids.emplace_back(k);
  ASSERT_TRUE(gallery.RemoveAll(ids));
  EXPECT_EQ(first(500), SubjectId(600));
  EXPECT_EQ(first(1), SubjectId(1));
}

}  // namespace
}  // namespace taanu
