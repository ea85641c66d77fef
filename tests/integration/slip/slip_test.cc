// Slips: who gets one, that a copy is the same slip, and that it is checked with the public key
// alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "service/audit/signer.h"
#include "service/slip/slip_code.h"
#include "tests/integration/load/taanu_command.h"
#include "tests/support/election.h"
#include "tests/support/office.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;
using testing::Not;

constexpr int kKills = 10;

v1::ReissueSlipRequest Reissue(const std::string& number, const std::string& precinct = "P1") {
  v1::ReissueSlipRequest request;
  request.set_request_id(NewRequestId());
  request.set_voter_number(number);
  request.set_precinct_id(precinct);
  request.set_operator_id("operator-8");
  return request;
}

class SlipServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    Client client = election_.Connect();
    for (const char* precinct : {"P1", "P2"}) OpenPrecinct(client, precinct);
    Enroll(client, "VOTER-4711", "P1", 1);
    Enroll(client, "VOTER-4712", "P1", 2);
    Enroll(client, "VOTER-4713", "P2", 3);
  }

  static void Enroll(Client& client, const std::string& number, const std::string& precinct,
                     uint64_t finger) {
    v1::EnrollVoterResponse enrolled;
    const grpc::Status status =
        client.Enroll(EnrollRequest(number, precinct, {RecordSample(finger, 1)}), &enrolled);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  v1::VerifyVoterResponse Verify(const std::string& number, uint64_t finger,
                                 const std::string& precinct = "P1") {
    v1::VerifyVoterResponse response;
    const grpc::Status status = election_.Connect().Verify(
        VerifyRequest(number, precinct, {RecordSample(finger, 2)}), &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  static grpc::Status Ask(const Client& client, const v1::ReissueSlipRequest& request,
                          v1::ReissueSlipResponse* response) {
    const auto stub = v1::VerificationService::NewStub(client.channel());
    return CallOnce(*stub, &v1::VerificationService::Stub::ReissueSlip, request, response);
  }
  grpc::Status Ask(const v1::ReissueSlipRequest& request, v1::ReissueSlipResponse* response) {
    return Ask(election_.Connect(), request, response);
  }

  std::string Path(const std::string& name) { return (election_.folder() / name).string(); }

  note::VerifierKey PublicKey() {
    std::string text = ReadTextFile(Path("audit.key.pub"));
    text.pop_back();
    return *note::ParseVerifierKey(text);
  }

  static CommandResult RunLocal(const std::vector<std::string>& arguments) {
    std::vector<std::string> command = {TAANU_BIN_DIR "/taanu"};
    for (const std::string& argument : arguments) command.push_back(argument);
    CommandResult result;
    result.status = RunToEnd(command, &result.output);
    return result;
  }

  Election election_{{.tls = true, .election = "utc_offset = \"+06:00\""}};
};

TEST_F(SlipServiceTest, AVoterWhoIsAccreditedGetsASlipAndNobodyElse) {
  EXPECT_FALSE(Verify("VOTER-4711", 9).has_slip()) << "no match";
  const v1::VerifyVoterResponse given = Verify("VOTER-4711", 1);
  ASSERT_EQ(given.outcome(), v1::OUTCOME_ACCREDITED);
  EXPECT_EQ(given.slip().issue_number(), 1U);
  const auto slip = slip::ParseSlipCode(given.slip().qr_payload());
  ASSERT_TRUE(slip) << slip.error().message;
  EXPECT_TRUE(slip::VerifySlip(*slip, PublicKey()));
  EXPECT_EQ(slip->facts.number, given.accreditation().slip_number());
  EXPECT_EQ(slip->facts.precinct_id, "P1");
  EXPECT_EQ(slip->facts.time_s, given.accreditation().accredit_time().seconds());
  EXPECT_EQ(ToHex(slip->facts.voter), given.accreditation().voter_reference());
  EXPECT_EQ(slip->facts.election, "test election");

  const std::string& text = given.slip().text();
  EXPECT_THAT(text, HasSubstr("test election\n"));
  EXPECT_THAT(text, HasSubstr("Slip                           1\n"));
  EXPECT_THAT(text, HasSubstr("Precinct                      P1\n"));
  EXPECT_THAT(text, HasSubstr(" +06:00\n"));
  EXPECT_THAT(text, Not(HasSubstr("VOTER")));
  EXPECT_THAT(text, Not(HasSubstr("COPY")));

  const v1::VerifyVoterResponse again = Verify("VOTER-4711", 1);
  ASSERT_EQ(again.outcome(), v1::OUTCOME_ALREADY_ACCREDITED);
  EXPECT_FALSE(again.has_slip());
  EXPECT_FALSE(Verify("VOTER-4713", 3).has_slip()) << "wrong precinct";
}

TEST_F(SlipServiceTest, ACopyIsTheSameSlipNumberedAndLogged) {
  const v1::VerifyVoterResponse given = Verify("VOTER-4711", 1);
  for (uint32_t issue = 2; issue <= 4; ++issue) {
    const v1::ReissueSlipRequest request = Reissue("VOTER-4711");
    v1::ReissueSlipResponse copy;
    const grpc::Status status = Ask(request, &copy);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_FALSE(copy.replayed());
    EXPECT_EQ(copy.slip().issue_number(), issue);
    EXPECT_EQ(copy.slip().qr_payload(), given.slip().qr_payload());
    EXPECT_EQ(copy.accreditation().SerializeAsString(), given.accreditation().SerializeAsString());
    EXPECT_THAT(copy.slip().text(), HasSubstr("*** COPY " + std::to_string(issue) + " ***"));

    Client client = election_.Connect();
    const v1::Event event = AllEvents(client).back();
    EXPECT_EQ(event.index(), copy.event_index());
    const auto leaf = nlohmann::json::parse(event.leaf());
    EXPECT_EQ(leaf["type"], "slip_reissued");
    EXPECT_EQ(leaf["request"], request.request_id());
    EXPECT_EQ(leaf["precinct"], "P1");
    EXPECT_EQ(leaf["slip"], given.accreditation().slip_number());
    EXPECT_EQ(leaf["issue"], issue);
    EXPECT_EQ(leaf["voter"], given.accreditation().voter_reference());
    EXPECT_THAT(event.leaf(), Not(HasSubstr("VOTER")));
    EXPECT_THAT(event.leaf(), Not(HasSubstr("operator-8")));

    v1::ReissueSlipResponse repeated;
    ASSERT_TRUE(Ask(request, &repeated).ok());
    EXPECT_TRUE(repeated.replayed());
    repeated.set_replayed(false);
    EXPECT_EQ(repeated.SerializeAsString(), copy.SerializeAsString());
    EXPECT_EQ(AllEvents(client).size(), copy.event_index() + 1);
  }
}

TEST_F(SlipServiceTest, OnlyWhoWasAccreditedInThisPrecinctHasASlip) {
  Verify("VOTER-4711", 1);
  Verify("VOTER-4713", 3, "P2");
  const size_t before = [&] {
    Client client = election_.Connect();
    return AllEvents(client).size();
  }();
  v1::ReissueSlipResponse response;
  for (const char* number : {"VOTER-4712", "VOTER-4713", "NOBODY"}) {
    const grpc::Status status = Ask(Reissue(number), &response);
    EXPECT_EQ(status.error_code(), StatusCode::NOT_FOUND) << number;
    EXPECT_EQ(ReasonOf(status), "NOT_ACCREDITED");
    EXPECT_THAT(status.error_message(), Not(HasSubstr(number)));
  }
  EXPECT_EQ(ReasonOf(Ask(Reissue("VOTER-4711", "P9"), &response)), "UNKNOWN_PRECINCT");

  v1::ReissueSlipRequest bad = Reissue("VOTER-4711");
  bad.set_request_id("no uuid");
  EXPECT_EQ(ReasonOf(Ask(bad, &response)), "BAD_REQUEST_ID");
  bad = Reissue("");
  EXPECT_EQ(FieldOf(Ask(bad, &response)), "voter_number");
  bad = Reissue("VOTER-4711");
  bad.clear_operator_id();
  EXPECT_EQ(FieldOf(Ask(bad, &response)), "operator_id");
  Client client = election_.Connect();
  EXPECT_EQ(AllEvents(client).size(), before) << "what was refused made no copy";

  v1::ReissueSlipRequest used = Reissue("VOTER-4711");
  ASSERT_TRUE(Ask(used, &response).ok());
  used.set_voter_number("VOTER-4712");
  const grpc::Status reused = Ask(used, &response);
  EXPECT_EQ(reused.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(reused), "REQUEST_ID_REUSED");
}

TEST_F(SlipServiceTest, ASlipIsIssuedAgainAfterThePollsClosed) {
  const v1::VerifyVoterResponse given = Verify("VOTER-4711", 1);
  v1::ClosePollsResponse closed;
  ASSERT_TRUE(election_.Connect().ClosePolls("P1", &closed).ok());
  v1::ReissueSlipResponse copy;
  ASSERT_TRUE(Ask(Reissue("VOTER-4711"), &copy).ok());
  EXPECT_EQ(copy.slip().qr_payload(), given.slip().qr_payload());
  v1::GetPrecinctStatusResponse status;
  ASSERT_TRUE(election_.Connect().PrecinctStatus("P1", &status).ok());
  EXPECT_EQ(status.precinct().accredited_count(), 1U);
}

TEST_F(SlipServiceTest, OnlyATerminalOfThePrecinctIssuesASlipAgain) {
  Verify("VOTER-4711", 1);
  v1::ReissueSlipResponse response;
  const auto as = [&](const std::string& role, const std::string& precinct) {
    return Ask(election_.ConnectTls(election_.Issue(role, "somebody", precinct)),
               Reissue("VOTER-4711"), &response);
  };
  EXPECT_TRUE(as("terminal", "P1").ok());
  EXPECT_EQ(ReasonOf(as("terminal", "P2")), "PRECINCT_NOT_ALLOWED");
  for (const char* role : {"administrator", "auditor", "supervisor"}) {
    EXPECT_EQ(as(role, "").error_code(), grpc::StatusCode::PERMISSION_DENIED) << role;
  }
}

// Copies are asked for while the daemon is killed again and again: what was acknowledged is kept,
// and nothing is numbered twice.
TEST_F(SlipServiceTest, ACopyThatWasAcknowledgedIsTheSameOneAfterAKill) {
  const v1::VerifyVoterResponse given = Verify("VOTER-4711", 1);
  std::vector<std::pair<v1::ReissueSlipRequest, v1::ReissueSlipResponse>> acknowledged;
  std::vector<v1::ReissueSlipRequest> unanswered;
  for (int kill = 0; kill < kKills; ++kill) {
    std::atomic<int> answers = 0;
    std::thread asking([&] {
      const Client client = election_.Connect();
      const auto stub = v1::VerificationService::NewStub(client.channel());
      for (;;) {
        grpc::ClientContext context;
        const v1::ReissueSlipRequest request = Reissue("VOTER-4711");
        v1::ReissueSlipResponse response;
        if (!stub->ReissueSlip(&context, request, &response).ok()) {
          unanswered.push_back(request);
          answers = 1000;
          return;
        }
        acknowledged.emplace_back(request, response);
        ++answers;
      }
    });
    while (answers < 3 + kill) std::this_thread::yield();
    election_.Kill();
    asking.join();
    election_.Start();
  }
  std::set<uint32_t> issues;
  for (const auto& [request, first] : acknowledged) {
    v1::ReissueSlipResponse again;
    ASSERT_TRUE(Ask(request, &again).ok());
    EXPECT_TRUE(again.replayed());
    again.set_replayed(false);
    EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
    EXPECT_TRUE(issues.insert(first.slip().issue_number()).second);
  }
  for (const auto& request : unanswered) {
    v1::ReissueSlipResponse response;
    ASSERT_TRUE(Ask(request, &response).ok());
    EXPECT_EQ(response.slip().qr_payload(), given.slip().qr_payload());
    EXPECT_TRUE(issues.insert(response.slip().issue_number()).second);
  }
  // 2, 3, 4 ... without a gap.
  EXPECT_EQ(*issues.begin(), 2U);
  EXPECT_EQ(*issues.rbegin(), issues.size() + 1);
  EXPECT_EQ(unanswered.size(), size_t{kKills});
}

TEST_F(SlipServiceTest, SettingsThatChangeOnTheDayDoNotChangeASlip) {
  const v1::VerifyVoterResponse given = Verify("VOTER-4711", 1);
  ASSERT_EQ(election_.Stop(), 0);
  std::string settings = ReadTextFile(election_.config());
  settings.replace(settings.find("test election"), 13, "other election");
  WriteTextFile(election_.config(), settings);
  election_.Start();
  v1::ReissueSlipResponse copy;
  ASSERT_TRUE(Ask(Reissue("VOTER-4711"), &copy).ok());
  EXPECT_EQ(copy.slip().qr_payload(), given.slip().qr_payload());
  EXPECT_THAT(election_.Log(), HasSubstr("election_name_kept"));
}

TEST_F(SlipServiceTest, SettingsThatChangeBeforeTheFirstVoterCount) {
  ASSERT_EQ(election_.Stop(), 0);
  std::string settings = ReadTextFile(election_.config());
  settings.replace(settings.find("test election"), 13, "other election");
  WriteTextFile(election_.config(), settings);
  election_.Start();
  EXPECT_THAT(Verify("VOTER-4711", 1).slip().text(), HasSubstr("other election"));
}

TEST_F(SlipServiceTest, TheCommandTellsGenuineForgedOfAnotherKeyAndDamagedApart) {
  const std::string code = Verify("VOTER-4711", 1).slip().qr_payload();
  WriteTextFile(Path("slip.txt"), code + "\n");
  const auto judge = [&](const std::string& slip, const std::string& key = "audit.key.pub") {
    return RunLocal({"slip", "verify", slip, "--verifier", Path(key)});
  };
  const CommandResult genuine = judge(Path("slip.txt"));
  EXPECT_EQ(genuine.status, 0) << genuine.output;
  EXPECT_THAT(genuine.output, testing::StartsWith("GENUINE\n  slip 1 of precinct P1"));
  EXPECT_EQ(judge(code).output, genuine.output) << "as a scanner types it";

  slip::SignedSlip forged = *slip::ParseSlipCode(code);
  forged.facts.number = 2;
  const CommandResult forgery = judge(slip::FormatSlipCode(forged));
  EXPECT_EQ(forgery.status, 5) << forgery.output;
  EXPECT_THAT(forgery.output, testing::StartsWith("FORGED\n"));

  ASSERT_TRUE(Signer::CreateKeyFile(Path("other.key"), "test.example/2026"));
  const CommandResult other = judge(code, "other.key.pub");
  EXPECT_EQ(other.status, 5) << other.output;
  EXPECT_THAT(other.output, testing::StartsWith("OF ANOTHER KEY\n"));

  const CommandResult damaged = judge(code.substr(0, code.size() - 5));
  EXPECT_EQ(damaged.status, 3) << damaged.output;
  EXPECT_THAT(damaged.output, testing::StartsWith("DAMAGED\n"));
  EXPECT_EQ(judge(Path("no-such-file")).status, 4);
  EXPECT_EQ(judge(code, "audit.key").status, 3) << "not a public key";

  const nlohmann::json json =
      RunLocal({"slip", "verify", code, "--verifier", Path("audit.key.pub"), "--json"}).Json();
  EXPECT_EQ(json["verdict"], "GENUINE");
  EXPECT_EQ(json["slip"], 1);
  EXPECT_EQ(json["election"], "test election");
}

TEST_F(SlipServiceTest, TheCommandsGiveAndPrintASlip) {
  WriteTextFile(Path("finger.iso"), SyntheticRecord(1, 2));
  const CommandResult verified = RunTaanu(
      election_.socket(), {"verify", "--number", "VOTER-4711", "--precinct", "P1", "--operator",
                           "o", "--finger", Path("finger.iso"), "--slip-out", Path("slip.txt")});
  ASSERT_EQ(verified.status, 0) << verified.output;
  const CommandResult copy =
      RunTaanu(election_.socket(), {"slip", "reissue", "--number", "VOTER-4711", "--precinct", "P1",
                                    "--operator", "o", "--slip-out", Path("copy.txt")});
  ASSERT_EQ(copy.status, 0) << copy.output;
  EXPECT_THAT(copy.output, HasSubstr("*** COPY 2 ***"));
  EXPECT_EQ(ReadTextFile(Path("copy.txt")), ReadTextFile(Path("slip.txt")));
  const CommandResult nobody =
      RunTaanu(election_.socket(),
               {"slip", "reissue", "--number", "NOBODY", "--precinct", "P1", "--operator", "o"});
  EXPECT_EQ(nobody.status, 4) << nobody.output;

  const auto print = [&](const std::string& format) {
    return RunLocal({"slip", "print", Path("slip.txt"), "--format", format, "--copy", "2",
                     "--utc-offset-minutes", "360"});
  };
  EXPECT_EQ(print("text").output, copy.output) << "the same text as the daemon's";
  EXPECT_THAT(print("preview").output, testing::StartsWith(copy.output));
  EXPECT_THAT(print("svg").output, testing::StartsWith("<svg "));
  const CommandResult bytes = print("escpos");
  EXPECT_EQ(bytes.status, 0);
  EXPECT_THAT(bytes.output, testing::StartsWith("\x1b@"));
  EXPECT_EQ(RunLocal({"slip", "print", "123", "--format", "text"}).status, 3);
}

}  // namespace
}  // namespace taanu::test
