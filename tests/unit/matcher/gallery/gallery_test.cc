// What a gallery holds, and what it refuses.
#include "matcher/gallery/gallery.h"

#include <gtest/gtest.h>

#include "tests/unit/matcher/gallery/people.h"

namespace taanu {
namespace {

using test::Again;
using test::Finger;
using test::People;
using test::Person;

std::string ReasonOf(const Status& status) { return status ? "" : status.error().reason; }

// The best candidate's identifier and score, or {0, 0}.
Candidate BestOf(const Gallery& gallery, const FingerView& probe) {
  const auto result = gallery.Search({&probe, 1});
  EXPECT_TRUE(result && result->complete());
  return result->candidates.empty() ? Candidate{} : result->candidates[0];
}

TEST(Gallery, FindsWhoWasInserted) {
  Gallery gallery;
  ASSERT_TRUE(gallery.InsertAll(People(1, 300)));
  ASSERT_TRUE(gallery.Insert(Person(1000)));
  for (const uint64_t k : {1, 77, 300, 1000}) {
    const Candidate best = BestOf(gallery, Again(Finger(k), 5));
    EXPECT_EQ(best.id, SubjectId(k));
    EXPECT_GT(best.score, 40);
  }
  EXPECT_EQ(gallery.size().subjects, 301u);
  EXPECT_EQ(gallery.size().views, 301u);
}

TEST(Gallery, DoesNotFindWhoWasRemoved) {
  Gallery gallery;
  ASSERT_TRUE(gallery.InsertAll(People(1, 300)));
  ASSERT_TRUE(gallery.Remove(SubjectId(77)));
  EXPECT_NE(BestOf(gallery, Finger(77)).id, SubjectId(77));
  EXPECT_FALSE(gallery.Contains(SubjectId(77)));
  EXPECT_EQ(gallery.size().subjects, 299u);
  EXPECT_EQ(ReasonOf(gallery.Remove(SubjectId(77))), "NO_SUBJECT");
  ASSERT_TRUE(gallery.Insert(Person(77)));
  EXPECT_EQ(BestOf(gallery, Finger(77)).id, SubjectId(77));
}

TEST(Gallery, FindsWhoWasReplacedByTheNewViewsAlone) {
  Gallery gallery;
  ASSERT_TRUE(gallery.InsertAll(People(1, 50)));
  GallerySubject changed = Person(7);
  changed.views = {Finger(5007)};
  ASSERT_TRUE(gallery.Replace(changed));
  EXPECT_LT(BestOf(gallery, Finger(7)).score, 40);
  EXPECT_EQ(BestOf(gallery, Finger(5007)).id, SubjectId(7));
  EXPECT_EQ(gallery.size().subjects, 50u);
  ASSERT_TRUE(gallery.Replace(Person(2000))) << "inserts where there is none";
  EXPECT_TRUE(gallery.Contains(SubjectId(2000)));
}

TEST(Gallery, AddsAndRemovesFingers) {
  Gallery gallery;
  ASSERT_TRUE(gallery.InsertAll(People(1, 20)));
  const std::vector<FingerView> more = {Finger(3, FingerPosition::kLeftIndex),
                                        Finger(3, FingerPosition::kRightIndex)};
  ASSERT_TRUE(gallery.AddViews(SubjectId(3), more));
  EXPECT_EQ(gallery.size().views, 22u);
  EXPECT_EQ(BestOf(gallery, more[1]).id, SubjectId(3));
  ASSERT_TRUE(gallery.RemoveViews(SubjectId(3), FingerPosition::kRightIndex));
  EXPECT_LT(BestOf(gallery, more[1]).score, 40);
  EXPECT_EQ(BestOf(gallery, more[0]).id, SubjectId(3));
  EXPECT_EQ(ReasonOf(gallery.RemoveViews(SubjectId(3), FingerPosition::kRightIndex)), "NO_VIEWS");
  ASSERT_TRUE(gallery.RemoveViews(SubjectId(3), FingerPosition::kLeftIndex));
  ASSERT_TRUE(gallery.RemoveViews(SubjectId(3), FingerPosition::kUnknown));
  EXPECT_FALSE(gallery.Contains(SubjectId(3))) << "the subject goes with its last view";
  EXPECT_EQ(ReasonOf(gallery.AddViews(SubjectId(3), more)), "NO_SUBJECT");
}

TEST(Gallery, RefusesAndStaysAsItWas) {
  Gallery gallery;
  ASSERT_TRUE(gallery.InsertAll(People(1, 10)));
  EXPECT_EQ(ReasonOf(gallery.Insert(Person(5))), "SUBJECT_EXISTS");
  std::vector<GallerySubject> twice = {Person(100), Person(101), Person(100)};
  EXPECT_EQ(ReasonOf(gallery.InsertAll(twice)), "SUBJECT_EXISTS");
  EXPECT_FALSE(gallery.Contains(SubjectId(101))) << "all or none";

  GallerySubject bad = Person(200);
  bad.views.clear();
  EXPECT_EQ(ReasonOf(gallery.Insert(bad)), "NO_VIEWS");
  bad.views.assign(kSubjectViewsMax + 1, FingerView{});
  EXPECT_EQ(ReasonOf(gallery.Insert(bad)), "TOO_MANY_VIEWS");
  bad.views = {Finger(1)};
  bad.views[0].position = static_cast<FingerPosition>(11);
  EXPECT_EQ(ReasonOf(gallery.Insert(bad)), "BAD_POSITION");
  bad.views = {FingerView{}};
  bad.views[0].minutiae = {{0, 0, 0}, {70'000, 0, 0}};
  EXPECT_EQ(ReasonOf(gallery.Replace(bad)), "VIEW_TOO_LARGE");
  const std::vector<FingerView> many(kSubjectViewsMax, Finger(9));
  EXPECT_EQ(ReasonOf(gallery.AddViews(SubjectId(1), many)), "TOO_MANY_VIEWS");
  EXPECT_EQ(gallery.size().subjects, 10u);
  EXPECT_EQ(gallery.size().views, 10u);
}

TEST(Gallery, TakesPrintsOfFewAndOfVeryManyMinutiae) {
  Gallery gallery;
  uint64_t id = 1;
  std::vector<FingerView> odd = {FingerView{}};
  for (const int count : {1, 2, 3, 255}) odd.push_back(test::SyntheticView(9, count));
  FingerView& one_place = odd.emplace_back();
  one_place.minutiae.assign(255, Minutia{100, 100, 5});
  FingerView& line = odd.emplace_back();
  line.minutiae = {{0, 0, 0}, {100, 0, 0}, {65'535, 0, 0}};
  for (const FingerView& view : odd) ASSERT_TRUE(gallery.Insert({SubjectId(id++), 0, 0, {view}}));
  for (const FingerView& probe : odd) {
    const auto result = gallery.Search({&probe, 1});
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->complete());
    EXPECT_EQ(result->views_screened, odd.size());
  }
}

TEST(Gallery, KeepsAPrintOf40MinutiaeIn1400Bytes) {
  Gallery gallery;
  std::vector<GallerySubject> people;
  for (uint64_t k = 0; k < 2'000; ++k) {
    people.push_back({SubjectId(k), 0, 0, {test::SyntheticView(k, 40)}});
  }
  ASSERT_TRUE(gallery.InsertAll(people));
  EXPECT_LE(gallery.size().bytes / gallery.size().views, 1'400u);
}

}  // namespace
}  // namespace taanu
