// `taanu voter`, as people type it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/integration/load/taanu_command.h"
#include "tests/support/election.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

using testing::HasSubstr;

class VoterCommandTest : public testing::Test {
 protected:
  void SetUp() override {
    Client client = election_.Connect();
    v1::CreatePrecinctResponse created;
    ASSERT_TRUE(client.CreatePrecinct("P1", &created).ok());
    ASSERT_TRUE(client.CreatePrecinct("P2", &created).ok());
    v1::EnrollVoterResponse enrolled;
    ASSERT_TRUE(client
                    .Enroll(EnrollRequest("100", "P1",
                                          {RecordSample(1, 1, v1::FINGER_POSITION_RIGHT_INDEX)}),
                            &enrolled)
                    .ok());
    WriteTextFile(election_.folder() / "again.iso", SyntheticRecord(2, 1));
  }

  CommandResult Voter(const std::vector<std::string>& arguments) {
    std::vector<std::string> all = {"voter"};
    for (const std::string& argument : arguments) all.push_back(argument);
    return RunTaanu(election_.socket(), all);
  }
  CommandResult Change(const std::string& what, const std::vector<std::string>& more = {},
                       const std::string& officer = "aigul") {
    std::vector<std::string> arguments = {what, "100", "--operator", officer};
    for (const std::string& argument : more) arguments.push_back(argument);
    return Voter(arguments);
  }

  Election election_;
};

TEST_F(VoterCommandTest, AVoterIsCorrectedMovedAndShown) {
  CommandResult result = Change("update", {"--family-name", "Осмонова", "--birth-year", "1991"});
  ASSERT_EQ(result.status, 0) << result.output;
  EXPECT_THAT(result.output, HasSubstr("log entry"));
  result = Change("move", {"--to", "P2", "--json"});
  ASSERT_EQ(result.status, 0) << result.output;
  EXPECT_EQ(result.Json()["change"]["precinct_id"], "P2");
  result = Voter({"show", "100"});
  ASSERT_EQ(result.status, 0) << result.output;
  for (const char* text : {"Осмонова", "Айгүл", "1991", "P2", "on the roll", "right_index"}) {
    EXPECT_THAT(result.output, HasSubstr(text));
  }
  EXPECT_EQ(Change("update").status, 3) << "nothing to correct is named";
  EXPECT_EQ(Change("move", {"--to", "P9"}).status, 4);
  EXPECT_EQ(Voter({"show", "101"}).status, 4);
}

TEST_F(VoterCommandTest, AFingerIsEnrolledAgainConfirmedAndTakenBack) {
  const std::string file = "right_index=" + (election_.folder() / "again.iso").string();
  CommandResult result = Change("reenroll", {"--finger", file});
  ASSERT_EQ(result.status, 0) << result.output;
  EXPECT_THAT(Voter({"show", "100"}).output, HasSubstr("kept until confirmed"));
  result = Change("confirm", {"--finger", "right_index"});
  EXPECT_EQ(result.status, 5) << result.output;
  EXPECT_THAT(result.output, HasSubstr("another operator"));
  EXPECT_EQ(Change("revert", {"--finger", "right_index"}).status, 0);
  EXPECT_EQ(Change("reenroll", {"--finger", file}).status, 0);
  EXPECT_EQ(Change("confirm", {"--finger", "right_index"}, "bakyt").status, 0);
  EXPECT_EQ(Change("confirm", {"--finger", "right_index"}, "bakyt").status, 5);
  EXPECT_EQ(Change("confirm", {"--finger", "nose"}, "bakyt").status, 3);
}

TEST_F(VoterCommandTest, AVoterIsTakenOffTheRollPutBackAndErased) {
  EXPECT_EQ(Change("erase").status, 5);
  const std::vector<std::string> died = {"--reason", "died", "--request-id",
                                         "00000000-0000-4000-8000-000000000001"};
  EXPECT_EQ(Change("deactivate", died).status, 0);
  CommandResult again = Change("deactivate", died);
  EXPECT_EQ(again.status, 0);
  EXPECT_THAT(again.output, HasSubstr("DONE BEFORE"));
  EXPECT_THAT(Voter({"show", "100"}).output, HasSubstr("off the roll (died)"));
  EXPECT_EQ(Change("deactivate", {"--reason", "died"}).status, 5);
  EXPECT_EQ(Change("deactivate", {"--reason", "tired"}).status, 2);
  EXPECT_EQ(Change("reactivate").status, 0);
  EXPECT_EQ(Change("deactivate", {"--reason", "moved_away"}).status, 0);
  const CommandResult erased = Change("erase");
  EXPECT_EQ(erased.status, 0) << erased.output;
  EXPECT_THAT(erased.output, HasSubstr("erased"));
  EXPECT_EQ(Voter({"show", "100"}).status, 4);
}

TEST_F(VoterCommandTest, EveryCommandShowsAnExample) {
  for (const char* command : {"show", "update", "move", "reenroll", "confirm", "revert",
                              "deactivate", "reactivate", "erase"}) {
    const CommandResult help = Voter({command, "--help"});
    EXPECT_EQ(help.status, 0) << command;
    EXPECT_THAT(help.output, HasSubstr(std::string("taanu voter ") + command));
  }
}

}  // namespace
}  // namespace taanu::test
