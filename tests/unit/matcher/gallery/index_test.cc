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
using gallery::ProbeCode;
using gallery::ProbeLookups;
using gallery::SegmentIndex;
using gallery::WeighedDescriptor;
using test::Again;
using test::Finger;
using test::People;

// Minutiae that are near each other often, since they differ from one of a few in some bits.
std::vector<Descriptor> SomeDescriptors(test::Random* random, size_t count) {
  std::vector<Descriptor> descriptors(count);
  for (Descriptor& own : descriptors) {
    const int kind = random->Below(5);
    for (size_t b = 0; b < own.size(); ++b) {
      own[b] = static_cast<uint8_t>(static_cast<size_t>(kind) * 37 * (b + 1));
      if (random->Below(3) == 0) own[b] = static_cast<uint8_t>(random->Below(256));
    }
  }
  return descriptors;
}

ProbeCode SomeProbe(test::Random* random, size_t count) {
  std::vector<WeighedDescriptor> descriptors;
  for (const Descriptor& bits : SomeDescriptors(random, count)) {
    WeighedDescriptor& own = descriptors.emplace_back(bits);
    for (uint8_t& weight : own.weights) weight = static_cast<uint8_t>(random->Below(120));
  }
  return ProbeCode(descriptors);
}

// What a loop over all pairs gives, of those whose cluster is among the probe's minutia's nearest.
std::vector<int> ExpectedVotes(const std::vector<SegmentIndex::Entry>& entries,
                               const ProbeCode& probe, FingerPosition position, size_t clusters) {
  std::vector<std::vector<uint8_t>> orders;
  for (const auto& own : probe.descriptors()) {
    orders.push_back(gallery::NearestClusters(own, clusters));
  }
  std::vector<int> votes(kIndexedViewsMax, 0);
  for (const auto& entry : entries) {
    if (position != FingerPosition::kUnknown && entry.position != FingerPosition::kUnknown &&
        entry.position != position) {
      continue;
    }
    const uint8_t cluster = gallery::ClusterOf(entry.descriptor);
    int nearest = gallery::kNearBits;
    for (size_t i = 0; i < orders.size(); ++i) {
      if (std::count(orders[i].begin(), orders[i].end(), cluster) == 0) continue;
      nearest = std::min(nearest, gallery::Distance(probe.descriptors()[i], entry.descriptor));
    }
    votes[entry.view] += gallery::kNearBits - nearest;
  }
  return votes;
}

TEST(SegmentIndex, CountsWhatALoopOverAllPairsDoes) {
  test::Random random(3);
  std::vector<SegmentIndex::Entry> entries;
  for (const Descriptor& own : SomeDescriptors(&random, 700)) {
    // A few views, the first and the last that there can be among them.
    const uint16_t views[] = {0, 1, 700, kIndexedViewsMax - 1};
    const uint16_t view = views[entries.size() % 4];
    const FingerPosition position = view == 0   ? FingerPosition::kUnknown
                                    : view == 1 ? FingerPosition::kRightIndex
                                                : FingerPosition::kLeftLittle;
    entries.push_back({view, position, own});
  }
  const SegmentIndex index(entries);
  SegmentIndex::Votes votes;
  votes.fill(77);
  std::vector<int> expected;
  for (const size_t minutiae : {1, 2, 3, 4, 5, 30}) {
    const ProbeCode probe = SomeProbe(&random, minutiae);
    for (const size_t clusters : {size_t{1}, size_t{9}, gallery::kClusters}) {
      const ProbeLookups lookups(probe, clusters);
      for (const FingerPosition position :
           {FingerPosition::kRightThumb, FingerPosition::kRightIndex, FingerPosition::kLeftLittle,
            FingerPosition::kUnknown}) {
        index.Count(lookups, position, &votes);
        expected = ExpectedVotes(entries, probe, position, clusters);
        ASSERT_TRUE(std::equal(expected.begin(), expected.end(), votes.begin()))
            << minutiae << " minutiae, " << clusters << " clusters, finger "
            << static_cast<int>(position);
      }
      EXPECT_GT(expected[700], 0) << "or nothing has been tested";
    }
  }
}

TEST(SegmentIndex, OfNothingGivesNoVotes) {
  const SegmentIndex index({});
  SegmentIndex::Votes votes;
  test::Random random(3);
  index.Count(ProbeLookups(SomeProbe(&random, 5), 128), FingerPosition::kUnknown, &votes);
  EXPECT_EQ(std::count(votes.begin(), votes.end(), 0), ptrdiff_t{kIndexedViewsMax});
}

TEST(Clusters, AreAllThereWhereAllAreAskedFor) {
  for (const auto& own : gallery::DescribeProbe(Prepared(Finger(1)).data())) {
    const auto all = gallery::NearestClusters(own, gallery::kClusters);
    auto sorted = all;
    std::sort(sorted.begin(), sorted.end());
    ASSERT_EQ(sorted.size(), gallery::kClusters);
    for (size_t c = 0; c < gallery::kClusters; ++c) ASSERT_EQ(sorted[c], c);
    // Fewer are the first of them.
    const auto few = gallery::NearestClusters(own, 9);
    ASSERT_TRUE(std::equal(few.begin(), few.end(), all.begin(), all.begin() + 9));
    // Of bits that all count once, the two ways to ask must agree.
    EXPECT_EQ(gallery::NearestClusters(WeighedDescriptor(own.bits), 1)[0],
              gallery::ClusterOf(own.bits));
  }
}

TEST(Clusters, AreMostlyKeptWhenAPrintIsTurned) {
  const FingerView view = Finger(1);
  const Prepared before(view);
  const Prepared after(test::Moved(view, 12'345, 700, -900));
  const auto own = gallery::Describe(before.data());
  const auto turned = gallery::Describe(after.data());
  size_t same = 0;
  for (size_t i = 0; i < own.size(); ++i) {
    for (size_t k = 0; k < turned.size(); ++k) {
      same += before.data().indices[i] == after.data().indices[k] &&
              gallery::ClusterOf(own[i]) == gallery::ClusterOf(turned[k]);
    }
  }
  EXPECT_GT(same, own.size() * 8 / 10);
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

TEST_F(IndexedSearch, ChecksFewerThanAnExhaustiveOneUnlessToldHowMany) {
  SearchOptions options = Options();
  options.check_share.reset();
  options.check_min = 6;
  EXPECT_EQ(Run(Finger(9), options).views_checked, (2 * kIndexedViewsMax + 99) / 100 + 6);
  options.mode = SearchMode::kExhaustive;
  EXPECT_EQ(Run(Finger(9), options).views_checked, (kCount * 2 + 99) / 100);
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
