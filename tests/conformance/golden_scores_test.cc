// Scores over made-up minutiae are, to the last bit, those that are kept in golden_scores.csv.
//
// A change that is meant to change scores raises AlgorithmVersion() and writes the file again:
//   build/release/bin/write_golden_scores > tests/conformance/golden_scores.csv
#include "tests/conformance/golden_scores.h"

#include <gtest/gtest.h>

#include <fstream>

namespace taanu::test {
namespace {

TEST(GoldenScores, AreUnchanged) {
  std::ifstream file(std::string(TAANU_SOURCE_DIR) + "/tests/conformance/golden_scores.csv");
  ASSERT_TRUE(file.good());
  std::vector<std::string> kept;
  for (std::string line; std::getline(file, line);) kept.push_back(line);
  const std::vector<std::string> now = GoldenLines();
  ASSERT_EQ(kept.size(), now.size());
  for (size_t k = 0; k < kept.size(); ++k) {
    EXPECT_EQ(kept[k], now[k]) << "see the head of golden_scores_test.cc";
  }
}

}  // namespace
}  // namespace taanu::test
