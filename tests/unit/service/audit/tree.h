// A tree in memory, grown as the log grows one in its tables.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "service/audit/merkle.h"

namespace taanu::test {

class Tree {
 public:
  void Add(std::string_view leaf) {
    const merkle::Hash hash = merkle::HashLeaf(leaf);
    auto added = merkle::Append(leaves_.size(), hash, Reader());
    ASSERT_TRUE(added);
    for (const merkle::Node& node : *added) {
      ASSERT_TRUE(nodes_.emplace(node.id, node.hash).second) << "a node was written twice";
    }
    leaves_.push_back(hash);
  }
  Result<merkle::Hash> RootAt(uint64_t size) const { return merkle::Root(size, Reader()); }
  const std::vector<merkle::Hash>& leaves() const { return leaves_; }
  size_t node_count() const { return nodes_.size(); }
  void Forget(const merkle::NodeId& id) { nodes_.erase(id); }

  merkle::NodeReader Reader() const {
    return [this](const merkle::NodeId& id) -> Result<merkle::Hash> {
      const auto node = nodes_.find(id);
      if (node == nodes_.end()) return Fail(ErrorCode::kInternal, "NO_NODE", "no such node");
      return node->second;
    };
  }

 private:
  std::vector<merkle::Hash> leaves_;
  std::map<merkle::NodeId, merkle::Hash> nodes_;
};

// The leaves by which implementations of Certificate Transparency are tested, from
// google/certificate-transparency (merkletree/merkle_tree_test.cc) on.
inline const std::string kPublishedLeaves[] = {
    "",
    std::string("\x00", 1),
    "\x10",
    "\x20\x21",
    "\x30\x31",
    "\x40\x41\x42\x43",
    "\x50\x51\x52\x53\x54\x55\x56\x57",
    "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
};

}  // namespace taanu::test
