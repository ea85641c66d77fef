// The Merkle tree of the audit log, over whatever keeps its nodes.
//
// Source: RFC 6962 section 2.1. A leaf's hash is SHA-256(0x00 || leaf), a node's is
// SHA-256(0x01 || left || right). A node of level L and index I is the root of the leaves
// I * 2^L up to (I + 1) * 2^L; a node exists once all of them do, and then never changes, so that
// every tree of the log's history can be computed from the same nodes.
// Thread-safety: pure functions; a RunningRoot belongs to one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "matcher/error.h"

namespace taanu::merkle {

using Hash = std::array<uint8_t, 32>;

struct NodeId {
  int level = 0;  // 0: a leaf
  uint64_t index = 0;

  friend auto operator<=>(const NodeId&, const NodeId&) = default;
};

struct Node {
  NodeId id;
  Hash hash{};
};

// Gives the hash of a node that exists.
using NodeReader = std::function<Result<Hash>(const NodeId&)>;

Hash HashLeaf(std::string_view leaf);
Hash HashNode(const Hash& left, const Hash& right);
// The root of the tree without leaves: the hash of nothing.
Hash EmptyRoot();

// The roots of the perfect subtrees that a tree of `size` leaves falls into, from left to right: at
// most 64.
std::vector<NodeId> PerfectSubtrees(uint64_t size);

// The nodes that come to exist when the leaf of `leaf_hash` is added to a tree of `size` leaves:
// the leaf itself, then those above it that it completes. Reads at most 63 nodes.
Result<std::vector<Node>> Append(uint64_t size, const Hash& leaf_hash, const NodeReader& read);

// The root of the tree of the first `size` leaves. Reads at most 64 nodes.
Result<Hash> Root(uint64_t size, const NodeReader& read);

// Computes the root of leaves that come one after the other, in the memory of one path.
class RunningRoot {
 public:
  RunningRoot() = default;
  // Goes on where the first `size` leaves end, whose nodes `read` gives. Errors: those of `read`.
  static Result<RunningRoot> After(uint64_t size, const NodeReader& read);

  // Gives the nodes above the leaves that it completes.
  std::vector<Node> Add(const Hash& leaf_hash);
  uint64_t size() const { return size_; }
  // Of the leaves so far.
  Hash Get() const;

 private:
  uint64_t size_ = 0;
  // The roots of the perfect subtrees so far, from left to right: one for each bit of size_.
  std::vector<Hash> subtrees_;
};

}  // namespace taanu::merkle
