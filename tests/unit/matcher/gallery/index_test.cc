// The index of a segment, and searches that use it.
#include <gtest/gtest.h>

#include <algorithm>

#include "matcher/gallery/gallery.h"
#include "matcher/gallery/segment_index.h"
#include "tests/unit/matcher/gallery/people.h"

namespace taanu {
namespace {

using gallery::Descriptor;
using gallery::kIndexedViewsMax;
using gallery::kTurns;
using gallery::ProbeLookups;
using gallery::SegmentIndex;
using test::Again;
using test::Finger;
using test::People;

// Minutiae that are near each other often, since they differ from one of a few in some bits.
struct Minutiae {
  Minutiae(test::Random* random, size_t count) {
    for (size_t k = 0; k < count; ++k) {
      Descriptor& own = descriptors.emplace_back();
      const int kind = random->Below(5);
      for (size_t b = 0; b < own.size(); ++b) {
        own[b] = static_cast<uint8_t>(static_cast<size_t>(kind) * 37 * (b + 1));
        if (random->Below(3) == 0) own[b] = static_cast<uint8_t>(random->Below(256));
      }
      angles.push_back(static_cast<uint16_t>(random->Below(kFullCircle)));
    }
  }
  std::vector<Descriptor> descriptors;
  std::vector<uint16_t> angles;
};

// What a loop over all pairs gives, of those whose cluster is among the probe's minutia's nearest.
std::vector<int> ExpectedVotes(const std::vector<SegmentIndex::Entry>& entries,
                               const Minutiae& probe, FingerPosition position, size_t clusters) {
  const auto orders = gallery::ClustersByDistance(probe.descriptors);
  std::vector<std::array<int, kTurns>> sums(kIndexedViewsMax);
  for (const auto& entry : entries) {
    if (position != FingerPosition::kUnknown && entry.position != FingerPosition::kUnknown &&
        entry.position != position) {
      continue;
    }
    const uint8_t cluster = gallery::NearestClusters({&entry.descriptor, 1})[0];
    for (size_t i = 0; i < probe.descriptors.size(); ++i) {
      const auto end = orders[i].begin() + static_cast<ptrdiff_t>(clusters);
      if (std::find(orders[i].begin(), end, cluster) == end) continue;
      const int distance = gallery::Distance(entry.descriptor, probe.descriptors[i]);
      if (distance >= gallery::kNearBits) continue;
      const size_t turn = ((entry.angle >> 12) - (probe.angles[i] >> 12)) & 15;
      int& sum = sums[entry.view][turn];
      sum = std::min(255, sum + (gallery::kNearBits - distance + 1) / 2);
    }
  }
  std::vector<int> votes(kIndexedViewsMax, 0);
  for (size_t v = 0; v < kIndexedViewsMax; ++v) {
    for (size_t turn = 0; turn < kTurns; ++turn) {
      votes[v] = std::max(votes[v], std::min(255, sums[v][turn] + sums[v][(turn + 1) % kTurns]));
    }
  }
  return votes;
}

TEST(SegmentIndex, CountsWhatALoopOverAllPairsDoes) {
  test::Random random(3);
  const Minutiae all(&random, 700);
  std::vector<SegmentIndex::Entry> entries;
  for (size_t k = 0; k < all.descriptors.size(); ++k) {
    // A few views, the first and the last that there can be among them.
    const uint16_t views[] = {0, 1, 700, kIndexedViewsMax - 1};
    const uint16_t view = k < 1 ? uint16_t{5} : views[k % 4];
    constexpr FingerPosition kUnknown = FingerPosition::kUnknown;
    const FingerPosition position = view == 0   ? kUnknown
                                    : view == 1 ? FingerPosition::kRightIndex
                                                : FingerPosition::kLeftLittle;
    entries.push_back({view, all.angles[k], position, all.descriptors[k]});
  }
  const SegmentIndex index(entries);
  SegmentIndex::Scratch scratch;
  std::vector<int> expected;
  for (const size_t minutiae : {1, 2, 3, 4, 5, 30}) {
    const Minutiae probe(&random, minutiae);
    for (const size_t clusters : {size_t{1}, size_t{9}, gallery::kClusters}) {
      const ProbeLookups lookups(probe.descriptors, probe.angles, clusters);
      for (const FingerPosition position :
           {FingerPosition::kRightThumb, FingerPosition::kRightIndex, FingerPosition::kLeftLittle,
            FingerPosition::kUnknown}) {
        index.Count(lookups, position, &scratch);
        expected = ExpectedVotes(entries, probe, position, clusters);
        ASSERT_TRUE(std::equal(expected.begin(), expected.end(), scratch.votes.begin()))
            << minutiae << " minutiae, " << clusters << " clusters, finger "
            << static_cast<int>(position);
      }
      if (minutiae == 30) {
        EXPECT_GT(std::count(expected.begin(), expected.end(), 255), 0)
            << "or the limit has not been tested";
        EXPECT_LT(expected[5], 255) << "or nothing else has";
      }
    }
  }
}

TEST(SegmentIndex, OfNothingGivesNoVotes) {
  const SegmentIndex index({});
  SegmentIndex::Scratch scratch;
  test::Random random(3);
  const Minutiae probe(&random, 5);
  index.Count(ProbeLookups(probe.descriptors, probe.angles, 128), FingerPosition::kUnknown,
              &scratch);
  EXPECT_EQ(std::count(scratch.votes.begin(), scratch.votes.end(), 0), ptrdiff_t{kIndexedViewsMax});
}

TEST(Clusters, AreAllThereInTheOrderOfTheirDistance) {
  const auto descriptors = gallery::Describe(Prepared(Finger(1)).data());
  const auto orders = gallery::ClustersByDistance(descriptors);
  const auto nearest = gallery::NearestClusters(descriptors);
  ASSERT_EQ(orders.size(), descriptors.size());
  for (size_t k = 0; k < orders.size(); ++k) {
    EXPECT_EQ(orders[k][0], nearest[k]);
    auto sorted = orders[k];
    std::sort(sorted.begin(), sorted.end());
    for (size_t c = 0; c < gallery::kClusters; ++c) ASSERT_EQ(sorted[c], c);
  }
}

TEST(Clusters, AreMostlyKeptWhenAPrintIsTurned) {
  const FingerView view = Finger(1);
  const Prepared before(view);
  const Prepared after(test::Moved(view, 12'345, 700, -900));
  const auto clusters = gallery::NearestClusters(gallery::Describe(before.data()));
  const auto turned = gallery::NearestClusters(gallery::Describe(after.data()));
  size_t same = 0;
  for (size_t i = 0; i < clusters.size(); ++i) {
    for (size_t k = 0; k < turned.size(); ++k) {
      same += before.data().indices[i] == after.data().indices[k] && clusters[i] == turned[k];
    }
  }
  EXPECT_GT(same, clusters.size() * 8 / 10);
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
    options.check_min = 40;
    options.check_share = 0.02;
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
  EXPECT_EQ(result.views_screened, 300u);
  // The share of those looked up, and at least so many of the others.
  EXPECT_EQ(result.views_checked, (2 * kIndexedViewsMax * 2 + 99) / 100 + 40);
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
    EXPECT_EQ(many.views_checked, one.views_checked);
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

TEST_F(IndexedSearch, CanCheckEverythingWithoutLoss) {
  SearchOptions options = Options();
  options.check_share = 1;
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
