#include "matcher/compare/kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "matcher/compare/angle_math.h"
#include "matcher/compare/relaxation_kernels.h"
#include "tests/conformance/synthetic_views.h"

namespace taanu::compare {
namespace {

TEST(SortKeys, OrdersFewAndManyKeys) {
  test::Random random(7);
  for (const size_t count : {0, 1, 2, 8, 15, 16, 17, 64, 95, 96, 97, 1'020}) {
    std::vector<uint32_t> keys(count);
    // Different ones, up to the largest there may be.
    for (size_t k = 0; k < count; ++k) {
      keys[k] = static_cast<uint32_t>((random.Next() & 0x1FFFFF) << 10 | k);
    }
    if (count > 2) keys[1] = 0x7FFFFFFF;
    std::vector<uint32_t> expected = keys;
    std::sort(expected.begin(), expected.end());
    SortKeys(keys.data(), static_cast<int>(count));
    EXPECT_EQ(keys, expected);
  }
}

TEST(TakeLogarithms, TakesThoseOfLogOf) {
  test::Random random(8);
  std::vector<float> numbers(1'600);
  for (float& number : numbers) {
    // Of every size that is no denormal.
    const auto exponent = static_cast<uint32_t>(1 + random.Next() % 253);
    number = std::bit_cast<float>(exponent << 23 | static_cast<uint32_t>(random.Next() & 0x7FFFFF));
  }
  numbers[0] = 1.0F;
  numbers[1] = 0.70710678F;
  std::vector<float> logarithms(numbers.size());
  TakeLogarithms(numbers.data(), static_cast<int>(numbers.size()), logarithms.data());
  for (size_t k = 0; k < numbers.size(); ++k) {
    const auto expected = static_cast<float>(LogOf(static_cast<double>(numbers[k])));
    EXPECT_EQ(std::bit_cast<uint32_t>(logarithms[k]), std::bit_cast<uint32_t>(expected))
        << numbers[k];
  }
}

TEST(Move, IsApplyAndMoveBackIsUndo) {
  test::Random random(9);
  const Motion motion = {RotationOf(12'345), {700.25F, -31.5F}};
  std::vector<float> x(40);
  std::vector<float> y(40);
  for (float& value : x) value = static_cast<float>(random.Next() % 20'000) / 7.0F;
  for (float& value : y) value = static_cast<float>(random.Next() % 20'000) / 7.0F;
  std::vector<float> moved_x(40);
  std::vector<float> moved_y(40);
  std::vector<float> back_x(40);
  std::vector<float> back_y(40);
  // As many as are asked for, where vectors end amid others.
  Move(motion, {x.data(), y.data()}, 37, {moved_x.data(), moved_y.data()});
  MoveBack(motion, {x.data(), y.data()}, 37, {back_x.data(), back_y.data()});
  for (size_t k = 0; k < 37; ++k) {
    const Point moved = motion.Apply({x[k], y[k]});
    const Point back = motion.Undo({x[k], y[k]});
    EXPECT_EQ(moved_x[k], moved.x);
    EXPECT_EQ(moved_y[k], moved.y);
    EXPECT_EQ(back_x[k], back.x);
    EXPECT_EQ(back_y[k], back.y);
  }
}

TEST(FirstLargest, IsTheFirstOfEqualOnes) {
  std::vector<float> numbers(kCandidatesMax, -1.0F);
  EXPECT_EQ(FirstLargest(numbers.data()), 0);
  numbers[63] = 0.5F;
  EXPECT_EQ(FirstLargest(numbers.data()), 63);
  numbers[30] = 0.5F;
  numbers[29] = 0.25F;
  EXPECT_EQ(FirstLargest(numbers.data()), 30);
}

}  // namespace
}  // namespace taanu::compare
