// Tree hash, audit path and consistency proof straight from their definitions (RFC 6962 section
// 2.1), by recursion over all leaves at once: what the log's tree and its proofs are checked
// against.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "service/audit/merkle.h"

namespace taanu::test {

inline merkle::Hash ReferenceRoot(std::span<const merkle::Hash> leaf_hashes) {
  if (leaf_hashes.empty()) return merkle::EmptyRoot();
  if (leaf_hashes.size() == 1) return leaf_hashes[0];
  const size_t split = std::bit_floor(leaf_hashes.size() - 1);
  return merkle::HashNode(ReferenceRoot(leaf_hashes.first(split)),
                          ReferenceRoot(leaf_hashes.subspan(split)));
}

// PATH(m, D[n]), section 2.1.1.
inline std::vector<merkle::Hash> ReferencePath(size_t index, std::span<const merkle::Hash> leaves) {
  if (leaves.size() <= 1) return {};
  const size_t split = std::bit_floor(leaves.size() - 1);
  const auto left = leaves.first(split);
  const auto right = leaves.subspan(split);
  auto path = index < split ? ReferencePath(index, left) : ReferencePath(index - split, right);
  path.push_back(ReferenceRoot(index < split ? right : left));
  return path;
}

// SUBPROOF(m, D[n], b), section 2.1.2; PROOF(m, D[n]) is that with `whole` true.
inline std::vector<merkle::Hash> ReferenceSubproof(size_t old_size,
                                                   std::span<const merkle::Hash> leaves,
                                                   bool whole) {
  if (old_size == leaves.size()) {
    if (whole) return {};
    return {ReferenceRoot(leaves)};
  }
  const size_t split = std::bit_floor(leaves.size() - 1);
  const auto left = leaves.first(split);
  const auto right = leaves.subspan(split);
  const bool in_left = old_size <= split;
  auto proof = in_left ? ReferenceSubproof(old_size, left, whole)
                       : ReferenceSubproof(old_size - split, right, false);
  proof.push_back(ReferenceRoot(in_left ? right : left));
  return proof;
}

}  // namespace taanu::test
