// `taanu synth`, `load` and `demo`, as the quick start runs them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "tests/integration/load/taanu_command.h"
#include "tests/support/election.h"

namespace taanu::test {
namespace {

using ::testing::HasSubstr;

class Demonstration : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string output;
    ASSERT_EQ(RunToEnd({TAANU_BIN_DIR "/taanu", "synth", "--voters", "8", "--precincts", "2",
                        "--fingers", "2", "--probes", "2", "--out", folder()},
                       &output),
              0)
        << output;
    const CommandResult loaded =
        RunTaanu(election_.socket(), {"load", folder() + "/manifest.csv", "--create-precincts"});
    ASSERT_EQ(loaded.status, 0) << loaded.output;
  }
  std::string folder() const { return (election_.folder() / "register").string(); }
  CommandResult Demo(const std::vector<std::string>& more = {},
                     const std::string& impostors = "2") {
    std::vector<std::string> arguments = {"demo", "--dir",       folder(),  "--voters",
                                          "4",    "--impostors", impostors, "--second-attempts",
                                          "2"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunTaanu(election_.socket(), arguments);
  }

  Election election_;
};

TEST_F(Demonstration, EveryDecisionIsWhatItShouldBe) {
  const CommandResult played = Demo({"--json"});
  EXPECT_EQ(played.status, 0) << played.output;
  const nlohmann::json report = played.Json();
  EXPECT_EQ(report["accredited"], 4);
  EXPECT_EQ(report["outcomes"]["ACCREDITED"], 4);
  EXPECT_EQ(report["outcomes"]["ALREADY_ACCREDITED"], 2);
  EXPECT_GE(report["outcomes"]["NO_MATCH"], 2);

  // A second time the same voters have been accredited before, and the demonstration must say so.
  const CommandResult again = Demo();
  EXPECT_EQ(again.status, 1);
  EXPECT_THAT(again.output, HasSubstr("ALREADY_ACCREDITED where ACCREDITED is right"));
}

TEST_F(Demonstration, ItFailsWhereADecisionIsWrong) {
  // The first voter has only fingers of somebody else.
  const std::string probes = ReadTextFile(folder() + "/probes.csv");
  const size_t header = probes.find('\n') + 1;
  const std::string first = probes.substr(header, probes.find(',', header) - header);
  std::string swapped = probes.substr(0, header);
  std::string stranger;
  std::istringstream in(probes.substr(header));
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  for (const std::string& line : lines) {
    if (!line.starts_with(first)) stranger = line.substr(line.rfind(','));
  }
  for (const std::string& line : lines) {
    swapped += line.starts_with(first) ? line.substr(0, line.rfind(',')) + stranger : line;
    swapped += "\n";
  }
  WriteTextFile(folder() + "/probes.csv", swapped);
  const CommandResult played = Demo();
  EXPECT_EQ(played.status, 1) << played.output;
  EXPECT_THAT(played.output, HasSubstr("NO_MATCH where ACCREDITED is right"));
}

TEST_F(Demonstration, ItSaysWhatIsMissing) {
  const CommandResult few = Demo({}, "5");
  EXPECT_EQ(few.status, 3);
  EXPECT_THAT(few.output, HasSubstr("fewer than 9 voters"));
  std::filesystem::remove(folder() + "/probes.csv");
  EXPECT_THAT(Demo().output, HasSubstr("taanu synth"));
}

}  // namespace
}  // namespace taanu::test
