// `taanu cases`, as the people type it who settle them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/integration/cases/office_election.h"
#include "tests/support/xml_check.h"

namespace taanu::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class CaseCommandTest : public OfficeElection {
 protected:
  // A voter who is accredited, and comes again.
  void OpenCaseAtThePolls() {
    Client client = election_.Connect();
    v1::OpenPollsResponse opened;
    ASSERT_TRUE(client.OpenPolls("P1", &opened).ok());
    v1::VerifyVoterResponse response;
    for (int k = 0; k < 2; ++k) {
      auto request = VerifyRequest(Number(5), "P1", Fingers(5, 3));
      request.set_operator_id("polls-1");
      ASSERT_TRUE(client.Verify(request, &response).ok());
    }
    ASSERT_EQ(response.outcome(), v1::OUTCOME_ALREADY_ACCREDITED);
  }
};

TEST_F(CaseCommandTest, TwoDoubleRegistrationsAreSettledByPeople) {
  ASSERT_EQ(Dedup().status, 0);
  CommandResult result = Run({"cases", "list", "--kind", "register_duplicate"});
  ASSERT_EQ(result.status, 0);
  EXPECT_THAT(result.output, HasSubstr("OPEN"));
  EXPECT_THAT(result.output, Not(HasSubstr("again-3"))) << "a list shows no number";

  result = Run({"cases", "show", "1"});
  ASSERT_EQ(result.status, 0) << result.output;
  EXPECT_THAT(result.output, HasSubstr("OPEN: two people decide"));
  EXPECT_THAT(result.output, HasSubstr("again-")) << "both records are shown";
  EXPECT_THAT(result.output, HasSubstr("voter-"));
  EXPECT_THAT(result.output, HasSubstr("P2"));

  result = Decide("1", "same_person", "aigul");
  ASSERT_EQ(result.status, 0) << result.output;
  EXPECT_THAT(result.output, HasSubstr("ONE_OPINION: a second person decides"));
  result = Run({"cases", "show", "1"});
  EXPECT_THAT(result.output, HasSubstr("not told before the second one"));
  EXPECT_THAT(result.output, Not(HasSubstr("SAME_PERSON")));
  EXPECT_EQ(Decide("1", "same_person", "aigul").status, 5) << "nobody agrees with themselves";
  result = Decide("1", "same_person", "bakyt");
  ASSERT_EQ(result.status, 0) << result.output;
  EXPECT_THAT(result.output, HasSubstr("SETTLED as SAME_PERSON"));
  EXPECT_EQ(Decide("1", "same_person", "chynara").status, 5);

  EXPECT_EQ(Decide("2", "same_person", "aigul").status, 0);
  result = Decide("2", "different_people", "bakyt");
  EXPECT_THAT(result.output, HasSubstr("DISPUTED: a supervisor decides"));
  result = Run({"cases", "list", "--state", "disputed", "--json"});
  EXPECT_EQ(result.Json()["case_id"], "2");
  EXPECT_EQ(result.Json()["opinions"].size(), 2U);
  result = Decide("2", "different_people", "dinara");
  ASSERT_EQ(result.status, 0) << result.output;
  EXPECT_THAT(result.output, HasSubstr("SETTLED as DIFFERENT_PEOPLE"));

  // Nothing was done to anybody: both records are where they were.
  EXPECT_THAT(Run({"voter", "show", "again-3"}).output, HasSubstr("on the roll"));
  EXPECT_EQ(Run({"register", "check"}).status, 0);
}

TEST_F(CaseCommandTest, ARepeatedDecisionGetsTheFirstAnswerAlsoFromADaemonThatWasKilled) {
  ASSERT_EQ(Dedup().status, 0);
  const std::vector<std::string> id = {"--request-id", "00000000-0000-4000-8000-00000000000a"};
  ASSERT_EQ(Decide("1", "same_person", "aigul", id).status, 0);
  election_.Kill();
  election_.Start();
  const CommandResult again = Decide("1", "same_person", "aigul", id);
  EXPECT_EQ(again.status, 0) << again.output;
  EXPECT_THAT(again.output, HasSubstr("DONE BEFORE"));
  EXPECT_THAT(again.output, HasSubstr("ONE_OPINION"));
  EXPECT_EQ(Decide("1", "cannot_tell", "aigul", id).status, 5);
}

TEST_F(CaseCommandTest, APictureShowsBothFingersAndOnlyItsOwnerMayReadIt) {
  ASSERT_EQ(Dedup().status, 0);
  const auto path = election_.folder() / "case.svg";
  CommandResult result = Run({"cases", "picture", "1", "--out", path.string()});
  ASSERT_EQ(result.status, 0) << result.output;
  EXPECT_THAT(result.output, HasSubstr("minutiae correspond"));
  const std::string svg = ReadTextFile(path);
  EXPECT_EQ(XmlChecker(svg).Check(), "");
  EXPECT_THAT(svg, HasSubstr("case 1"));
  EXPECT_THAT(svg, Not(HasSubstr("again-")));
  struct stat info {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  EXPECT_EQ(Run({"cases", "picture", "1", "--out", path.string()}).status, 5) << "it is there";
  const auto other = (election_.folder() / "other.svg").string();
  result = Run({"cases", "picture", "1", "--out", other, "--finger", "left_index", "--json"});
  ASSERT_EQ(result.status, 0) << result.output;
  EXPECT_EQ(result.Json()["shown"]["position"], "FINGER_POSITION_LEFT_INDEX");
  EXPECT_EQ(result.Json()["comparisons"].size(), 2U);
  EXPECT_EQ(Run({"cases", "picture", "1", "--out", "x.svg", "--finger", "nose"}).status, 3);
  EXPECT_EQ(Run({"cases", "picture", "9", "--out", "x.svg"}).status, 4);
  EXPECT_EQ(Run({"cases", "picture", "1", "--out", "x.svg", "--finger", "left_thumb"}).status, 5);
}

TEST_F(CaseCommandTest, ASecondAttemptIsSettledByOthersThanWhoMadeIt) {
  OpenCaseAtThePolls();
  CommandResult result = Run({"cases", "list", "--kind", "second_attempt", "--precinct", "P1"});
  EXPECT_THAT(result.output, HasSubstr("SECOND_ATTEMPT"));
  result = Run({"cases", "show", "1"});
  EXPECT_THAT(result.output, HasSubstr("ALREADY_ACCREDITED in P1, finger matched"));
  EXPECT_THAT(result.output, HasSubstr("slip 1 in P1"));
  result = Decide("1", "mistake", "polls-1");
  EXPECT_EQ(result.status, 5) << result.output;
  EXPECT_THAT(result.output, HasSubstr("another person"));
  EXPECT_EQ(Decide("1", "mistake", "aigul").status, 0);
  EXPECT_EQ(Decide("1", "mistake", "bakyt").status, 0);
  result = Run({"cases", "list", "--state", "settled", "--json"});
  EXPECT_EQ(result.Json()["settled_as"], "CASE_DECISION_MISTAKE");
  result = Run({"cases", "picture", "1", "--out", (election_.folder() / "no.svg").string()});
  EXPECT_EQ(result.status, 5) << result.output;
}

TEST_F(CaseCommandTest, WhatIsWrongIsSaidAndEveryCommandShowsAnExample) {
  ASSERT_EQ(Dedup().status, 0);
  EXPECT_EQ(Run({"cases", "show", "9"}).status, 4);
  EXPECT_EQ(Decide("9", "same_person", "aigul").status, 4);
  EXPECT_EQ(Decide("1", "mistake", "aigul").status, 3) << "two records are no mistake of the polls";
  EXPECT_EQ(Decide("1", "guilty", "aigul").status, 2);
  EXPECT_EQ(Run({"cases", "list", "--state", "lost"}).status, 2);
  for (const char* command : {"list", "show", "picture", "decide"}) {
    const CommandResult help = Run({"cases", command, "--help"});
    EXPECT_EQ(help.status, 0) << command;
    EXPECT_THAT(help.output, HasSubstr(std::string("taanu cases ") + command));
  }
}

}  // namespace
}  // namespace taanu::test
