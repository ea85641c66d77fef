// Mutual TLS for real: who gets in, and what each role may do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/election.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

using grpc::StatusCode;

class RolesTest : public testing::Test {
 protected:
  void SetUp() override {
    Client administrator = As("administrator", "aigul");
    OpenPrecinct(administrator, "P1");
    OpenPrecinct(administrator, "P2");
    v1::EnrollVoterResponse enrolled;
    ASSERT_TRUE(
        administrator.Enroll(EnrollRequest("V-1", "P1", {RecordSample(1, 1)}), &enrolled).ok());
  }

  Client As(const std::string& role, const std::string& name, const std::string& precinct = "") {
    return election_.ConnectTls(election_.Issue(role, name, precinct));
  }

  // A connection that cannot be made is tried until the deadline, so these calls give up early.
  static grpc::Status CallWithoutWaiting(const Client& client) {
    grpc::ClientContext context;
    v1::GetServerInfoResponse response;
    return v1::AdministrationService::NewStub(client.channel())
        ->GetServerInfo(&context, {}, &response);
  }

  Election election_{{.tls = true}};
};

TEST_F(RolesTest, WithoutACertificateNobodyGetsIn) {
  EXPECT_EQ(CallWithoutWaiting(election_.ConnectTls({})).error_code(), StatusCode::UNAVAILABLE);
}

TEST_F(RolesTest, ACertificateOfAnotherAuthorityDoesNotGetIn) {
  const auto other = cli::MakeAuthority("other.example/2026");
  ASSERT_TRUE(other.has_value());
  const auto forged = cli::MakeClient(*other, {"administrator", "mallory", ""}, 1);
  ASSERT_TRUE(forged.has_value());
  EXPECT_EQ(CallWithoutWaiting(election_.ConnectTls(*forged)).error_code(),
            StatusCode::UNAVAILABLE);
}

TEST_F(RolesTest, PlaintextIsNotSpokenOnTcp) {
  const Client plain(grpc::CreateChannel("localhost:" + std::to_string(election_.port()),
                                         grpc::InsecureChannelCredentials()));
  EXPECT_EQ(CallWithoutWaiting(plain).error_code(), StatusCode::UNAVAILABLE);
}

TEST_F(RolesTest, ATerminalVerifiesInItsOwnPrecinctOnly) {
  Client terminal = As("terminal", "terminal-1", "P1");
  v1::VerifyVoterResponse response;
  grpc::Status status =
      terminal.Verify(VerifyRequest("V-1", "P1", {RecordSample(1, 2)}), &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.outcome(), v1::OUTCOME_ACCREDITED);

  status = terminal.Verify(VerifyRequest("V-1", "P2", {RecordSample(1, 2)}), &response);
  EXPECT_EQ(status.error_code(), StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(ReasonOf(status), "PRECINCT_NOT_ALLOWED");

  v1::GetPrecinctStatusResponse precinct;
  EXPECT_TRUE(terminal.PrecinctStatus("P1", &precinct).ok());
  EXPECT_EQ(precinct.precinct().accredited_count(), 1U);
  EXPECT_EQ(terminal.PrecinctStatus("P2", &precinct).error_code(), StatusCode::PERMISSION_DENIED);
}

TEST_F(RolesTest, ATerminalCannotEnrolOrMovePollsOrReadTheRegister) {
  Client terminal = As("terminal", "terminal-1", "P1");
  v1::EnrollVoterResponse enrolled;
  v1::OpenPollsResponse opened;
  v1::ClosePollsResponse closed;
  v1::GetVoterResponse voter;
  v1::GetStatisticsResponse statistics;
  EXPECT_EQ(terminal.Enroll(EnrollRequest("V-2", "P1", {}), &enrolled).error_code(),
            StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(terminal.OpenPolls("P1", &opened).error_code(), StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(terminal.ClosePolls("P1", &closed).error_code(), StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(terminal.GetVoter("V-1", &voter).error_code(), StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(terminal.Statistics({}, &statistics).error_code(), StatusCode::PERMISSION_DENIED);

  grpc::ClientContext context;
  const auto stream = terminal.enrollment().BulkEnroll(&context);
  EXPECT_EQ(stream->Finish().error_code(), StatusCode::PERMISSION_DENIED);
}

TEST_F(RolesTest, AnAuditorReadsFiguresButNoNames) {
  Client auditor = As("auditor", "observer");
  v1::GetStatisticsResponse statistics;
  v1::GetCheckpointResponse checkpoint;
  v1::GetVoterResponse voter;
  v1::VerifyVoterResponse verified;
  EXPECT_TRUE(auditor.Statistics({}, &statistics).ok());
  EXPECT_TRUE(auditor.Checkpoint(&checkpoint).ok());
  EXPECT_EQ(auditor.GetVoter("V-1", &voter).error_code(), StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(
      auditor.Verify(VerifyRequest("V-1", "P1", {RecordSample(1, 2)}), &verified).error_code(),
      StatusCode::PERMISSION_DENIED);
}

TEST_F(RolesTest, AnObserverReadsTotalsAndNotTheLog) {
  Client observer = As("observer", "party-1");
  v1::GetStatisticsResponse statistics;
  v1::GetCheckpointResponse checkpoint;
  v1::ListEventsResponse events;
  v1::ListCasesResponse cases;
  EXPECT_TRUE(observer.Statistics({}, &statistics).ok());
  EXPECT_TRUE(observer.Checkpoint(&checkpoint).ok());
  EXPECT_EQ(observer.ListEvents({}, &events).error_code(), StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(observer.ListCases({}, &cases).error_code(), StatusCode::PERMISSION_DENIED);
}

TEST_F(RolesTest, AnAdministratorCannotAccredit) {
  v1::VerifyVoterResponse verified;
  EXPECT_EQ(As("administrator", "bakyt")
                .Verify(VerifyRequest("V-1", "P1", {RecordSample(1, 2)}), &verified)
                .error_code(),
            StatusCode::PERMISSION_DENIED);
}

TEST_F(RolesTest, ARoleThatDoesNotExistGetsHealthAndNothingElse) {
  Client nobody = As("minister", "nobody");
  std::string reply;
  EXPECT_TRUE(nobody.Raw("/grpc.health.v1.Health/Check", "", &reply).ok());
  v1::GetServerInfoResponse info;
  EXPECT_EQ(nobody.ServerInfo(&info).error_code(), StatusCode::PERMISSION_DENIED);
}

TEST_F(RolesTest, AMethodThatDoesNotExistIsDeniedToEveryRole) {
  std::string reply;
  EXPECT_EQ(As("administrator", "chinara").Raw("/taanu.v1.Backdoor/Open", "", &reply).error_code(),
            StatusCode::PERMISSION_DENIED);
}

TEST(LocalRolesTest, TheSettingsLimitWhatTheUnixSocketMayDo) {
  Election election({.listen = "unix_socket_roles = [\"auditor\"]"});
  Client client = election.Connect();
  v1::GetStatisticsResponse statistics;
  EXPECT_TRUE(client.Statistics({}, &statistics).ok());
  v1::CreatePrecinctResponse created;
  EXPECT_EQ(client.CreatePrecinct("P1", &created).error_code(), StatusCode::PERMISSION_DENIED);
}

}  // namespace
}  // namespace taanu::test
