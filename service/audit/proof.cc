#include "service/audit/proof.h"

#include <algorithm>
#include <bit>
#include <string>

namespace taanu::merkle {
namespace {

// The root of the leaves from `begin` up to `end`, which are a subtree that RFC 6962 splits a tree
// into: `begin` is a multiple of the power of two at or above their number.
Result<Hash> SubtreeRoot(uint64_t begin, uint64_t end, const NodeReader& read) {
  return Root(end - begin, [&](const NodeId& id) {
    return read({id.level, (begin >> id.level) + id.index});
  });
}

// Where RFC 6962 splits the leaves from `begin` up to `end`, at least two.
uint64_t SplitPoint(uint64_t begin, uint64_t end) {
  return begin + std::bit_floor(end - begin - 1);
}

tl::unexpected<Error> NotIncluded() {
  return Fail(ErrorCode::kRefused, "NOT_INCLUDED",
              "the proof does not show that the entry is in the log at this place");
}

tl::unexpected<Error> NotConsistent() {
  return Fail(ErrorCode::kRefused, "NOT_CONSISTENT",
              "the proof does not show that the later log begins with the earlier one");
}

// The place of a node on its level, and of the last node of that level, while both go upwards.
struct Climb {
  uint64_t node;
  uint64_t last;

  bool IsRightChild() const { return (node & 1) != 0; }
  void Up() {
    node >>= 1;
    last >>= 1;
  }
  // A node without a sibling is its own parent: upwards to where it has one on its left, or is
  // the root.
  void UpToRightChild() {
    while (node != 0 && !IsRightChild()) Up();
  }
};

}  // namespace

Result<Proof> InclusionProof(uint64_t index, uint64_t size, const NodeReader& read) {
  if (index >= size) {
    return Fail(ErrorCode::kBadInput, "BAD_INDEX",
                "index: must be below the number of entries, " + std::to_string(size));
  }
  Proof proof;
  for (uint64_t begin = 0, end = size; end - begin > 1;) {
    const uint64_t split = SplitPoint(begin, end);
    const bool left = index < split;
    TAANU_ASSIGN_OR_RETURN(proof.emplace_back(),
                           left ? SubtreeRoot(split, end, read) : SubtreeRoot(begin, split, read));
    (left ? end : begin) = split;
  }
  std::ranges::reverse(proof);
  return proof;
}

Result<Proof> ConsistencyProof(uint64_t old_size, uint64_t new_size, const NodeReader& read) {
  if (old_size > new_size) {
    return Fail(ErrorCode::kBadInput, "BAD_SIZE",
                "old_size: must not be above that of the later log, " + std::to_string(new_size));
  }
  Proof proof;
  if (old_size == 0) return proof;
  uint64_t begin = 0;
  uint64_t end = new_size;
  while (end != old_size) {
    const uint64_t split = SplitPoint(begin, end);
    const bool left = old_size <= split;
    TAANU_ASSIGN_OR_RETURN(proof.emplace_back(),
                           left ? SubtreeRoot(split, end, read) : SubtreeRoot(begin, split, read));
    (left ? end : begin) = split;
  }
  // The subtree in which the old tree ends; whoever checks knows it where it is all of that tree.
  if (begin != 0) {
    TAANU_ASSIGN_OR_RETURN(proof.emplace_back(), SubtreeRoot(begin, end, read));
  }
  std::ranges::reverse(proof);
  return proof;
}

Status VerifyInclusion(uint64_t index, uint64_t size, const Hash& leaf_hash,
                       std::span<const Hash> proof, const Hash& root) {
  if (index >= size) return NotIncluded();
  Climb climb{index, size - 1};
  Hash hash = leaf_hash;
  for (const Hash& sibling : proof) {
    if (climb.last == 0) return NotIncluded();
    if (climb.IsRightChild() || climb.node == climb.last) {
      hash = HashNode(sibling, hash);
      climb.UpToRightChild();
    } else {
      hash = HashNode(hash, sibling);
    }
    climb.Up();
  }
  if (climb.last != 0 || hash != root) return NotIncluded();
  return {};
}

Status VerifyConsistency(uint64_t old_size, uint64_t new_size, const Hash& old_root,
                         const Hash& new_root, std::span<const Hash> proof) {
  if (old_size > new_size) return NotConsistent();
  if (old_size == new_size) {
    if (!proof.empty() || old_root != new_root) return NotConsistent();
    return {};
  }
  if (old_size == 0) {
    if (!proof.empty() || old_root != EmptyRoot()) return NotConsistent();
    return {};
  }
  Climb climb{old_size - 1, new_size - 1};
  while (climb.IsRightChild()) climb.Up();
  // A perfect old tree is itself the first hash.
  const bool perfect = std::has_single_bit(old_size);
  if (!perfect && proof.empty()) return NotConsistent();
  Hash old_hash = perfect ? old_root : proof.front();
  Hash new_hash = old_hash;
  for (const Hash& sibling : perfect ? proof : proof.subspan(1)) {
    if (climb.last == 0) return NotConsistent();
    if (climb.IsRightChild() || climb.node == climb.last) {
      old_hash = HashNode(sibling, old_hash);
      new_hash = HashNode(sibling, new_hash);
      climb.UpToRightChild();
    } else {
      new_hash = HashNode(new_hash, sibling);
    }
    climb.Up();
  }
  if (climb.last != 0 || old_hash != old_root || new_hash != new_root) return NotConsistent();
  return {};
}

}  // namespace taanu::merkle
