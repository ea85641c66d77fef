// Enrolling, polls, verifying and reading the figures, with the commands that people type.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/integration/load/taanu_command.h"
#include "tests/support/election.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class RemoteCommands : public ::testing::Test {
 protected:
  CommandResult Run(std::vector<std::string> arguments) {
    return RunTaanu(election_.socket(), std::move(arguments));
  }
  // A file with an impression of a finger.
  std::string Impression(uint64_t finger, uint64_t impression) {
    const auto file = election_.folder() / "captures" /
                      (std::to_string(finger) + "-" + std::to_string(impression) + ".iso");
    WriteTextFile(file, SyntheticRecord(finger, impression));
    return file.string();
  }
  CommandResult Enroll(const std::string& number, uint64_t finger) {
    return Run({"enroll", "--number", number, "--family-name", "Асанова", "--given-names", "Айгүл",
                "--birth-year", "1990", "--sex", "F", "--precinct", "P1", "--finger",
                "right_index=" + Impression(finger, 0)});
  }
  CommandResult Verify(const std::string& number, const std::string& file,
                       std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"verify",     "--number",  number,     "--precinct", "P1",
                                          "--operator", "B. Isakov", "--finger", file};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Run(std::move(arguments));
  }

  Election election_;
};

TEST_F(RemoteCommands, AVoterIsEnrolledAccreditedOnceAndCounted) {
  EXPECT_EQ(Run({"polls", "create", "P1"}).status, 0);
  const CommandResult enrolled = Enroll("100", 1);
  ASSERT_EQ(enrolled.status, 0) << enrolled.output;
  EXPECT_THAT(enrolled.output, HasSubstr("right_index"));
  const CommandResult again = Enroll("100", 1);
  EXPECT_EQ(again.status, 0);
  EXPECT_THAT(again.output, HasSubstr("ALREADY ENROLLED"));
  EXPECT_EQ(Enroll("100", 2).status, 5);  // the number with other data

  const CommandResult closed = Verify("100", Impression(1, 1));
  EXPECT_EQ(closed.status, 5) << closed.output;
  EXPECT_THAT(closed.output, HasSubstr("POLLS NOT OPEN"));
  EXPECT_EQ(Run({"polls", "open", "--all", "--operator", "chair"}).status, 0);

  EXPECT_EQ(Verify("100", Impression(7, 1)).status, 5);  // another finger
  const std::string id = "01234567-89ab-4def-8123-456789abcdef";
  const CommandResult accredited = Verify("100", Impression(1, 1), {"--request-id", id});
  EXPECT_EQ(accredited.status, 0) << accredited.output;
  EXPECT_THAT(accredited.output, HasSubstr("    ACCREDITED\n"));
  EXPECT_THAT(accredited.output, HasSubstr("1 of precinct P1"));
  const CommandResult replayed = Verify("100", Impression(1, 1), {"--request-id", id, "--json"});
  EXPECT_EQ(replayed.status, 0) << replayed.output;
  EXPECT_TRUE(replayed.Json()["replayed"].get<bool>());
  const CommandResult second = Verify("100", Impression(1, 2));
  EXPECT_EQ(second.status, 5) << second.output;
  EXPECT_THAT(second.output, HasSubstr("ALREADY ACCREDITED"));
  EXPECT_EQ(Verify("999", Impression(1, 1)).status, 4);

  const CommandResult stats = Run({"stats", "--by", "precinct,outcome,method", "--csv"});
  EXPECT_EQ(stats.status, 0);
  EXPECT_THAT(stats.output, StartsWith("precinct,outcome,method,attempts\r\n"));
  EXPECT_THAT(stats.output, HasSubstr("P1,ACCREDITED,FINGER,1\r\n"));
  EXPECT_THAT(stats.output, HasSubstr("P1,NO_MATCH,FINGER,1\r\n"));
  EXPECT_THAT(stats.output, HasSubstr("P1,ALREADY_ACCREDITED,FINGER,1\r\n"));
  EXPECT_THAT(stats.output, HasSubstr("P1,NOT_ON_ROLL,FINGER,1\r\n"));
  const CommandResult later = Run({"stats", "--from", "2999-01-01", "--json"});
  EXPECT_EQ(later.Json()["accredited_count"], "0");

  const CommandResult cases = Run({"cases", "list", "--json"});
  EXPECT_EQ(cases.Json()["outcome"], "OUTCOME_ALREADY_ACCREDITED");
  const CommandResult table = Run({"polls", "list"});
  EXPECT_THAT(table.output, HasSubstr("OPEN"));
  EXPECT_EQ(Run({"polls", "close", "P1", "--operator", "chair"}).status, 0);
  EXPECT_EQ(Run({"polls", "close", "P1", "--operator", "chair"}).status, 5);
  EXPECT_EQ(Verify("100", Impression(1, 3)).status, 5);
}

TEST_F(RemoteCommands, TheLogAndItsCheckpointArePrinted) {
  ASSERT_EQ(Run({"polls", "create", "P1", "P2", "P3"}).status, 0);
  ASSERT_EQ(Run({"polls", "open", "P1", "P3", "--operator", "chair"}).status, 0);
  const CommandResult checkpoint = Run({"audit", "checkpoint"});
  EXPECT_EQ(checkpoint.status, 0);
  EXPECT_THAT(checkpoint.output, StartsWith("test.example/2026\n"));

  const auto lines = [](const std::string& text) {
    return std::count(text.begin(), text.end(), '\n');
  };
  const long all = lines(Run({"audit", "events"}).output);
  EXPECT_GE(all, 2);
  EXPECT_EQ(lines(Run({"audit", "events", "--first", "1"}).output), all - 1);
  EXPECT_EQ(lines(Run({"audit", "events", "--first", "1", "--count", "1"}).output), 1);
  EXPECT_EQ(nlohmann::json::parse(Run({"audit", "events", "--count", "1"}).output).is_object(),
            true);
}

TEST_F(RemoteCommands, OnePrecinctThatFailsDoesNotStopTheOthers) {
  ASSERT_EQ(Run({"polls", "create", "P1", "P2"}).status, 0);
  const CommandResult opened = Run({"polls", "open", "P1", "absent", "P2", "--operator", "chair"});
  EXPECT_EQ(opened.status, 4) << opened.output;
  EXPECT_THAT(opened.output, HasSubstr("absent: "));
  const CommandResult status = Run({"polls", "status", "P2"});
  EXPECT_THAT(status.output, HasSubstr("  OPEN "));
  EXPECT_EQ(Run({"polls", "open", "--operator", "chair"}).status, 2);
  EXPECT_EQ(Run({"polls", "open", "P1", "--all", "--operator", "chair"}).status, 2);
}

TEST_F(RemoteCommands, AnErrorNamesItsReasonAndWhatToDo) {
  const CommandResult number =
      Run({"enroll", "--number", std::string(65, '9'), "--precinct", "P1"});
  EXPECT_EQ(number.status, 3);
  EXPECT_THAT(number.output, HasSubstr("voter_number"));
  const CommandResult json = Run({"enroll", "--number", "1", "--precinct", "absent", "--json"});
  EXPECT_EQ(json.status, 4) << json.output;
  EXPECT_EQ(json.Json()["error"]["reason"], "UNKNOWN_PRECINCT");
  const CommandResult file = Verify("1", "/nonexistent/capture.png");
  EXPECT_EQ(file.status, 4);
  EXPECT_THAT(file.output, HasSubstr("/nonexistent/capture.png"));
  EXPECT_EQ(Run({"stats", "--from", "yesterday"}).status, 3);
  EXPECT_EQ(Run({"stats", "--by", "colour"}).status, 2);
}

TEST_F(RemoteCommands, WhereNoDaemonAnswersItSaysHowToStartOne) {
  election_.Stop();
  const CommandResult stats = Run({"stats"});
  EXPECT_EQ(stats.status, 6) << stats.output;
  EXPECT_THAT(stats.output, HasSubstr("taanud --config"));
  std::string output;
  EXPECT_EQ(RunToEnd({TAANU_BIN_DIR "/taanu", "stats", "--server", "localhost:1"}, &output), 3);
  EXPECT_THAT(output, HasSubstr("--ca, --cert and --key"));
}

TEST(RemoteCommandsOverTls, ACertificateIsEnoughForItsRoleAndNoMore) {
  Election election({.tls = true});
  const cli::KeyAndCertificate auditor = election.Issue("auditor", "observer");
  WriteTextFile(election.folder() / "auditor.pem", auditor.certificate_pem);
  WriteTextFile(election.folder() / "auditor.key", auditor.key_pem);
  const auto run = [&](const std::vector<std::string>& arguments) {
    std::vector<std::string> command = {TAANU_BIN_DIR "/taanu"};
    for (const std::string& argument : arguments) command.push_back(argument);
    command.insert(command.end(),
                   {"--server", "localhost:" + std::to_string(election.port()), "--ca",
                    election.folder() / "ca.pem", "--cert", election.folder() / "auditor.pem",
                    "--key", election.folder() / "auditor.key"});
    CommandResult result;
    result.status = RunToEnd(command, &result.output);
    return result;
  };
  const CommandResult allowed = run({"stats"});
  EXPECT_EQ(allowed.status, 0) << allowed.output;
  const CommandResult refused = run({"polls", "create", "P1"});
  EXPECT_EQ(refused.status, 5) << refused.output;
}

}  // namespace
}  // namespace taanu::test
