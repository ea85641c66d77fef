// Proofs about the log's tree: that an entry is in it, and that a later tree begins with an earlier
// one. Whoever checks them needs the roots, from signed checkpoints, and nothing of this program.
//
// Sources: RFC 6962 sections 2.1.1 (audit paths) and 2.1.2 (consistency proofs) for what a proof
// consists of; RFC 9162 sections 2.1.3.2 and 2.1.4.2 for checking them step by step.
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "matcher/error.h"
#include "service/audit/merkle.h"

namespace taanu::merkle {

// The hashes of a proof, from the leaves towards the root: at most 64.
using Proof = std::vector<Hash>;

// The proof that leaf `index` is in the tree of the first `size` leaves. Reads at most 128 nodes.
// Errors: kBadInput (BAD_INDEX) unless index < size; those of `read`.
Result<Proof> InclusionProof(uint64_t index, uint64_t size, const NodeReader& read);

// The proof that the tree of the first `new_size` leaves begins with that of the first `old_size`.
// Empty where the sizes are the same, and where the old tree is empty, with which every tree
// begins. Reads at most 128 nodes. Errors: kBadInput (BAD_SIZE) unless old_size <= new_size; those
// of `read`.
Result<Proof> ConsistencyProof(uint64_t old_size, uint64_t new_size, const NodeReader& read);

// Errors: kRefused (NOT_INCLUDED) where the proof does not show that the leaf is in the tree.
Status VerifyInclusion(uint64_t index, uint64_t size, const Hash& leaf_hash,
                       std::span<const Hash> proof, const Hash& root);

// Errors: kRefused (NOT_CONSISTENT) where the proof does not show that the new tree begins with the
// old one.
Status VerifyConsistency(uint64_t old_size, uint64_t new_size, const Hash& old_root,
                         const Hash& new_root, std::span<const Hash> proof);

}  // namespace taanu::merkle
