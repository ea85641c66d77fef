#include "matcher/compare/cylinder.h"

#include <gtest/gtest.h>

#include "matcher/compare/angle_math.h"
#include "matcher/compare/prepared.h"
#include "tests/conformance/synthetic_views.h"

namespace taanu::compare {
namespace {

TEST(Cylinder, IsMostLikeItself) {
  const Prepared print(test::SyntheticView(1, 40));
  const auto& cylinders = print.data().cylinders;
  for (size_t i = 0; i < cylinders.size(); ++i) {
    const int own = Similarity(cylinders[i], cylinders[i], 1);
    for (size_t k = 0; k < cylinders.size(); ++k) {
      EXPECT_LE(Similarity(cylinders[i], cylinders[k], 1), own);
    }
  }
}

TEST(Cylinder, IsSymmetric) {
  const Prepared a(test::SyntheticView(1, 30));
  const Prepared b(test::SyntheticView(2, 30));
  for (const Cylinder& x : a.data().cylinders) {
    for (const Cylinder& y : b.data().cylinders) {
      EXPECT_EQ(Similarity(x, y, 12), Similarity(y, x, 12));
    }
  }
}

TEST(Cylinder, PlanesCountTheLayers) {
  const Prepared print(test::SyntheticView(3, 60));
  for (const Cylinder& c : print.data().cylinders) {
    int bits = 0;
    for (const uint64_t layer : c.layers) bits += std::popcount(layer);
    int counted = 0;
    for (int k = 0; k < 3; ++k) counted += std::popcount(c.planes[k]) << k;
    EXPECT_EQ(bits, counted);
    for (const uint64_t layer : c.layers) EXPECT_EQ(layer & ~c.valid, 0u);
  }
}

TEST(Cylinder, OfALoneMinutiaIsLikeNothing) {
  const Prepared lone(test::SyntheticView(1, 1));
  const Cylinder& c = lone.data().cylinders.at(0);
  EXPECT_EQ(Similarity(c, c, 12), 0);
}

}  // namespace
}  // namespace taanu::compare
