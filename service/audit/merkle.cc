#include "service/audit/merkle.h"

#include <sodium.h>

#include <bit>

namespace taanu::merkle {
namespace {

constexpr uint8_t kLeafPrefix = 0x00;
constexpr uint8_t kNodePrefix = 0x01;
static_assert(crypto_hash_sha256_BYTES == std::tuple_size_v<Hash>);

}  // namespace

Hash HashLeaf(std::string_view leaf) {
  Hash hash{};
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  crypto_hash_sha256_update(&state, &kLeafPrefix, 1);
  crypto_hash_sha256_update(&state, reinterpret_cast<const uint8_t*>(leaf.data()), leaf.size());
  crypto_hash_sha256_final(&state, hash.data());
  return hash;
}

Hash HashNode(const Hash& left, const Hash& right) {
  Hash hash{};
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  crypto_hash_sha256_update(&state, &kNodePrefix, 1);
  crypto_hash_sha256_update(&state, left.data(), left.size());
  crypto_hash_sha256_update(&state, right.data(), right.size());
  crypto_hash_sha256_final(&state, hash.data());
  return hash;
}

Hash EmptyRoot() {
  Hash hash{};
  crypto_hash_sha256(hash.data(), nullptr, 0);
  return hash;
}

std::vector<NodeId> PerfectSubtrees(uint64_t size) {
  std::vector<NodeId> subtrees;
  for (uint64_t done = 0; done < size;) {
    const int level = std::bit_width(size - done) - 1;
    subtrees.push_back({level, done >> level});
    done += uint64_t{1} << level;
  }
  return subtrees;
}

Result<std::vector<Node>> Append(uint64_t size, const Hash& leaf_hash, const NodeReader& read) {
  std::vector<Node> added = {{{0, size}, leaf_hash}};
  // An odd index is a right child: its parent is complete now, and so on upwards.
  while ((added.back().id.index & 1) != 0) {
    const NodeId right = added.back().id;
    TAANU_ASSIGN_OR_RETURN(const Hash left, read({right.level, right.index - 1}));
    added.push_back({{right.level + 1, right.index >> 1}, HashNode(left, added.back().hash)});
  }
  return added;
}

Result<Hash> Root(uint64_t size, const NodeReader& read) {
  if (size == 0) return EmptyRoot();
  const std::vector<NodeId> subtrees = PerfectSubtrees(size);
  // RFC 6962 splits at the largest power of two, so the subtrees are joined from the right.
  TAANU_ASSIGN_OR_RETURN(Hash root, read(subtrees.back()));
  for (size_t i = subtrees.size() - 1; i-- > 0;) {
    TAANU_ASSIGN_OR_RETURN(const Hash left, read(subtrees[i]));
    root = HashNode(left, root);
  }
  return root;
}

Result<RunningRoot> RunningRoot::After(uint64_t size, const NodeReader& read) {
  RunningRoot root;
  root.size_ = size;
  for (const NodeId& id : PerfectSubtrees(size)) {
    TAANU_ASSIGN_OR_RETURN(root.subtrees_.emplace_back(), read(id));
  }
  return root;
}

std::vector<Node> RunningRoot::Add(const Hash& leaf_hash) {
  std::vector<Node> completed;
  Hash hash = leaf_hash;
  // Every bit that is set is a subtree of that size, which the new one completes.
  for (uint64_t bits = size_; (bits & 1) != 0; bits >>= 1) {
    hash = HashNode(subtrees_.back(), hash);
    subtrees_.pop_back();
    const int level = static_cast<int>(completed.size()) + 1;
    completed.push_back({{level, size_ >> level}, hash});
  }
  subtrees_.push_back(hash);
  ++size_;
  return completed;
}

Hash RunningRoot::Get() const {
  if (subtrees_.empty()) return EmptyRoot();
  Hash root = subtrees_.back();
  for (size_t i = subtrees_.size() - 1; i-- > 0;) root = HashNode(subtrees_[i], root);
  return root;
}

}  // namespace taanu::merkle
