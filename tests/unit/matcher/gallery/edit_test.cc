// A gallery's state against a plain model, over many random changes.
#include "matcher/gallery/edit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/unit/matcher/gallery/people.h"

namespace taanu::gallery {
namespace {

PackedSubject Small(uint64_t id, size_t views, uint64_t seed) {
  PackedSubject subject{SubjectId(id), static_cast<uint32_t>(seed), static_cast<uint32_t>(id), {}};
  for (size_t v = 0; v < views; ++v) {
    subject.views.push_back(*Pack(test::SyntheticView(seed + v, static_cast<int>(seed % 7))));
  }
  return subject;
}

bool Same(const PackedSubject& a, const PackedSubject& b) {
  if (a.id != b.id || a.group != b.group || a.number != b.number ||
      a.views.size() != b.views.size()) {
    return false;
  }
  for (size_t v = 0; v < a.views.size(); ++v) {
    const PackedView& x = a.views[v];
    const PackedView& y = b.views[v];
    if (x.position != y.position || x.types != y.types || x.descriptors != y.descriptors ||
        x.places.size() != y.places.size()) {
      return false;
    }
    for (size_t i = 0; i < x.places.size(); ++i) {
      if (x.places[i].x_um != y.places[i].x_um || x.places[i].y_um != y.places[i].y_um ||
          x.places[i].angle != y.places[i].angle) {
        return false;
      }
    }
  }
  return true;
}

void ExpectAgrees(const State& state, const SubjectIndex& index,
                  const std::map<uint64_t, PackedSubject>& model) {
  size_t subjects = 0;
  size_t views = 0;
  size_t minutiae = 0;
  size_t bytes = 0;
  for (size_t k = 0; k < state.parts.size(); ++k) {
    const Part& part = state.parts[k];
    const Segment& segment = *part.segment;
    EXPECT_FALSE(segment.subjects().empty());
    bytes += segment.bytes();
    for (size_t s = 0; s < segment.subjects().size(); ++s) {
      if (!part.Holds(s)) continue;
      const PackedSubject own = segment.Extract(s);
      const auto expected = model.find(own.id.low);
      ASSERT_NE(expected, model.end());
      EXPECT_TRUE(Same(own, expected->second)) << own.id.low;
      EXPECT_EQ(index.at(own.id), k);
      ++subjects;
      views += own.views.size();
      for (const PackedView& view : own.views) minutiae += view.places.size();
    }
  }
  EXPECT_EQ(subjects, model.size());
  EXPECT_EQ(index.size(), model.size());
  EXPECT_EQ(state.subjects, subjects);
  EXPECT_EQ(state.views, views);
  EXPECT_EQ(state.minutiae, minutiae);
  EXPECT_EQ(state.segment_bytes, bytes);
}

size_t IndexedParts(const State& state) {
  size_t parts = 0;
  for (const Part& part : state.parts) parts += part.segment->index() != nullptr;
  return parts;
}

class EditOf : public testing::TestWithParam<bool> {};

TEST_P(EditOf, AgreesWithAModel) {
  const bool indexed = GetParam();
  test::Random random(11);
  size_t indexed_parts = 0;
  SubjectIndex index;
  auto state = std::make_shared<const State>();
  std::map<uint64_t, PackedSubject> model;
  for (int step = 0; step < 400; ++step) {
    Edit edit(*state, &index, indexed);
    // First the gallery grows, then it shrinks to nothing.
    const int changes = random.Between(1, 50);
    for (int c = 0; c < changes; ++c) {
      const bool grow = random.Below(100) < (step < 200 ? 80 : 15);
      if (grow) {
        const auto id = static_cast<uint64_t>(random.Below(5'000));
        const PackedSubject subject = Small(id, static_cast<size_t>(random.Between(1, 4)),
                                            static_cast<uint64_t>(random.Below(1'000)));
        if (model.contains(id)) edit.Remove(subject.id);
        edit.Append(subject);
        model[id] = subject;
      } else if (!model.empty()) {
        auto it = model.lower_bound(static_cast<uint64_t>(random.Below(5'000)));
        if (it == model.end()) it = model.begin();
        edit.Remove(SubjectId(it->first));
        model.erase(it);
      }
    }
    state = edit.Finish();
    if (step % 20 == 19) ExpectAgrees(*state, index, model);
    indexed_parts = std::max(indexed_parts, IndexedParts(*state));
  }
  EXPECT_EQ(indexed_parts >= 3, indexed) << indexed_parts;
  Edit edit(*state, &index, indexed);
  for (const auto& [id, subject] : model) edit.Remove(subject.id);
  state = edit.Finish();
  ExpectAgrees(*state, index, {});
  EXPECT_TRUE(state->parts.empty());
}

INSTANTIATE_TEST_SUITE_P(Galleries, EditOf, testing::Bool(),
                         [](const auto& kind) { return kind.param ? "Indexed" : "Plain"; });

TEST(Edit, LeavesFewViewsWithoutAnIndexAndFewSegments) {
  SubjectIndex index;
  auto state = std::make_shared<const State>();
  for (uint64_t first = 0; first < 10'000; first += 100) {
    Edit edit(*state, &index, true);
    for (uint64_t k = first; k < first + 100; ++k) edit.Append(Small(k, 1, k));
    state = edit.Finish();
    size_t open = 0;
    for (const Part& part : state->parts) {
      if (part.segment->index() == nullptr) open += part.segment->views().size();
    }
    EXPECT_LT(open, kIndexedViewsMax + kSegmentViews);
  }
  EXPECT_EQ(IndexedParts(*state), 4u);
  EXPECT_LE(state->parts.size(), 4 + kIndexedViewsMax / kSegmentViews);
}

TEST(Edit, LeavesTheOldStateAlone) {
  SubjectIndex index;
  Edit first(State{}, &index);
  for (uint64_t k = 0; k < 300; ++k) first.Append(Small(k, 1, k));
  const auto before = first.Finish();
  Edit second(*before, &index);
  second.Remove(SubjectId(5));
  second.Append(Small(1'000, 2, 3));
  const auto after = second.Finish();
  EXPECT_EQ(before->subjects, 300u);
  EXPECT_EQ(before->parts[0].segment->Find(SubjectId(5)), 5u);
  EXPECT_EQ(after->views, 301u);
}

}  // namespace
}  // namespace taanu::gallery
