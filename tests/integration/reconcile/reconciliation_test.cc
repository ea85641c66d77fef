// `taanu reconcile`, `preliminary` and `recount`, as people type them, against the real daemon.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "taanu/v1/reconciliation_service.grpc.pb.h"
#include "tests/integration/load/taanu_command.h"
#include "tests/support/election.h"
#include "tests/support/office.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kHeader =
    "precinct,source,issued,spoiled,found_in_box,counted_by_machine,counted_by_hand,X/A,X/B\n";

// One precinct of three voters, two of whom were identified before it closed.
void HoldPolls(Client& client, const std::string& precinct) {
  OpenPrecinct(client, precinct);
  for (uint64_t i = 1; i <= 3; ++i) {
    const std::string number = precinct + "-" + std::to_string(i);
    // Nobody has a finger of somebody else, also not in another precinct.
    const uint64_t finger = static_cast<uint64_t>(precinct.back()) * 100 + i;
    v1::EnrollVoterResponse enrolled;
    ASSERT_TRUE(
        client.Enroll(EnrollRequest(number, precinct, {RecordSample(finger, 1)}), &enrolled).ok());
    if (i == 3) continue;
    v1::VerifyVoterResponse verified;
    ASSERT_TRUE(
        client.Verify(VerifyRequest(number, precinct, {RecordSample(finger, 2)}), &verified).ok());
    ASSERT_EQ(verified.outcome(), v1::OUTCOME_ACCREDITED);
  }
  v1::ClosePollsResponse closed;
  ASSERT_TRUE(client.ClosePolls(precinct, &closed).ok());
}

class ReconciliationTest : public testing::Test {
 protected:
  void SetUp() override {
    Client client = election_.Connect();
    HoldPolls(client, "P1");
    HoldPolls(client, "P2");
  }

  CommandResult Run(const std::vector<std::string>& arguments) {
    return RunTaanu(election_.socket(), arguments);
  }
  // Imports a file of these rows.
  CommandResult Import(const std::string& rows, const std::vector<std::string>& more = {}) {
    const std::filesystem::path file = election_.folder() / "counts.csv";
    WriteTextFile(file, kHeader + rows);
    std::vector<std::string> arguments = {"reconcile",  "import", file.string(),
                                          "--operator", "aigul",  "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Run(arguments);
  }
  nlohmann::json Json(const std::vector<std::string>& arguments) {
    std::vector<std::string> all = arguments;
    all.emplace_back("--json");
    const CommandResult result = Run(all);
    EXPECT_EQ(result.status, 0) << result.output;
    return result.Json();
  }

  Election election_{{.election = "tolerance_ballots = 1"}};
};

TEST_F(ReconciliationTest, CountsAreImportedComparedCorrectedAndShownAsTheyWere) {
  CommandResult result = Import("P1,machine,,,,2,,1,1\nP1,hand,2,0,2,,2,1,1\n");
  ASSERT_EQ(result.status, 0) << result.output;
  EXPECT_EQ(result.Json()["protocol_count"], "2");
  const nlohmann::json before = Json({"preliminary"});
  EXPECT_EQ(before["reported_count"], "1");
  EXPECT_EQ(before["agreeing_count"], "1");
  EXPECT_EQ(before["precincts"][0]["ballots"]["source"], "FIGURE_SOURCE_HAND");

  // Figures that were shown change only with a reason.
  const std::string changed = "P1,hand,2,0,2,,2,2,0\nP2,hand,6,0,6,,6,3,3\n";
  result = Import(changed);
  EXPECT_EQ(result.status, 5) << result.output;
  EXPECT_THAT(result.output, HasSubstr("line 2"));
  result = Import(changed, {"--reason", "two lines were exchanged"});
  ASSERT_EQ(result.status, 0) << result.output;
  EXPECT_EQ(result.Json()["changed_count"], "1");

  const nlohmann::json report = Json({"reconcile", "report"});
  ASSERT_EQ(report["precincts"].size(), 2U);
  EXPECT_EQ(report["election"], "test election");
  EXPECT_EQ(report["tolerance"]["ballot_count"], "1");
  EXPECT_EQ(report["precincts"][0]["state"], "RECONCILIATION_STATE_AGREES") << "within one vote";
  EXPECT_EQ(report["precincts"][0]["differences"].size(), 2U);
  EXPECT_EQ(report["precincts"][0]["differences"][0]["tolerated"], true);
  EXPECT_EQ(report["precincts"][0]["changes"][0]["reason"], "two lines were exchanged");
  EXPECT_EQ(report["precincts"][1]["state"], "RECONCILIATION_STATE_DIFFERS");
  EXPECT_EQ(report["precincts"][1]["differences"][0]["kind"],
            "DIFFERENCE_KIND_ISSUED_NOT_IDENTIFIED");

  // What was shown before is shown again, figure for figure.
  nlohmann::json again = Json({"preliminary", "--as-of", before["as_of_time"].get<std::string>()});
  again["log_size"] = before["log_size"];
  EXPECT_EQ(again, before);
  EXPECT_NE(Json({"preliminary"})["ballot_count"], before["ballot_count"]);
  EXPECT_EQ(Run({"preliminary", "--as-of", "2999-01-01"}).status, 3);

  result = Run({"reconcile", "timeline", "P1"});
  ASSERT_EQ(result.status, 0) << result.output;
  for (const char* text : {"polls opened", "polls closed", "2 by machine", "2 by hand",
                           "hand: X/A 1 -> 2", "two lines were exchanged"}) {
    EXPECT_THAT(result.output, HasSubstr(text));
  }
  EXPECT_EQ(Run({"reconcile", "timeline", "P9"}).status, 4);
}

TEST_F(ReconciliationTest, TheReportIsGivenAsTextCsvAndAPage) {
  ASSERT_EQ(Import("P1,hand,2,0,2,,2,1,1\nP2,hand,6,0,6,,6,3,3\n").status, 0);
  EXPECT_THAT(Run({"reconcile", "report"}).output,
              HasSubstr("2 voters were identified, and 6 ballots issued"));
  const CommandResult csv = Run({"reconcile", "report", "--csv", "--precinct", "P2"});
  EXPECT_THAT(csv.output, HasSubstr("P2,CLOSED,DIFFERS,3,2,2,0,0,2,2,6,0,6,,6,4,"));
  EXPECT_THAT(csv.output, Not(HasSubstr("P1")));
  const std::string page = (election_.folder() / "report.html").string();
  ASSERT_EQ(Run({"reconcile", "report", "--html", page}).status, 0);
  EXPECT_THAT(ReadTextFile(page), HasSubstr("2 voters were identified, and 6 ballots issued"));
  EXPECT_EQ(Run({"reconcile", "report", "--precinct", "P9"}).status, 4);
  EXPECT_THAT(Run({"preliminary", "--csv"}).output, HasSubstr("P1,CLOSED,PARTIAL,3,2,"));
}

TEST_F(ReconciliationTest, AFileThatCannotBeUsedIsRefusedWithEveryProblemAndNothingIsKept) {
  const CommandResult result = Import("P1,hand,x,0,2,,2,1,1\nP2,robot,,,,,1,,\n");
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.output, HasSubstr("line 2, issued: NUMBER_BAD"));
  EXPECT_THAT(result.output, HasSubstr("line 3, source: SOURCE_UNKNOWN"));
  EXPECT_EQ(Import("P1,hand,2,0,2,,2,1,1\nP9,hand,2,0,2,,2,1,1\n").status, 4);
  EXPECT_EQ(Json({"preliminary"})["reported_count"], "0");
  EXPECT_EQ(Import("P1,hand,2,0,2,,2,1,1\n", {"--check"}).status, 0);
  EXPECT_EQ(Json({"preliminary"})["reported_count"], "0") << "--check only reads";

  // A client that does not check gets the same answer from the daemon.
  Client client = election_.Connect();
  const auto stub = v1::ReconciliationService::NewStub(client.channel());
  v1::ImportProtocolRequest request;
  request.set_request_id(NewRequestId());
  request.set_operator_id("aigul");
  request.set_file("precinct,source,counted_by_hand\nP1,hand,\"2\n");
  v1::ImportProtocolResponse response;
  const grpc::Status status =
      CallOnce(*stub, &v1::ReconciliationService::Stub::ImportProtocol, request, &response);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(status), "BAD_PROTOCOL");
  EXPECT_THAT(status.error_message(), HasSubstr("line 2"));
}

TEST_F(ReconciliationTest, AnImportWhoseAnswerWasLostIsRepeatedAlsoAfterAPowerCut) {
  const std::vector<std::string> id = {"--request-id", "00000000-0000-4000-8000-0000000000aa"};
  const nlohmann::json first = Import("P1,hand,2,0,2,,2,1,1\n", id).Json();
  const nlohmann::json report = Json({"reconcile", "report"});
  election_.Kill();
  election_.Start();
  // The log has grown by the new start; the figures are the same.
  EXPECT_EQ(Json({"reconcile", "report"})["precincts"], report["precincts"]);
  const nlohmann::json again = Import("P1,hand,2,0,2,,2,1,1\n", id).Json();
  EXPECT_EQ(again["replayed"], true);
  EXPECT_EQ(again["event_index"], first["event_index"]);
  EXPECT_EQ(Import("P1,hand,2,0,2,,2,0,2\n", id).status, 5) << "another file";
  EXPECT_EQ(Run({"register", "check"}).status, 0);
}

TEST_F(ReconciliationTest, ARecountIsDrawnAlikeFromTheDaemonAndFromAList) {
  const std::string list = (election_.folder() / "list.txt").string();
  WriteTextFile(list, "P2\nP1\n");
  const std::vector<std::string> draw = {
      "recount", "draw", "--seed", "o'clock 31662543216654321234", "--count", "1"};
  std::vector<std::string> from_list = draw;
  from_list.insert(from_list.end(), {"--list", list});
  const nlohmann::json drawn = Json(draw);
  EXPECT_EQ(Json(from_list)["draws"], drawn["draws"]);
  EXPECT_THAT(Run(draw).output,
              HasSubstr("printf '%s' 'o'\\''clock 31662543216654321234,1' | sha256sum"));
  const std::string strata = (election_.folder() / "strata.csv").string();
  WriteTextFile(strata, "precinct,stratum\nP1,north\nP2,south\n");
  EXPECT_EQ(
      Json({"recount", "draw", "--seed", "1", "--count", "1", "--strata", strata})["draws"].size(),
      2U);
  EXPECT_EQ(Run({"recount", "draw", "--seed", "1", "--count", "3"}).status, 3);
}

TEST_F(ReconciliationTest, EveryCommandShowsAnExample) {
  const std::vector<std::vector<std::string>> commands = {{"reconcile", "import"},
                                                          {"reconcile", "report"},
                                                          {"reconcile", "timeline"},
                                                          {"preliminary"},
                                                          {"recount", "draw"}};
  for (const std::vector<std::string>& command : commands) {
    std::vector<std::string> help = command;
    help.emplace_back("--help");
    const CommandResult result = Run(help);
    EXPECT_EQ(result.status, 0) << command.back();
    EXPECT_THAT(result.output, HasSubstr("taanu " + command.front()));
  }
}

TEST(ReconciliationRolesTest, AnAuditorReadsAndOnlyAnAdministratorImports) {
  Election election{{.tls = true}};
  const auto call = [&](const std::string& role) {
    const Client client = election.ConnectTls(election.Issue(role, "somebody", "P1"));
    const auto stub = v1::ReconciliationService::NewStub(client.channel());
    using Stub = v1::ReconciliationService::Stub;
    v1::GetReconciliationResponse report;
    v1::GetPreliminaryResultsResponse table;
    v1::ImportProtocolRequest request;
    v1::ImportProtocolResponse imported;
    return std::vector<StatusCode>{
        CallOnce(*stub, &Stub::GetReconciliation, {}, &report).error_code(),
        CallOnce(*stub, &Stub::GetPreliminaryResults, {}, &table).error_code(),
        CallOnce(*stub, &Stub::ImportProtocol, request, &imported).error_code()};
  };
  using testing::ElementsAre;
  EXPECT_THAT(call("auditor"),
              ElementsAre(StatusCode::OK, StatusCode::OK, StatusCode::PERMISSION_DENIED));
  EXPECT_THAT(call("observer"), ElementsAre(StatusCode::PERMISSION_DENIED, StatusCode::OK,
                                            StatusCode::PERMISSION_DENIED));
  EXPECT_THAT(call("administrator"),
              ElementsAre(StatusCode::OK, StatusCode::OK, StatusCode::INVALID_ARGUMENT));
  EXPECT_THAT(call("terminal"),
              ElementsAre(StatusCode::PERMISSION_DENIED, StatusCode::PERMISSION_DENIED,
                          StatusCode::PERMISSION_DENIED));
}

}  // namespace
}  // namespace taanu::test
