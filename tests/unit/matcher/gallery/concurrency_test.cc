// Searches while the gallery changes. Meant to be run under ThreadSanitizer as well.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "matcher/gallery/gallery.h"
#include "matcher/gallery/snapshot_cell.h"
#include "tests/unit/matcher/gallery/people.h"

namespace taanu {
namespace {

using test::Finger;
using test::People;
using test::Person;

TEST(SnapshotCell, GivesOnlyWholeVersionsThatNeverGoBack) {
  struct Version {
    explicit Version(int n) : a(n), b(n) {}
    ~Version() { a = -1; }
    int a;
    int b;
  };
  gallery::SnapshotCell<Version> cell(std::make_shared<const Version>(0));
  constexpr int kVersions = 5'000;
  std::atomic<bool> done{false};
  std::atomic<int> bad{0};
  std::vector<std::thread> readers;
  for (int r = 0; r < 3; ++r) {
    readers.emplace_back([&] {
      int last = 0;
      while (!done) {
        const auto version = cell.Load();
        if (version->a != version->b || version->a < last) ++bad;
        last = version->a;
      }
    });
  }
  for (int n = 1; n <= kVersions; ++n) cell.Store(std::make_shared<const Version>(n));
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(bad, 0);
  EXPECT_EQ(cell.Load()->a, kVersions);
}

TEST(SnapshotCell, LetsGoOfWhatNobodyHolds) {
  auto first = std::make_shared<const int>(1);
  const std::weak_ptr<const int> watch = first;
  gallery::SnapshotCell<int> cell(std::move(first));
  const auto held = cell.Load();
  cell.Store(std::make_shared<const int>(2));
  EXPECT_EQ(*held, 1) << "a reader keeps its version";
  EXPECT_EQ(watch.use_count(), 1) << "and nobody else does";
}

TEST(Gallery, IsSearchedWhileItChanges) {
  Gallery gallery;
  // 0 to 49 stay; 1,000 to 1,099 come and go, always ten at a time.
  ASSERT_TRUE(gallery.InsertAll(People(0, 50)));
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  std::atomic<int> searches{0};
  std::vector<std::thread> searchers;
  for (uint64_t t = 0; t < 2; ++t) {
    searchers.emplace_back([&, t] {
      SearchOptions options;
      options.shortlist_min = 3;
      options.threads = t + 1;
      for (uint64_t k = t; !done || k < 8; k += 2) {
        const FingerView probe = Finger(k % 50);
        const auto result = gallery.Search({&probe, 1}, options);
        ++searches;
        if (!result || !result->complete() || result->candidates.empty() ||
            result->candidates[0].id != SubjectId(k % 50) || result->views_total % 10 != 0 ||
            result->views_screened != result->views_total) {
          ++wrong;
        }
      }
    });
  }
  std::vector<std::thread> writers;
  for (uint64_t w = 0; w < 2; ++w) {
    writers.emplace_back([&, w] {
      const uint64_t first = 1'000 + 50 * w;
      for (int round = 0; round < 6; ++round) {
        for (uint64_t k = first; k < first + 50; k += 10) {
          if (!gallery.InsertAll(People(k, 10))) ++wrong;
        }
        // Those who stay are replaced by themselves, and are there at every moment.
        for (uint64_t k = 0; k < 10; ++k) {
          if (!gallery.Replace(Person(w * 25 + k))) ++wrong;
        }
        for (uint64_t k = first; k < first + 50; k += 10) {
          // One change for ten subjects, so that no search sees a part of it.
          std::vector<SubjectId> ids;
          for (uint64_t j = k; j < k + 10; ++j) ids.emplace_back(j);
          if (!gallery.RemoveAll(ids)) ++wrong;
        }
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  done = true;
  for (std::thread& searcher : searchers) searcher.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_GE(searches, 8);
  EXPECT_EQ(gallery.size().subjects, 50u);
}

}  // namespace
}  // namespace taanu
