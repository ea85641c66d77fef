// The draw against values that other programs compute: sha256sum of the system, and the published
// test cases of Rivest's sampler.
#include "service/reconcile/draw.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <set>

namespace taanu::reconcile {
namespace {

using testing::ElementsAre;

// Identifiers of equal length, so that their order is that of their numbers.
std::vector<std::string> Precincts(size_t count) {
  std::vector<std::string> ids;
  for (size_t i = 1; i <= count; ++i) {
    char text[16];
    std::snprintf(text, sizeof(text), "P%06zu", i);
    ids.emplace_back(text);
  }
  return ids;
}

std::vector<uint64_t> Numbers(const Draw& draw, size_t count) {
  std::vector<uint64_t> numbers;
  for (size_t i = 0; i < count; ++i) numbers.push_back(draw.steps.at(i).number);
  return numbers;
}

// What `printf '%s' TEXT | sha256sum` prints.
std::string FromShell(const std::string& text) {
  const std::string command = "printf '%s' '" + text + "' | sha256sum";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  char line[128] = {};
  if (pipe == nullptr || std::fgets(line, sizeof(line), pipe.get()) == nullptr) return "";
  return std::string(line).substr(0, 64);
}

// A number of the draw as bc computes it, without any code of ours.
std::string NumberFromShell(const std::string& text, size_t total) {
  const std::string command = "echo \"ibase=16; $(printf '%s' '" + text +
                              "' | sha256sum | cut -c1-64 | tr a-f A-F) % $(printf '%X' " +
                              std::to_string(total) + ") + 1\" | BC_LINE_LENGTH=0 bc";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  char line[128] = {};
  if (pipe == nullptr || std::fgets(line, sizeof(line), pipe.get()) == nullptr) return "";
  std::string number(line);
  number.erase(number.find_last_not_of('\n') + 1);
  return number;
}

// github.com/cjerdonek/rivest-sampler-tests, tests.json: sampling with repetition from 1 to total,
// which the steps are.
TEST(DrawTest, TheNumbersAreThoseOfThePublishedTestCasesOfRivestsSampler) {
  const auto first_three = [](const std::string& seed, size_t total, size_t count) {
    return Numbers(*DrawPrecincts(seed, "", Precincts(total), count), 3);
  };
  EXPECT_THAT(first_three("0", 1000, 3), ElementsAre(905, 573, 160));
  EXPECT_THAT(first_three("0", 2, 2), ElementsAre(1, 1, 2));
  EXPECT_THAT(first_three("1", 1000, 3), ElementsAre(97, 89, 163));
  EXPECT_THAT(first_three("0000000000", 1000, 3), ElementsAre(978, 359, 132));
  EXPECT_THAT(first_three("999999999999999999999999", 1000, 3), ElementsAre(544, 800, 654));
  EXPECT_THAT(first_three("abcde", 1000, 3), ElementsAre(247, 427, 157));
}

TEST(DrawTest, EveryHashIsThatOfSha256sumAndEveryNumberCanBeComputedInAShell) {
  const Draw draw = *DrawPrecincts("3 1 6 6 2 5 Бишкек", "", Precincts(37), 5);
  const bool has_bc = std::system("command -v bc > /dev/null") == 0;
  for (const DrawStep& step : draw.steps) {
    EXPECT_EQ(step.sha256, FromShell(step.text)) << step.text;
    if (has_bc) {
      EXPECT_EQ(std::to_string(step.number), NumberFromShell(step.text, 37)) << step.text;
    }
  }
  EXPECT_EQ(draw.steps[1].text, "3 1 6 6 2 5 Бишкек,2");
  EXPECT_EQ(draw.list_sha256.size(), 64U);
}

TEST(DrawTest, ARepeatedPrecinctIsPassedOverUntilEnoughAreDrawn) {
  const Draw draw = *DrawPrecincts("0", "", Precincts(2), 2);
  ASSERT_EQ(draw.steps.size(), 3U);
  EXPECT_TRUE(draw.steps[1].repeated);
  EXPECT_THAT(draw.drawn, ElementsAre("P000001", "P000002"));
  const Draw all = *DrawPrecincts("seed", "", Precincts(50), 50);
  EXPECT_EQ(std::set<std::string>(all.drawn.begin(), all.drawn.end()).size(), 50U);
}

TEST(DrawTest, TheOrderOfTheListDoesNotMatterAndTheStratumDoes) {
  std::vector<std::string> turned = Precincts(100);
  std::reverse(turned.begin(), turned.end());
  const Draw one = *DrawPrecincts("s", "", Precincts(100), 10);
  EXPECT_EQ(one.drawn, DrawPrecincts("s", "", turned, 10)->drawn);
  const Draw stratum = *DrawPrecincts("s", "Osh", Precincts(100), 10);
  EXPECT_EQ(stratum.steps[0].text, "s,Osh,1");
  EXPECT_NE(stratum.drawn, one.drawn);
}

TEST(DrawTest, WhatCannotBeDrawnIsRefused) {
  EXPECT_EQ(DrawPrecincts("", "", Precincts(3), 1).error().reason, "BAD_SEED");
  EXPECT_EQ(DrawPrecincts("a\nb", "", Precincts(3), 1).error().reason, "BAD_SEED");
  EXPECT_EQ(DrawPrecincts(std::string(kSeedBytesMax + 1, '1'), "", Precincts(3), 1).error().reason,
            "BAD_SEED");
  EXPECT_EQ(DrawPrecincts("s", "", Precincts(3), 0).error().reason, "BAD_COUNT");
  EXPECT_EQ(DrawPrecincts("s", "", Precincts(3), 4).error().reason, "BAD_COUNT");
  EXPECT_EQ(DrawPrecincts("s", "", {}, 1).error().reason, "BAD_COUNT");
  EXPECT_EQ(DrawPrecincts("s", "", {"A", "B", "A"}, 1).error().reason, "BAD_LIST");
}

TEST(DrawTest, ALongNumberIsTakenModuloAnything) {
  EXPECT_EQ(HexModulo("ff", 10), 5U);
  EXPECT_EQ(HexModulo("ffffffffffffffffffffffffffffffff", uint64_t{1} << 32), 0xffffffffU);
  EXPECT_EQ(HexModulo("123", 1), 0U);
}

}  // namespace
}  // namespace taanu::reconcile
