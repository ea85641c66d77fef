// A small search for the slowest comparison of two valid templates.
#include <gtest/gtest.h>

#include <chrono>
#include <ctime>

#include "matcher/compare/comparator.h"
#include "tests/conformance/synthetic_views.h"

namespace taanu {
namespace {

double ThreadSeconds() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

// 255 minutiae in a square of `side` micrometres, in `directions` different directions.
FingerView Crowd(int side, int directions) {
  test::Random random(static_cast<uint64_t>(side * 100 + directions));
  FingerView view;
  for (int k = 0; k < kMinutiaeMax; ++k) {
    view.minutiae.push_back(
        {random.Below(side + 1), random.Below(side + 1),
         static_cast<uint16_t>(int64_t{random.Below(directions)} * 65536 / directions)});
  }
  return view;
}

TEST(WorstCase, NoPairOfValidTemplatesTakesLong) {
  Comparator comparator;
  double worst_ms = 0;
  std::string worst;
  for (const int side : {0, 200, 800, 2'000, 5'000, 10'000, 20'000, 100'000}) {
    for (const int directions : {1, 2, 6, 65'536}) {
      const Prepared a(Crowd(side, directions));
      const Prepared b(Crowd(side + 1, directions));
      for (const Prepared* other : {&a, &b}) {
        // The quickest of three: the machine may be busy with something else.
        double best_ms = 1e9;
        for (int k = 0; k < 3; ++k) {
          const double start = ThreadSeconds();
          comparator.Compare(a, *other);
          best_ms = std::min(best_ms, 1e3 * (ThreadSeconds() - start));
        }
        if (best_ms > worst_ms) {
          worst_ms = best_ms;
          worst = std::to_string(side) + " um, " + std::to_string(directions) + " directions" +
                  (other == &a ? ", itself" : "");
        }
      }
    }
  }
  RecordProperty("worst_ms", std::to_string(worst_ms));
  std::printf("slowest comparison: %.2f ms (%s)\n", worst_ms, worst.c_str());
  // The goal is 5 ms in an optimised build; unoptimised and instrumented ones are far slower.
#if defined(NDEBUG) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(worst_ms, 5.0 * 2);
#else
  EXPECT_LT(worst_ms, 500.0);
#endif
}

}  // namespace
}  // namespace taanu
