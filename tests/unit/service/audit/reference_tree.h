// The Merkle tree hash straight from its definition (RFC 6962 section 2.1), over all leaves at
// once: what the tree of the log is checked against.
#pragma once

#include <bit>
#include <span>

#include "service/audit/merkle.h"

namespace taanu::test {

inline merkle::Hash ReferenceRoot(std::span<const merkle::Hash> leaf_hashes) {
  if (leaf_hashes.empty()) return merkle::EmptyRoot();
  if (leaf_hashes.size() == 1) return leaf_hashes[0];
  const size_t split = std::bit_floor(leaf_hashes.size() - 1);
  return merkle::HashNode(ReferenceRoot(leaf_hashes.first(split)),
                          ReferenceRoot(leaf_hashes.subspan(split)));
}

}  // namespace taanu::test
