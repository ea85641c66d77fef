#include "matcher/evaluate/protocol.h"

#include <gtest/gtest.h>

#include <vector>

namespace taanu {
namespace {

TEST(ParsePrintName, ReadsFingerAndImpression) {
  EXPECT_EQ(ParsePrintName("101_8"), (PrintName{101, 8}));
  EXPECT_EQ(ParsePrintName("0_0"), (PrintName{0, 0}));
  EXPECT_EQ(ParsePrintName("999999999_007"), (PrintName{999'999'999, 7}));
}

TEST(ParsePrintName, RefusesEveryOtherText) {
  for (const char* text : {"", "_", "101", "101_", "_8", "101_8_1", "101-8", "-1_2", "1_+2", " 1_2",
                           "1_2 ", "1_0x2", "1000000000_1", "1_1000000000", "a_b"}) {
    EXPECT_EQ(ParsePrintName(text), std::nullopt) << text;
  }
}

TEST(AllPairs, OfTenFingersWithEightImpressionsAre280MatedAnd2880NonMated) {
  std::vector<PrintName> names;
  for (int finger = 110; finger > 100; --finger) {
    for (int impression = 1; impression <= 8; ++impression) names.push_back({finger, impression});
  }
  uint32_t fingers = 0;
  const auto numbers = NumberFingers(names, &fingers);
  EXPECT_EQ(fingers, 10u);
  EXPECT_EQ(numbers.front(), 9u);
  EXPECT_EQ(numbers.back(), 0u);
  size_t mated = 0;
  const auto pairs = AllPairs(80);
  for (const ImpressionPair& pair : pairs) {
    EXPECT_LT(pair.probe, pair.reference);
    if (numbers[pair.probe] == numbers[pair.reference]) ++mated;
  }
  EXPECT_EQ(mated, 280u);
  EXPECT_EQ(pairs.size() - mated, 2880u);
}

TEST(AllPairs, OfFewerThanTwoThereAreNone) {
  EXPECT_TRUE(AllPairs(0).empty());
  EXPECT_TRUE(AllPairs(1).empty());
}

}  // namespace
}  // namespace taanu
