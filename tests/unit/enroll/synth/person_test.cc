#include "enroll/synth/person.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace taanu {
namespace {

TEST(PersonTest, NumbersAndFingersOfARegisterAreUnique) {
  std::set<std::string> numbers;
  std::set<uint64_t> fingers;
  for (uint64_t index = 0; index < 20'000; ++index) {
    const SyntheticVoter voter = MakeSyntheticVoter(5, index);
    numbers.insert(voter.data.voter_number);
    for (const SyntheticVoterFinger& finger : voter.fingers) fingers.insert(finger.seed);
  }
  EXPECT_EQ(numbers.size(), 20'000U);
  EXPECT_EQ(fingers.size(), 40'000U);
}

TEST(PersonTest, VoterIsTheSameWhateverElseIsMade) {
  const SyntheticVoter voter = MakeSyntheticVoter(2026, 7);
  const SyntheticVoter again = MakeSyntheticVoter(2026, 7);
  EXPECT_EQ(voter.data.voter_number, again.data.voter_number);
  EXPECT_EQ(voter.data.family_name, again.data.family_name);
  EXPECT_EQ(voter.fingers[1].seed, again.fingers[1].seed);
  EXPECT_NE(voter.data.voter_number, MakeSyntheticVoter(2027, 7).data.voter_number);
  EXPECT_NE(voter.fingers[0].seed, MakeSyntheticVoter(2027, 7).fingers[0].seed);
}

// See SyntheticFingerTest.SameSeedGivesTheSamePixelsEverywhere.
TEST(PersonTest, SameSeedGivesTheSameVoterEverywhere) {
  const SyntheticVoter voter = MakeSyntheticVoter(1, 0);
  EXPECT_EQ(voter.data.voter_number, "96162614059319");
  EXPECT_EQ(voter.data.family_name, "Темиршерова");
  EXPECT_EQ(voter.data.given_names, "Ольга");
  EXPECT_EQ(voter.data.birth_year, 1992);
  EXPECT_EQ(voter.data.precinct_id, "P0005");
  ASSERT_EQ(voter.fingers.size(), 2U);
  EXPECT_EQ(voter.fingers[0].seed, 1228502333127642040U);
}

TEST(PersonTest, EveryFieldIsFilledInAndPlausible) {
  int women = 0;
  std::set<std::string> precincts;
  for (uint64_t index = 0; index < 2000; ++index) {
    const SyntheticVoter voter = MakeSyntheticVoter(9, index, {.precincts = 4});
    EXPECT_TRUE(ValidVoterNumber(voter.data.voter_number)) << voter.data.voter_number;
    EXPECT_EQ(voter.data.voter_number.front(), '9');
    EXPECT_FALSE(voter.data.given_names.empty());
    EXPECT_EQ(voter.data.family_name.ends_with("ова"), voter.data.sex == Sex::kFemale);
    EXPECT_GE(voter.data.birth_year, 1940);
    EXPECT_LE(voter.data.birth_year, 2007);
    women += voter.data.sex == Sex::kFemale ? 1 : 0;
    precincts.insert(voter.data.precinct_id);
  }
  EXPECT_NEAR(women, 1040, 90);
  EXPECT_EQ(precincts, (std::set<std::string>{"P0001", "P0002", "P0003", "P0004"}));
}

TEST(PersonTest, FingersComeInOrderAndOnlyOnce) {
  const SyntheticVoter ten = MakeSyntheticVoter(3, 3, {.fingers = 10});
  ASSERT_EQ(ten.fingers.size(), 10U);
  EXPECT_EQ(ten.fingers[0].position, FingerPosition::kRightIndex);
  EXPECT_EQ(ten.fingers[1].position, FingerPosition::kLeftIndex);
  std::set<FingerPosition> positions;
  for (const SyntheticVoterFinger& finger : ten.fingers) positions.insert(finger.position);
  EXPECT_EQ(positions.size(), 10U);
  EXPECT_EQ(positions.count(FingerPosition::kUnknown), 0U);
  EXPECT_EQ(MakeSyntheticVoter(3, 3, {.fingers = 0}).fingers.size(), 1U);
  EXPECT_EQ(MakeSyntheticVoter(3, 3, {.fingers = 11}).fingers.size(), 10U);
  EXPECT_EQ(MakeSyntheticVoter(3, 3, {.precincts = 0}).data.precinct_id, "P0001");
}

TEST(PersonTest, CheckDigitCatchesEveryWrongDigit) {
  const std::string number = MakeSyntheticVoter(4, 4).data.voter_number;
  ASSERT_TRUE(ValidVoterNumber(number));
  for (size_t i = 0; i < number.size(); ++i) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      if (digit == number[i]) continue;
      std::string wrong = number;
      wrong[i] = digit;
      EXPECT_FALSE(ValidVoterNumber(wrong)) << wrong;
    }
  }
}

TEST(PersonTest, WhatIsNotANumberIsRefused) {
  EXPECT_FALSE(ValidVoterNumber(""));
  EXPECT_FALSE(ValidVoterNumber("9000000000000"));
  EXPECT_FALSE(ValidVoterNumber("900000000000000"));
  EXPECT_FALSE(ValidVoterNumber("9000000000000x"));
  EXPECT_FALSE(ValidVoterNumber("-9000000000000"));
}

}  // namespace
}  // namespace taanu
