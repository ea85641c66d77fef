// Election day with the commands that people type: fallbacks, sessions, corrections.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/integration/load/taanu_command.h"
#include "tests/support/election.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class DayCommands : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(Run({"polls", "create", "P1"}).status, 0);
    for (const char* number : {"100", "101", "102"}) {
      ASSERT_EQ(Run({"enroll", "--number", number, "--family-name", "Асанова", "--precinct", "P1",
                     "--finger", "right_index=" + Capture(1, 0)})
                    .status,
                0);
    }
    ASSERT_EQ(Run({"polls", "open", "P1", "--operator", "chair"}).status, 0);
  }

  CommandResult Run(const std::vector<std::string>& arguments) {
    return RunTaanu(election_.socket(), arguments);
  }
  std::string Capture(uint64_t finger, uint64_t impression) {
    const auto file = election_.folder() / "captures" /
                      (std::to_string(finger) + "-" + std::to_string(impression) + ".iso");
    WriteTextFile(file, SyntheticRecord(finger, impression));
    return file.string();
  }
  CommandResult Fallback(const std::string& number, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {
        "fallback",  "--number",         number,          "--precinct", "P1", "--operator",
        "B. Isakov", "--second-officer", "G. Toktogulova"};
    if (more.empty()) more = {"--reason", "no_usable_finger"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Run(arguments);
  }
  CommandResult Verify(const std::string& number, const std::string& session) {
    return Run({"verify", "--number", number, "--precinct", "P1", "--operator", "B. Isakov",
                "--finger", Capture(1, 1), "--session", session});
  }

  Election election_{{.election = "fallback_share_max = 1\nfallback_max = 1"}};
};

TEST_F(DayCommands, TwoOfficersAccreditAVoterUpToTheCap) {
  const CommandResult unfounded = Fallback("100", {"--reason", "no_reference"});
  EXPECT_EQ(unfounded.status, 5) << unfounded.output;
  EXPECT_THAT(unfounded.output, HasSubstr("capture one first"));
  EXPECT_THAT(unfounded.output, HasSubstr("--request-id"));

  const CommandResult accredited = Fallback("100");
  EXPECT_EQ(accredited.status, 0) << accredited.output;
  EXPECT_THAT(accredited.output, HasSubstr("    ACCREDITED BY FALLBACK\n"));
  EXPECT_THAT(accredited.output, HasSubstr("1 of 1 used"));
  const CommandResult again = Fallback("100");
  EXPECT_EQ(again.status, 5);
  EXPECT_THAT(again.output, HasSubstr("accredited before"));
  EXPECT_THAT(again.output, Not(HasSubstr("finger is")));
  const CommandResult capped = Fallback("101", {"--reason", "reader_failed", "--json"});
  EXPECT_EQ(capped.status, 5);
  EXPECT_EQ(capped.Json()["outcome"], "OUTCOME_FALLBACK_CAP_REACHED");
  EXPECT_EQ(Fallback("999").status, 4);
  EXPECT_EQ(Fallback("101", {"--reason", "because"}).status, 2);

  const CommandResult status = Run({"polls", "status", "P1"});
  EXPECT_EQ(status.status, 0);
  EXPECT_THAT(status.output, HasSubstr("P1: fallbacks 1 of 1 used, NO_USABLE_FINGER 1"));
  EXPECT_THAT(Run({"stats", "--by", "outcome", "--csv"}).output,
              HasSubstr("FALLBACK_CAP_REACHED,1\r\n"));
}

TEST_F(DayCommands, ALostAnswerIsGotAgainByItsId) {
  const std::string id = "01234567-89ab-4def-8123-456789abcdef";
  const std::vector<std::string> claim = {"--reason", "no_usable_finger", "--request-id", id,
                                          "--json"};
  const CommandResult first = Fallback("100", claim);
  const CommandResult again = Fallback("100", claim);
  EXPECT_EQ(again.status, 0);
  EXPECT_TRUE(again.Json()["replayed"].get<bool>());
  EXPECT_EQ(again.Json()["event_index"], first.Json()["event_index"]);
}

TEST_F(DayCommands, AStationIsTakenOverAndItsFirstDeviceIsToldSo) {
  const CommandResult started = Run({"session", "start", "--precinct", "P1", "--station", "1",
                                     "--operator", "B. Isakov", "--json"});
  ASSERT_EQ(started.status, 0) << started.output;
  const std::string first = started.Json()["session"]["session_id"];
  EXPECT_EQ(Verify("100", first).status, 0);
  const CommandResult taken =
      Run({"session", "takeover", "--precinct", "P1", "--station", "1", "--operator", "B. Isakov",
           "--second-officer", "G. Toktogulova", "--reason", "device_failed"});
  ASSERT_EQ(taken.status, 0) << taken.output;
  EXPECT_THAT(taken.output, HasSubstr("in place of " + first));
  const CommandResult refused = Verify("101", first);
  EXPECT_EQ(refused.status, 5);
  EXPECT_THAT(refused.output, HasSubstr("another device has taken over station 1"));
  EXPECT_THAT(Run({"polls", "status", "P1"}).output, HasSubstr("station 1: session "));
  const CommandResult ended =
      Run({"session", "end", "--precinct", "P1", "--operator", "B. Isakov", "--session", first});
  EXPECT_EQ(ended.status, 5);
  EXPECT_EQ(Run({"session", "start", "--precinct", "P1", "--operator", "x"}).status, 2);
}

TEST_F(DayCommands, ATotalIsCorrectedBesideTheSealedOne) {
  const std::vector<std::string> correct = {
      "polls",      "correct",      "P1", "--operator", "chair",      "--second-officer",
      "secretary",  "--accredited", "2",  "--reason",   "unrecorded", "--document",
      "act 17-2026"};
  EXPECT_EQ(Run(correct).status, 5);
  ASSERT_EQ(Fallback("100").status, 0);
  ASSERT_EQ(Run({"polls", "close", "P1", "--operator", "chair"}).status, 0);
  const CommandResult corrected = Run(correct);
  EXPECT_EQ(corrected.status, 0) << corrected.output;
  EXPECT_THAT(corrected.output, HasSubstr("act 17-2026"));
  EXPECT_EQ(Run(correct).status, 5) << "nothing to correct any more";
  const CommandResult list = Run({"polls", "corrections", "--json"});
  EXPECT_EQ(list.Json()["sealed_count"], "1");
  EXPECT_EQ(list.Json()["accredited_count"], "2");
  EXPECT_THAT(Run({"polls", "status", "P1"}).output, HasSubstr("UNRECORDED"));
}

}  // namespace
}  // namespace taanu::test
