// What every command has in common.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/integration/cli/program.h"

namespace taanu {
namespace {

using test::RunTaanu;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST(UsageTest, AWrongCommandLineIsStatusTwoAndOneLineThatSaysWhereToLook) {
  const std::vector<std::vector<std::string>> wrong = {{},
                                                       {"fly"},
                                                       {"compare"},
                                                       {"compare", "--pairs"},
                                                       {"extract", "a.png", "--bad"},
                                                       {"keys"},
                                                       {"compare", "--pairs", "p", "--dpi", "10"}};
  for (const auto& arguments : wrong) {
    const auto run = RunTaanu(arguments);
    EXPECT_EQ(run.status, 2) << run.err;
    EXPECT_THAT(run.out, IsEmpty());
    EXPECT_THAT(run.err, StartsWith("taanu: "));
    EXPECT_THAT(run.err, HasSubstr("--help"));
    EXPECT_EQ(test::Lines(run.err).size(), 1U) << run.err;
  }
}

TEST(UsageTest, EveryCommandHasHelpWithAnExample) {
  const auto help = RunTaanu({"--help"});
  ASSERT_EQ(help.status, 0);
  const size_t list = help.out.find("Subcommands:");
  ASSERT_NE(list, std::string::npos);
  int commands = 0;
  for (const std::string& line : test::Lines(help.out.substr(list))) {
    if (!line.starts_with("  ") || line[2] == ' ') continue;
    const std::string command = line.substr(2, line.find(' ', 2) - 2);
    const auto run = RunTaanu({command, "--help"});
    EXPECT_EQ(run.status, 0) << command;
    EXPECT_THAT(run.out, HasSubstr("Example:\n  taanu " + command)) << command;
    ++commands;
  }
  EXPECT_GE(commands, 5);
}

TEST(UsageTest, TheVersionIsPrinted) {
  const auto run = RunTaanu({"--version"});
  EXPECT_EQ(run.status, 0);
  EXPECT_THAT(run.out, StartsWith("taanu "));
}

}  // namespace
}  // namespace taanu
