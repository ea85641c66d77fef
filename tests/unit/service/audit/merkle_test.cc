#include "service/audit/merkle.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>

#include "enroll/store/sealing.h"
#include "tests/unit/service/audit/reference_tree.h"
#include "tests/unit/service/audit/tree.h"

namespace taanu::test {
namespace {

using merkle::Hash;
using merkle::NodeId;

// The roots of the published leaves, from the same place.
constexpr std::string_view kRoots[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

TEST(MerkleTest, RootsAreThosePublishedForCertificateTransparency) {
  Tree tree;
  EXPECT_EQ(ToHex(*tree.RootAt(0)), kRoots[0]);
  for (size_t i = 0; i < std::size(kPublishedLeaves); ++i) {
    tree.Add(kPublishedLeaves[i]);
    EXPECT_EQ(ToHex(*tree.RootAt(i + 1)), kRoots[i + 1]) << i;
  }
}

TEST(MerkleTest, EveryRootOfTheHistoryIsThatOfTheDefinition) {
  EXPECT_TRUE(rc::check([] {
    Tree tree;
    const auto leaves = *rc::gen::container<std::vector<std::string>>(
        *rc::gen::inRange<size_t>(0, 300), rc::gen::arbitrary<std::string>());
    for (const std::string& leaf : leaves) tree.Add(leaf);
    const std::span<const Hash> hashes(tree.leaves());
    for (size_t size = 0; size <= hashes.size(); ++size) {
      const auto root = tree.RootAt(size);
      RC_ASSERT(root.has_value());
      RC_ASSERT(*root == ReferenceRoot(hashes.first(size)));
    }
    // One node to a leaf, and one more for every pair that is complete.
    RC_ASSERT(tree.node_count() <= 2 * leaves.size());
  }));
}

TEST(MerkleTest, PerfectSubtreesCoverTheLeavesFromLeftToRight) {
  for (const uint64_t size :
       {uint64_t{1}, uint64_t{7}, uint64_t{8}, uint64_t{1} << 62, (uint64_t{1} << 63) - 1}) {
    uint64_t next = 0;
    int level_before = 64;
    for (const NodeId& id : merkle::PerfectSubtrees(size)) {
      EXPECT_LT(id.level, level_before);
      EXPECT_EQ(id.index << id.level, next);
      next += uint64_t{1} << id.level;
      level_before = id.level;
    }
    EXPECT_EQ(next, size);
  }
  EXPECT_TRUE(merkle::PerfectSubtrees(0).empty());
}

TEST(MerkleTest, ANodeThatCannotBeReadIsAnErrorAndNotARoot) {
  Tree tree;
  for (int i = 0; i < 6; ++i) tree.Add("x");
  tree.Forget({2, 0});
  EXPECT_FALSE(tree.RootAt(6));
  EXPECT_TRUE(tree.RootAt(3)) << "an older tree does not need it";
}

TEST(MerkleTest, ALeafCannotPassForANode) {
  const Hash left = merkle::HashLeaf("a");
  const Hash right = merkle::HashLeaf("b");
  std::string joined(left.begin(), left.end());
  joined.append(right.begin(), right.end());
  EXPECT_NE(merkle::HashLeaf(joined), merkle::HashNode(left, right));
}

}  // namespace
}  // namespace taanu::test
