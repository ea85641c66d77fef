#include "matcher/compare/hull.h"

#include <gtest/gtest.h>

namespace taanu::compare {
namespace {

TEST(Hull, ContainsItsInsideAndItsMargin) {
  const std::vector<Point> square = {{0, 0}, {10, 0}, {10, 10}, {0, 10}, {5, 5}, {10, 5}};
  const Hull hull(square);
  EXPECT_TRUE(hull.Contains({5, 5}, 0));
  EXPECT_TRUE(hull.Contains({10, 10}, 0));
  EXPECT_FALSE(hull.Contains({11, 5}, 0));
  EXPECT_TRUE(hull.Contains({11, 5}, 1.5F));
  EXPECT_FALSE(hull.Contains({5, -2}, 1.5F));
}

TEST(Hull, OfNothingContainsNothing) { EXPECT_FALSE(Hull().Contains({0, 0}, 1000)); }

TEST(Hull, OfOnePointIsThatPoint) {
  const std::vector<Point> points = {{3, 4}, {3, 4}};
  const Hull hull(points);
  EXPECT_TRUE(hull.Contains({3, 4}, 0));
  EXPECT_TRUE(hull.Contains({4, 4}, 1));
  EXPECT_FALSE(hull.Contains({6, 4}, 1));
}

TEST(Hull, OfPointsOnALineIsTheSegment) {
  const std::vector<Point> points = {{0, 0}, {2, 0}, {6, 0}, {10, 0}};
  const Hull hull(points);
  EXPECT_TRUE(hull.Contains({5, 0.5F}, 1));
  EXPECT_FALSE(hull.Contains({5, 3}, 1));
  EXPECT_FALSE(hull.Contains({12, 0}, 1));
  EXPECT_FALSE(hull.Contains({-2, 0}, 1));
}

}  // namespace
}  // namespace taanu::compare
