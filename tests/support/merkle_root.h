// The root of a log, computed from its leaves as anyone can (RFC 6962 section 2.1).
#pragma once

#include <span>
#include <string>

#include "service/audit/merkle.h"

namespace taanu::test {

// Splits at the largest power of two below the size, as the RFC's definition does; it shares only
// the two hash functions with the code under test.
inline merkle::Hash RootOf(std::span<const std::string> leaves) {
  if (leaves.empty()) return merkle::EmptyRoot();
  if (leaves.size() == 1) return merkle::HashLeaf(leaves.front());
  size_t split = 1;
  while (split * 2 < leaves.size()) split *= 2;
  return merkle::HashNode(RootOf(leaves.first(split)), RootOf(leaves.subspan(split)));
}

}  // namespace taanu::test
