#include "matcher/gallery/shortlist.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/conformance/synthetic_views.h"

namespace taanu::gallery {
namespace {

std::vector<uint64_t> Ids(const Shortlist& list) {
  std::vector<uint64_t> ids;
  for (const Screened& s : list.Sorted()) ids.push_back(s.id.low);
  return ids;
}

TEST(Shortlist, KeepsTheBestByScoreThenLowestIdentifier) {
  Shortlist list(3);
  for (const auto& [score, id] :
       std::vector<std::pair<uint32_t, uint64_t>>{{5, 9}, {7, 8}, {5, 2}, {5, 3}, {1, 1}, {7, 4}}) {
    list.Add({score, 0, 0, 0, SubjectId(id)});
  }
  EXPECT_EQ(Ids(list), (std::vector<uint64_t>{4, 8, 2}));
}

TEST(Shortlist, IsTheSameInWhateverOrderAndParts) {
  test::Random random(1);
  std::vector<Screened> all;
  for (uint64_t k = 0; k < 500; ++k) {
    all.push_back({static_cast<uint32_t>(random.Below(20)), 0, 0, 0, SubjectId(k)});
  }
  Shortlist whole(37);
  for (const Screened& s : all) whole.Add(s);
  Shortlist parts[3] = {Shortlist(37), Shortlist(37), Shortlist(37)};
  for (size_t k = all.size(); k-- > 0;) {
    Shortlist& part = parts[k % 3];
    if (!part.Rejects(all[k].score)) part.Add(all[k]);
  }
  parts[1].Merge(parts[0]);
  parts[1].Merge(parts[2]);
  EXPECT_EQ(Ids(parts[1]), Ids(whole));
}

TEST(Shortlist, OfNoPlacesStaysEmpty) {
  Shortlist list(0);
  list.Add({5, 0, 0, 0, SubjectId(1)});
  EXPECT_TRUE(list.Sorted().empty());
  EXPECT_TRUE(list.Rejects(UINT32_MAX));
}

}  // namespace
}  // namespace taanu::gallery
