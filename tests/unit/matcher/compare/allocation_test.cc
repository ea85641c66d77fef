// Nothing is allocated in a comparison: every form of operator new of this program is counted.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#include "matcher/compare/comparator.h"
#include "matcher/compare/kernels.h"
#include "tests/conformance/degenerate_views.h"
#include "tests/conformance/synthetic_views.h"
#include "tests/support/kernel_target.h"

namespace {

std::atomic<size_t> allocations{0};

void* Counted(size_t size, size_t alignment) noexcept {
  ++allocations;
  const size_t whole = (size + alignment - 1) / alignment * alignment;
  return std::aligned_alloc(alignment, whole == 0 ? alignment : whole);
}

void* CountedOrThrow(size_t size, size_t alignment) {
  void* memory = Counted(size, alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

constexpr size_t kUsual = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

}  // namespace

// All forms: those for arrays would call the others, but not where a sanitizer has its own.
void* operator new(size_t size) { return CountedOrThrow(size, kUsual); }
void* operator new(size_t size, const std::nothrow_t&) noexcept { return Counted(size, kUsual); }
void* operator new(size_t size, std::align_val_t alignment) {
  return CountedOrThrow(size, static_cast<size_t>(alignment));
}
void* operator new(size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return Counted(size, static_cast<size_t>(alignment));
}
void* operator new[](size_t size) { return CountedOrThrow(size, kUsual); }
void* operator new[](size_t size, const std::nothrow_t&) noexcept { return Counted(size, kUsual); }
void* operator new[](size_t size, std::align_val_t alignment) {
  return CountedOrThrow(size, static_cast<size_t>(alignment));
}
void* operator new[](size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return Counted(size, static_cast<size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t, std::align_val_t) noexcept { std::free(memory); }

namespace taanu {
namespace {

size_t AllocationsOf(const auto& call) {
  const size_t before = allocations;
  call();
  return allocations - before;
}

std::vector<Prepared> AllPrints() {
  std::vector<Prepared> prints;
  for (const test::NamedView& v : test::DegenerateViews()) prints.emplace_back(v.view);
  for (const int count : {5, 20, 40, 80, 255}) {
    const FingerView view = test::SyntheticView(1, count);
    prints.emplace_back(view);
    prints.emplace_back(test::Impression(view, 2, 30));
  }
  return prints;
}

TEST(Allocation, IsCounted) {
  EXPECT_EQ(AllocationsOf([] {
              auto one = std::make_unique<int>(1);
              auto many = std::make_unique<int[]>(5);
              std::vector<double> some(7);
            }),
            3u);
  EXPECT_GT(AllocationsOf([] { Prepared{test::SyntheticView(1, 40)}; }), 0u);
}

TEST(Allocation, NeverHappensInAComparisonOnAnyTarget) {
  for (const int64_t target : compare::KernelTargets()) {
    SCOPED_TRACE(hwy::TargetName(target));
    const test::KernelTargetChoice choice(target);
    const std::vector<Prepared> prints = AllPrints();
    Comparator comparator;
    double sum = 0;
    EXPECT_EQ(AllocationsOf([&] {
                for (size_t a = 0; a < prints.size(); ++a) {
                  for (size_t step = 0; step < 3; ++step) {
                    sum += comparator.Compare(prints[a], prints[(a + step) % prints.size()]);
                  }
                }
              }),
              0u);
    EXPECT_NE(sum, 0);
  }
}

TEST(Allocation, HappensInExplainOnlyWhereThereIsTooLittleRoomForThePairs) {
  const std::vector<Prepared> prints = AllPrints();
  Comparator comparator;
  std::vector<MinutiaPair> pairs;
  pairs.reserve(kMinutiaeMax);
  size_t found = 0;
  EXPECT_EQ(AllocationsOf([&] {
              for (const Prepared& a : prints) {
                for (const Prepared* b : {&a, &prints.back()}) {
                  comparator.Explain(a, *b, &pairs);
                  found += pairs.size();
                }
              }
            }),
            0u);
  EXPECT_GT(found, 1'000u);
}

TEST(Allocation, NeverHappensInTheFirstComparisonOfAComparatorEither) {
  const std::vector<Prepared> prints = AllPrints();
  Comparator fresh;
  EXPECT_EQ(AllocationsOf([&] { fresh.Compare(prints.back(), prints.front()); }), 0u);
}

}  // namespace
}  // namespace taanu
