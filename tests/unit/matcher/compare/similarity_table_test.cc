#include "matcher/compare/similarity_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "matcher/compare/kernels.h"
#include "matcher/compare/table_kernels.h"
#include "tests/conformance/degenerate_views.h"
#include "tests/conformance/synthetic_views.h"

namespace taanu::compare {
namespace {

// The entries that FindLargest should find, by sorting.
std::vector<uint32_t> Largest(const std::vector<uint16_t>& table, int rows, int stride,
                              int wanted) {
  std::vector<int> order;
  for (int k = 0; k < rows * stride; ++k) {
    if (table[static_cast<size_t>(k)] > 0) order.push_back(k);
  }
  std::stable_sort(order.begin(), order.end(), [&table](int a, int b) {
    return table[static_cast<size_t>(a)] > table[static_cast<size_t>(b)];
  });
  order.resize(std::min(order.size(), static_cast<size_t>(wanted)));
  std::sort(order.begin(), order.end());
  std::vector<uint32_t> entries;
  for (const int k : order) entries.push_back(LargeEntry::Pack(k / stride, k % stride));
  return entries;
}

TEST(FindLargest, FindsWhatSortingFinds) {
  uint64_t state = 5;
  for (const int rows : {1, 2, 7, 40, 255}) {
    for (const int stride : {8, 16, 40, 256}) {
      // Few different numbers, so that many are equal at the limit, and many.
      for (const uint64_t values : {1, 2, 9, 1024}) {
        std::vector<uint16_t> table(static_cast<size_t>(rows * stride));
        for (uint16_t& entry : table) {
          state = state * 6364136223846793005U + 1442695040888963407U;
          entry = static_cast<uint16_t>((state >> 33) % values);
        }
        const std::vector<uint32_t> expected = Largest(table, rows, stride, kCandidatesMax);
        // What lies beyond the table, such as an earlier comparison's, must not count.
        table.resize(table.size() + kLaneStep, kSimilarityMax);
        std::vector<uint32_t> found(kCandidatesMax);
        found.resize(static_cast<size_t>(
            FindLargest(table.data(), rows, stride, kCandidatesMax, found.data())));
        EXPECT_EQ(found, expected) << rows << " x " << stride << ", below " << values;
      }
    }
  }
}

TEST(SimilarityTable, PicksThePairsOfAPrintWithItself) {
  const Prepared print(test::SyntheticView(3, 40));
  const auto table = std::make_unique<SimilarityTable>();
  table->Fill(print.data(), print.data());
  table->Pick();
  int same = 0;
  for (const Candidate& c : table->candidates()) {
    EXPECT_EQ(c.similarity, table->at(c.probe, c.reference));
    same += c.probe == c.reference;
    const TablePlace place = {c.probe, c.reference};
    uint16_t rivals = 0;
    table->CountRivals({&place, 1}, &rivals);
    EXPECT_EQ(rivals == 0, c.probe == c.reference);
  }
  EXPECT_GE(same, 35);
}

// As many as a reader would count.
int Rivals(const std::vector<uint16_t>& table, int rows, int stride, TablePlace place) {
  const auto entry = [&](int i, int j) { return table[static_cast<size_t>(i * stride + j)]; };
  const int own = entry(place.row, place.column);
  int rivals = 0;
  for (int j = 0; j < stride; ++j) rivals += entry(place.row, j) > own ? 1 : 0;
  for (int i = 0; i < rows; ++i) rivals += entry(i, place.column) > own ? 1 : 0;
  return rivals;
}

TEST(CountRivals, CountsWhatIsLargerInRowAndColumn) {
  uint64_t state = 6;
  for (const int rows : {1, 7, 40, 255}) {
    for (const int stride : {8, 16, 40, 256}) {
      std::vector<uint16_t> table(static_cast<size_t>(rows * stride));
      for (uint16_t& entry : table) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        entry = static_cast<uint16_t>((state >> 33) % 300);
      }
      // One to one, some of the rows and columns.
      std::vector<TablePlace> places;
      for (int k = 0; k < std::min(rows, stride) && k < kMinutiaeMax; k += 1 + k % 3) {
        places.push_back({static_cast<uint8_t>(rows - 1 - k), static_cast<uint8_t>(k)});
      }
      std::vector<uint16_t> rivals(places.size());
      std::vector<uint16_t> with_more = table;
      with_more.resize(table.size() + kLaneStep, kSimilarityMax);
      CountRivals(with_more.data(), rows, stride, places, rivals.data());
      for (size_t k = 0; k < places.size(); ++k) {
        EXPECT_EQ(rivals[k], Rivals(table, rows, stride, places[k])) << rows << " x " << stride;
      }
    }
  }
}

// What WeighSimilarities is documented to do, from Similarity of two cylinders at a time.
TEST(WeighSimilarities, WeighsTheSimilarityOfEveryTwoCylinders) {
  constexpr int kPrior = 12;
  constexpr int kRivals = 20;
  // A crowd marks more than bytes hold; a few minutiae far from each other were imaged nowhere.
  const std::vector<FingerView> views = {test::SyntheticView(1, 40), test::SyntheticView(2, 33),
                                         test::SyntheticView(3, 7), test::SyntheticView(4, 255),
                                         test::CrowdView(3'000, kFullCircle)};
  for (const FingerView& first : views) {
    for (const FingerView& second : views) {
      const Prepared a(first);
      const Prepared b(second);
      const auto& ours = a.data().cylinders;
      const auto& theirs = b.data().cylinders;
      std::vector<float> row_best(ours.size());
      std::vector<float> column_best(theirs.size());
      for (size_t i = 0; i < ours.size(); ++i) {
        for (size_t j = 0; j < theirs.size(); ++j) {
          const auto s = static_cast<float>(Similarity(ours[i], theirs[j], kPrior));
          row_best[i] = std::max(row_best[i], s);
          column_best[j] = std::max(column_best[j], s);
        }
      }
      const auto stride = static_cast<size_t>(Padded(b.data().count));
      std::vector<uint16_t> table(ours.size() * stride + kLaneStep);
      WeighSimilarities({ours, &a.data().rows}, {theirs, &b.data().rows}, kPrior, kRivals,
                        table.data());
      for (size_t i = 0; i < ours.size(); ++i) {
        for (size_t j = 0; j < theirs.size(); ++j) {
          const auto s = static_cast<float>(Similarity(ours[i], theirs[j], kPrior));
          const float share =
              s * std::min(1.0F / (row_best[i] + kRivals), 1.0F / (column_best[j] + kRivals));
          ASSERT_EQ(table[i * stride + j], static_cast<uint16_t>(share * share * s))
              << i << ", " << j;
        }
        for (size_t j = theirs.size(); j < stride; ++j) ASSERT_EQ(table[i * stride + j], 0);
      }
    }
  }
}

TEST(ColumnIndex, MissesNoPointWithinReach) {
  uint64_t state = 9;
  for (const int count : {0, 1, 2, 40, 255}) {
    std::vector<float> x(static_cast<size_t>(count));
    for (float& value : x) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      value = static_cast<float>(static_cast<int>(state >> 40) % 4000) / 7.0F - 300.0F;
    }
    std::sort(x.begin(), x.end());
    const ColumnIndex index(x.data(), count);
    for (const float place : {-1e9F, -300.0F, -17.5F, 0.0F, 99.0F, 271.0F, 1e9F}) {
      const int first = index.First(place, 50.0F);
      const int end = index.End(place, 50.0F);
      ASSERT_GE(first, 0);
      ASSERT_LE(end, count);
      for (int k = 0; k < count; ++k) {
        const float value = x[static_cast<size_t>(k)];
        if (value >= place - 50.0F && value <= place + 50.0F) {
          EXPECT_TRUE(first <= k && k < end) << place;
        }
      }
    }
  }
}

}  // namespace
}  // namespace taanu::compare
