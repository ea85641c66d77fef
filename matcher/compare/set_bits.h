// What brings the chosen elements of a vector to its front: Highway's own way, Compress, copies its
// table at every call where the compiler is GCC 12.
//
// Thread-safety: constants.
#pragma once

#include <array>
#include <cstddef>

namespace taanu::compare {

template <typename T>
constexpr std::array<std::array<T, 8>, 256> SetBits() {
  std::array<std::array<T, 8>, 256> set{};
  for (size_t bits = 0; bits < set.size(); ++bits) {
    size_t count = 0;
    for (int k = 0; k < 8; ++k) {
      if ((bits >> k & 1) != 0) set[bits][count++] = static_cast<T>(k);
    }
  }
  return set;
}

// At [bits] which of eight bits are set, the lowest first, then zeros.
template <typename T>
alignas(64) inline constexpr std::array<std::array<T, 8>, 256> kSetBits = SetBits<T>();

}  // namespace taanu::compare
