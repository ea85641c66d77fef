// What a search gives, to whom it is restricted, and when it stops.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "matcher/compare/comparator.h"
#include "matcher/gallery/gallery.h"
#include "tests/unit/matcher/gallery/people.h"

namespace taanu {
namespace {

using test::Again;
using test::Finger;
using test::People;
using test::Person;

class Search : public testing::Test {
 protected:
  static constexpr uint64_t kCount = 600;

  static void SetUpTestSuite() {
    gallery_ = new Gallery;
    ASSERT_TRUE(gallery_->InsertAll(People(0, kCount)));
  }
  static void TearDownTestSuite() {
    delete gallery_;
    gallery_ = nullptr;
  }

  static SearchResult Run(const FingerView& probe, const SearchOptions& options) {
    auto result = gallery_->Search({&probe, 1}, options);
    EXPECT_TRUE(result);
    return *result;
  }

  static Gallery* gallery_;
};
Gallery* Search::gallery_ = nullptr;

TEST_F(Search, GivesTheComparatorsScoresInOrder) {
  SearchOptions options;
  options.mode = SearchMode::kFull;
  options.top_k = kCount;
  const FingerView probe = Again(Finger(42), 3);
  const SearchResult result = Run(probe, options);
  ASSERT_EQ(result.candidates.size(), kCount);
  EXPECT_EQ(result.comparisons, kCount);
  EXPECT_EQ(result.candidates[0].id, SubjectId(42));
  Comparator comparator;
  const Prepared prepared(probe);
  for (size_t k = 0; k < kCount; ++k) {
    const Candidate& c = result.candidates[k];
    EXPECT_EQ(c.score, comparator.Compare(prepared, Prepared(Finger(c.id.low))));
    if (k == 0) continue;
    const Candidate& before = result.candidates[k - 1];
    EXPECT_TRUE(before.score > c.score || (before.score == c.score && before.id < c.id));
  }
}

TEST_F(Search, FindsTheSameFirstScreenedAsInFull) {
  SearchOptions screened;
  screened.shortlist_min = 5;
  screened.top_k = 1;
  SearchOptions full = screened;
  full.mode = SearchMode::kFull;
  for (uint64_t k = 0; k < kCount; k += 60) {
    const FingerView probe = Again(Finger(k), k);
    const SearchResult quick = Run(probe, screened);
    EXPECT_EQ(quick.candidates, Run(probe, full).candidates);
    EXPECT_EQ(quick.views_screened, kCount);
    EXPECT_EQ(quick.views_checked, 128u);
    EXPECT_EQ(quick.comparisons, 5u);
  }
}

TEST_F(Search, ComparesOnlyWhoAgreesEnough) {
  SearchOptions sure;
  sure.score_min = 72;
  SearchOptions quick = sure;
  quick.coherence_min = 2.5;
  for (uint64_t k = 0; k < kCount; k += 60) {
    const FingerView probe = Again(Finger(k), k);
    const SearchResult result = Run(probe, quick);
    EXPECT_EQ(result.candidates, Run(probe, sure).candidates);
    ASSERT_EQ(result.candidates.size(), 1u);
    EXPECT_LT(result.comparisons, 4u);
  }
  quick.coherence_min = kMinutiaeMax;
  EXPECT_EQ(Run(Again(Finger(9), 1), quick).comparisons, 0u) << "a check counts 32 pairs at most";
}

TEST_F(Search, DoesNotDependOnThreads) {
  const FingerView probe = Again(Finger(9), 1);
  SearchOptions options;
  options.top_k = 50;
  const SearchResult one = Run(probe, options);
  for (const size_t threads : {2, 3, 16, 256}) {
    options.threads = threads;
    const SearchResult many = Run(probe, options);
    EXPECT_EQ(many.candidates, one.candidates);
    EXPECT_EQ(many.views_screened, one.views_screened);
    EXPECT_EQ(many.subjects_compared, one.subjects_compared);
  }
}

TEST(SearchOrder, DoesNotDependOnHowTheGalleryCameAbout) {
  Gallery straight;
  ASSERT_TRUE(straight.InsertAll(People(0, 400)));
  Gallery winding;
  for (uint64_t k = 500; k-- > 0;) ASSERT_TRUE(winding.Insert(Person(k)));
  for (uint64_t k = 400; k < 500; ++k) ASSERT_TRUE(winding.Remove(SubjectId(k)));
  for (uint64_t k = 0; k < 400; k += 7) ASSERT_TRUE(winding.Replace(Person(k)));
  SearchOptions options;
  options.top_k = 30;
  options.check_min = 60;
  options.shortlist_min = 30;
  for (uint64_t k = 0; k < 10; ++k) {
    const FingerView probe = Again(Finger(k), k);
    EXPECT_EQ(winding.Search({&probe, 1}, options)->candidates,
              straight.Search({&probe, 1}, options)->candidates);
  }
}

TEST_F(Search, OfAGroupGivesOnlyItsMembers) {
  SearchOptions options;
  options.groups = {7, 3};
  const SearchResult result = Run(Again(Finger(42), 3), options);
  EXPECT_EQ(result.views_screened, 20u);
  for (const Candidate& c : result.candidates) {
    EXPECT_TRUE(c.id.low / 10 == 3 || c.id.low / 10 == 7) << c.id.low;
  }
  options.groups = {4};
  EXPECT_EQ(Run(Again(Finger(42), 3), options).candidates[0].id, SubjectId(42));
  options.groups.emplace();
  EXPECT_EQ(Run(Again(Finger(42), 3), options).views_screened, 0u) << "no group is nobody";
}

TEST_F(Search, OfABitmapGivesOnlyThoseInIt) {
  std::vector<uint64_t> members(2, 0);
  members[0] = uint64_t{1} << 42 | 1;
  members[1] = uint64_t{1} << 5;  // 69
  SearchOptions options;
  options.members = members;
  for (const SearchMode mode : {SearchMode::kExhaustive, SearchMode::kFull}) {
    options.mode = mode;
    std::vector<uint64_t> ids;
    for (const Candidate& c : Run(Again(Finger(42), 3), options).candidates) {
      ids.push_back(c.id.low);
    }
    EXPECT_THAT(ids, testing::UnorderedElementsAre(0, 42, 69));
    EXPECT_EQ(ids[0], 42u);
  }
  options.groups = {0};
  EXPECT_EQ(Run(Finger(42), options).subjects_compared, 1u) << "both restrictions hold";
}

TEST_F(Search, BelowANumberGivesOnlyThoseBeforeIt) {
  SearchOptions options;
  options.numbers_below = 43;
  const SearchResult found = Run(Again(Finger(42), 3), options);
  EXPECT_EQ(found.views_screened, 43u);
  EXPECT_EQ(found.candidates[0].id, SubjectId(42));
  options.numbers_below = 42;
  const SearchResult missed = Run(Again(Finger(42), 3), options);
  EXPECT_EQ(missed.views_screened, 42u);
  for (const Candidate& c : missed.candidates) EXPECT_LT(c.id.low, 42u);
  options.numbers_below = 0;
  EXPECT_EQ(Run(Finger(42), options).subjects_compared, 0u);
  EXPECT_EQ(gallery_->NumberOf(SubjectId(42)), 42u);
  EXPECT_EQ(gallery_->NumberOf(SubjectId(kCount)), std::nullopt);
}

TEST_F(Search, CountsWhatItDid) {
  SearchOptions options;
  options.shortlist_share = 0.1;
  options.shortlist_min = 10;
  options.score_min = 30;
  const SearchResult result = Run(Again(Finger(1), 1), options);
  EXPECT_TRUE(result.complete());
  EXPECT_EQ(result.views_total, kCount);
  EXPECT_EQ(result.views_screened, kCount);
  EXPECT_EQ(result.views_checked, 128u);
  EXPECT_EQ(result.subjects_shortlisted, 60u);
  EXPECT_EQ(result.subjects_compared, 60u);
  EXPECT_EQ(result.comparisons, 60u);
  for (const Candidate& c : result.candidates) EXPECT_GE(c.score, 30);
}

TEST_F(Search, ThatWasCancelledIsNotComplete) {
  const std::atomic<bool> cancelled{true};
  SearchOptions options;
  options.cancelled = &cancelled;
  for (const SearchMode mode : {SearchMode::kExhaustive, SearchMode::kFull}) {
    options.mode = mode;
    const SearchResult result = Run(Finger(1), options);
    EXPECT_EQ(result.end, SearchEnd::kCancelled);
    EXPECT_FALSE(result.complete());
    EXPECT_EQ(result.views_screened, 0u);
    EXPECT_TRUE(result.candidates.empty());
  }
}

TEST_F(Search, PastItsDeadlineIsNotComplete) {
  SearchOptions options;
  options.deadline = std::chrono::steady_clock::now();
  const SearchResult result = Run(Finger(1), options);
  EXPECT_EQ(result.end, SearchEnd::kDeadline);
  EXPECT_FALSE(result.complete());
  options.deadline = std::chrono::steady_clock::now() + std::chrono::hours(1);
  EXPECT_TRUE(Run(Finger(1), options).complete());
}

TEST_F(Search, StopsWhileItRuns) {
  std::atomic<bool> cancelled{false};
  SearchOptions options;
  options.cancelled = &cancelled;
  options.mode = SearchMode::kFull;
  options.threads = 2;
  // Many captures make a search of seconds, which the flag ends.
  const std::vector<FingerView> probe(100, test::SyntheticView(5, 200));
  std::thread canceller([&cancelled] { cancelled = true; });
  const auto result = gallery_->Search(probe, options);
  canceller.join();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->end, SearchEnd::kCancelled);
  EXPECT_LT(result->subjects_compared, kCount);
}

TEST_F(Search, RefusesOptionsOutOfRange) {
  const FingerView probe = Finger(1);
  const auto reason = [&probe](const SearchOptions& options) {
    const auto result = gallery_->Search({&probe, 1}, options);
    return result ? "" : result.error().reason;
  };
  SearchOptions options;
  options.shortlist_share = std::nan("");
  EXPECT_EQ(reason(options), "BAD_OPTION");
  options = {};
  options.check_share = 1.01;
  EXPECT_EQ(reason(options), "BAD_OPTION");
  options = {};
  options.clusters = 0;
  EXPECT_EQ(reason(options), "BAD_OPTION");
  options.clusters = kSearchClustersMax + 1;
  EXPECT_EQ(reason(options), "BAD_OPTION");
  options = {};
  options.mode = SearchMode::kIndexed;
  EXPECT_EQ(reason(options), "BAD_OPTION") << "this gallery has no index";
  options = {};
  options.threads = 0;
  EXPECT_EQ(reason(options), "BAD_OPTION");
  options = {};
  options.coherence_min = -1;
  EXPECT_EQ(reason(options), "BAD_OPTION");
  options = {};
  options.probe_views_screened = 0;
  EXPECT_EQ(reason(options), "BAD_OPTION");
  options = {};
  options.score_min = -1;
  EXPECT_EQ(reason(options), "BAD_OPTION");
  options = {};
  options.top_k = 0;
  options.shortlist_min = SIZE_MAX;
  EXPECT_EQ(reason(options), "");
  EXPECT_EQ(gallery_->Search({}).error().reason, "NO_VIEWS");
}

TEST(SearchOfNobody, IsACompleteNoMatch) {
  const Gallery gallery;
  const FingerView probe = Finger(1);
  const auto result = gallery.Search({&probe, 1});
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->complete());
  EXPECT_TRUE(result->candidates.empty());
}

TEST(SearchOfFingers, FusesThemIntoOneCandidate) {
  using enum FingerPosition;
  Gallery gallery;
  for (uint64_t k = 0; k < 100; ++k) {
    ASSERT_TRUE(
        gallery.Insert({SubjectId(k),
                        0,
                        0,
                        {Finger(k, kLeftIndex), Finger(k, kLeftIndex), Finger(k, kRightIndex)}}));
  }
  const std::vector<FingerView> probe = {Again(Finger(8, kLeftIndex), 1),
                                         Again(Finger(8, kRightIndex), 2)};
  const auto both = gallery.Search(probe);
  ASSERT_TRUE(both);
  EXPECT_EQ(both->candidates[0].id, SubjectId(8));
  const auto one = gallery.Search({probe.data(), 1});
  EXPECT_EQ(one->candidates[0].id, SubjectId(8));
  EXPECT_GT(both->candidates[0].score, one->candidates[0].score);
  EXPECT_EQ(one->views_screened, 200u) << "another finger is not searched";
  EXPECT_EQ(both->views_screened, 300u);
  SearchOptions by_first;
  by_first.probe_views_screened = 1;
  const auto looked_for_by_one = gallery.Search(probe, by_first);
  EXPECT_EQ(looked_for_by_one->views_screened, one->views_screened);
  EXPECT_EQ(looked_for_by_one->candidates[0], both->candidates[0]) << "compared by all the same";
  std::vector<SubjectId> ids;
  for (const Candidate& c : both->candidates) ids.push_back(c.id);
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::unique(ids.begin(), ids.end()), ids.end()) << "each person once";
}

}  // namespace
}  // namespace taanu
