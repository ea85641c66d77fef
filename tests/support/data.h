// Where the real fingerprints are, for the tests that use them.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace taanu::test {

// The folder named by TAANU_DATA, or the default beside the source tree.
inline std::filesystem::path DataDir() {
  const char* named = std::getenv("TAANU_DATA");
  return named != nullptr ? named : TAANU_DATA_DEFAULT;
}

inline bool HaveData() { return std::filesystem::exists(DataDir() / "fvc"); }

inline std::vector<uint8_t> ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace taanu::test

// Skips the test, saying so, where the real fingerprints are absent.
#define TAANU_REQUIRE_DATA()                                             \
  if (!taanu::test::HaveData()) {                                        \
    GTEST_SKIP() << "no real fingerprints at " << taanu::test::DataDir() \
                 << "; set TAANU_DATA to the folder that holds them";    \
  }                                                                      \
  static_assert(true)
