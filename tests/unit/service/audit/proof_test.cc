#include "service/audit/proof.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "enroll/store/sealing.h"
#include "tests/unit/service/audit/reference_tree.h"
#include "tests/unit/service/audit/tree.h"

namespace taanu::test {
namespace {

using merkle::Hash;
using merkle::Proof;

constexpr uint64_t kSizeMax = 64;

std::vector<std::string> Hex(const Proof& proof) {
  std::vector<std::string> text;
  for (const Hash& hash : proof) text.push_back(ToHex(hash));
  return text;
}

Tree PublishedTree() {
  Tree tree;
  for (const std::string& leaf : kPublishedLeaves) tree.Add(leaf);
  return tree;
}

Tree NumberedTree(uint64_t size) {
  Tree tree;
  for (uint64_t i = 0; i < size; ++i) tree.Add(std::to_string(i));
  return tree;
}

Hash Flipped(Hash hash) {
  hash[7] ^= 0x10;
  return hash;
}

// Every proof that a careless or hostile hand could make of a good one.
std::vector<Proof> Changed(const Proof& proof) {
  std::vector<Proof> changed;
  for (size_t i = 0; i < proof.size(); ++i) {
    changed.push_back(proof);
    changed.back()[i] = Flipped(changed.back()[i]);
    changed.push_back(proof);
    changed.back().erase(changed.back().begin() + static_cast<ptrdiff_t>(i));
  }
  for (size_t i = 0; i <= proof.size(); ++i) {
    changed.push_back(proof);
    changed.back().insert(changed.back().begin() + static_cast<ptrdiff_t>(i), Hash{});
  }
  for (size_t i = 1; i < proof.size(); ++i) {
    changed.push_back(proof);
    std::swap(changed.back()[i - 1], changed.back()[i]);
  }
  return changed;
}

struct PublishedProof {
  uint64_t first;  // the index, or the old size
  uint64_t size;
  std::vector<std::string> hashes;
};

// google/certificate-transparency, merkletree/merkle_tree_test.cc, whose indices count from 1.
const PublishedProof kPublishedPaths[] = {
    {0,
     8,
     {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
    {5,
     8,
     {"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
    {2, 3, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
    {1,
     5,
     {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
};
const PublishedProof kPublishedConsistency[] = {
    {1, 1, {}},
    {1,
     8,
     {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
    {6,
     8,
     {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
    {2,
     5,
     {"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
};

TEST(ProofTest, InclusionProofsAreThosePublishedForCertificateTransparency) {
  const Tree tree = PublishedTree();
  for (const PublishedProof& published : kPublishedPaths) {
    const auto proof = merkle::InclusionProof(published.first, published.size, tree.Reader());
    ASSERT_TRUE(proof);
    EXPECT_EQ(Hex(*proof), published.hashes) << published.first << " in " << published.size;
  }
}

TEST(ProofTest, ConsistencyProofsAreThosePublishedForCertificateTransparency) {
  const Tree tree = PublishedTree();
  for (const PublishedProof& published : kPublishedConsistency) {
    const auto proof = merkle::ConsistencyProof(published.first, published.size, tree.Reader());
    ASSERT_TRUE(proof);
    EXPECT_EQ(Hex(*proof), published.hashes) << published.first << " in " << published.size;
  }
}

TEST(ProofTest, EveryInclusionProofUpTo64LeavesIsTheDefinitionsAndHoldsForNothingElse) {
  const Tree tree = NumberedTree(kSizeMax);
  const std::span<const Hash> leaves(tree.leaves());
  for (uint64_t size = 1; size <= kSizeMax; ++size) {
    const Hash root = ReferenceRoot(leaves.first(size));
    for (uint64_t index = 0; index < size; ++index) {
      const auto proof = merkle::InclusionProof(index, size, tree.Reader());
      ASSERT_TRUE(proof);
      ASSERT_EQ(*proof, ReferencePath(index, leaves.first(size))) << index << " in " << size;
      const auto holds = [&](uint64_t at, uint64_t of, const Hash& leaf, const Proof& with,
                             const Hash& under) {
        return merkle::VerifyInclusion(at, of, leaf, with, under).has_value();
      };
      EXPECT_TRUE(holds(index, size, leaves[index], *proof, root)) << index << " in " << size;
      EXPECT_FALSE(holds(index, size, Flipped(leaves[index]), *proof, root));
      EXPECT_FALSE(holds(index, size, leaves[index], *proof, Flipped(root)));
      for (const Proof& changed : Changed(*proof)) {
        EXPECT_FALSE(holds(index, size, leaves[index], changed, root)) << index << " in " << size;
      }
      for (uint64_t other = 0; other < size; ++other) {
        EXPECT_EQ(holds(other, size, leaves[index], *proof, root), other == index);
      }
    }
  }
}

TEST(ProofTest, EveryConsistencyProofUpTo64LeavesIsTheDefinitionsAndHoldsForNothingElse) {
  const Tree tree = NumberedTree(kSizeMax);
  const std::span<const Hash> leaves(tree.leaves());
  for (uint64_t size = 1; size <= kSizeMax; ++size) {
    const Hash root = ReferenceRoot(leaves.first(size));
    for (uint64_t old_size = 1; old_size <= size; ++old_size) {
      const Hash old_root = ReferenceRoot(leaves.first(old_size));
      const auto proof = merkle::ConsistencyProof(old_size, size, tree.Reader());
      ASSERT_TRUE(proof);
      ASSERT_EQ(*proof, ReferenceSubproof(old_size, leaves.first(size), true))
          << old_size << " in " << size;
      const auto holds = [&](uint64_t from, const Hash& before, const Hash& after,
                             const Proof& with) {
        return merkle::VerifyConsistency(from, size, before, after, with).has_value();
      };
      EXPECT_TRUE(holds(old_size, old_root, root, *proof)) << old_size << " in " << size;
      EXPECT_FALSE(holds(old_size, Flipped(old_root), root, *proof)) << old_size << " in " << size;
      EXPECT_FALSE(holds(old_size, old_root, Flipped(root), *proof)) << old_size << " in " << size;
      for (const Proof& changed : Changed(*proof)) {
        EXPECT_FALSE(holds(old_size, old_root, root, changed)) << old_size << " in " << size;
      }
      for (uint64_t other = 0; other <= size + 1; ++other) {
        EXPECT_EQ(holds(other, old_root, root, *proof), other == old_size)
            << other << " for " << old_size << " in " << size;
      }
    }
  }
}

TEST(ProofTest, EveryTreeBeginsWithTheEmptyOne) {
  const Tree tree = NumberedTree(5);
  const auto proof = merkle::ConsistencyProof(0, 5, tree.Reader());
  ASSERT_TRUE(proof);
  EXPECT_TRUE(proof->empty());
  EXPECT_TRUE(merkle::VerifyConsistency(0, 5, merkle::EmptyRoot(), *tree.RootAt(5), *proof));
  EXPECT_FALSE(merkle::VerifyConsistency(0, 5, Hash{}, *tree.RootAt(5), *proof));
  EXPECT_FALSE(
      merkle::VerifyConsistency(0, 5, merkle::EmptyRoot(), *tree.RootAt(5), std::vector<Hash>(1)));
}

TEST(ProofTest, WhatIsOutsideOfTheTreeHasNoProof) {
  const Tree tree = NumberedTree(5);
  EXPECT_EQ(merkle::InclusionProof(5, 5, tree.Reader()).error().reason, "BAD_INDEX");
  EXPECT_EQ(merkle::InclusionProof(0, 0, tree.Reader()).error().reason, "BAD_INDEX");
  EXPECT_EQ(merkle::ConsistencyProof(5, 4, tree.Reader()).error().reason, "BAD_SIZE");
  EXPECT_FALSE(merkle::InclusionProof(0, 6, tree.Reader())) << "a node is missing";
  EXPECT_FALSE(merkle::VerifyInclusion(5, 5, Hash{}, {}, Hash{}));
  EXPECT_FALSE(merkle::VerifyConsistency(6, 5, Hash{}, Hash{}, {}));
}

// A proof of a tree of any size that fits is taken apart in 64 steps, and reads no more than that
// many nodes of each of the two sides of the place where the trees part.
TEST(ProofTest, ProofsOfHugeTreesReadFewNodes) {
  constexpr uint64_t kHuge = (uint64_t{1} << 62) - 1;
  int reads = 0;
  const merkle::NodeReader count = [&reads](const merkle::NodeId&) -> Result<Hash> {
    ++reads;
    return Hash{};
  };
  const auto path = merkle::InclusionProof(0, kHuge, count);
  ASSERT_TRUE(path);
  EXPECT_EQ(path->size(), 62U);
  EXPECT_LE(reads, 128);
  reads = 0;
  const auto proof = merkle::ConsistencyProof(kHuge / 3, kHuge, count);
  ASSERT_TRUE(proof);
  EXPECT_LE(proof->size(), 64U);
  EXPECT_LE(reads, 128);
  const Proof endless(1000);
  EXPECT_FALSE(merkle::VerifyInclusion(1, kHuge, Hash{}, endless, Hash{}));
  EXPECT_FALSE(merkle::VerifyConsistency(3, kHuge, Hash{}, Hash{}, endless));
}

}  // namespace
}  // namespace taanu::test
