// Who may see and settle cases, by certificates over mutual TLS.
#include <gtest/gtest.h>

#include "taanu/v1/adjudication_service.grpc.pb.h"
#include "tests/support/election.h"
#include "tests/support/office.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

using grpc::StatusCode;
using Stub = v1::AdjudicationService::Stub;

class CaseRolesTest : public testing::Test {
 protected:
  void SetUp() override {
    Client administrator = As("administrator", "office");
    OpenPrecinct(administrator, "P1");
    v1::EnrollVoterResponse enrolled;
    ASSERT_TRUE(
        administrator.Enroll(EnrollRequest("V-1", "P1", {RecordSample(1, 1)}), &enrolled).ok());
    ASSERT_TRUE(
        administrator.Enroll(EnrollRequest("V-2", "P1", {RecordSample(1, 2)}), &enrolled).ok());
    v1::StartDuplicateSearchRequest start;
    start.set_request_id(NewRequestId());
    start.set_operator_id("aigul");
    start.set_false_pairs(0.001);
    v1::StartDuplicateSearchResponse started;
    ASSERT_TRUE(
        CallOnce(*StubOf(administrator), &Stub::StartDuplicateSearch, start, &started).ok());
    v1::GetDuplicateSearchResponse search;
    do {
      ASSERT_TRUE(CallOnce(*StubOf(administrator), &Stub::GetDuplicateSearch,
                           v1::GetDuplicateSearchRequest(), &search)
                      .ok());
    } while (search.search().state() == v1::DUPLICATE_SEARCH_STATE_RUNNING);
    ASSERT_EQ(search.search().case_count(), 1U);
  }

  Client As(const std::string& role, const std::string& name, const std::string& precinct = "") {
    return election_.ConnectTls(election_.Issue(role, name, precinct));
  }
  static std::unique_ptr<Stub> StubOf(const Client& client) {
    return v1::AdjudicationService::NewStub(client.channel());
  }
  static grpc::Status Decide(const Client& client, const std::string& officer,
                             v1::CaseDecision decision, v1::DecideCaseResponse* response) {
    v1::DecideCaseRequest request;
    request.set_request_id(NewRequestId());
    request.set_case_id(1);
    request.set_operator_id(officer);
    request.set_decision(decision);
    return CallOnce(*StubOf(client), &Stub::DecideCase, request, response);
  }

  Election election_{{.tls = true}};
};

TEST_F(CaseRolesTest, AnAuditorSeesTheListAndNeitherNamesNorMinutiae) {
  Client auditor = As("auditor", "observer");
  v1::ListCasesResponse cases;
  ASSERT_TRUE(auditor.ListCases({}, &cases).ok());
  ASSERT_EQ(cases.cases_size(), 1);
  EXPECT_EQ(cases.cases(0).kind(), v1::CASE_KIND_REGISTER_DUPLICATE);
  EXPECT_EQ(cases.cases(0).voter_reference().size(), 32U);
  EXPECT_EQ(cases.cases(0).other_voter_reference().size(), 32U);
  v1::GetCaseRequest get;
  get.set_case_id(1);
  v1::GetCaseResponse found;
  v1::GetCasePictureRequest draw;
  draw.set_case_id(1);
  v1::GetCasePictureResponse picture;
  v1::DecideCaseResponse decided;
  for (const char* role : {"auditor", "terminal"}) {
    const Client client = As(role, "somebody", role == std::string("terminal") ? "P1" : "");
    EXPECT_EQ(CallOnce(*StubOf(client), &Stub::GetCase, get, &found).error_code(),
              StatusCode::PERMISSION_DENIED);
    EXPECT_EQ(CallOnce(*StubOf(client), &Stub::GetCasePicture, draw, &picture).error_code(),
              StatusCode::PERMISSION_DENIED);
    EXPECT_EQ(Decide(client, "x", v1::CASE_DECISION_SAME_PERSON, &decided).error_code(),
              StatusCode::PERMISSION_DENIED);
  }
  const Client supervisor = As("supervisor", "chair");
  ASSERT_TRUE(CallOnce(*StubOf(supervisor), &Stub::GetCase, get, &found).ok());
  EXPECT_EQ(found.voters_size(), 2);
  ASSERT_TRUE(CallOnce(*StubOf(supervisor), &Stub::GetCasePicture, draw, &picture).ok());
  EXPECT_NE(picture.svg().find("<svg"), std::string::npos);
}

TEST_F(CaseRolesTest, OnlyTheCertificateOfASupervisorDecidesBetweenTwo) {
  const Client administrator = As("administrator", "office");
  v1::DecideCaseResponse decided;
  ASSERT_TRUE(Decide(administrator, "aigul", v1::CASE_DECISION_SAME_PERSON, &decided).ok());
  ASSERT_TRUE(Decide(administrator, "bakyt", v1::CASE_DECISION_DIFFERENT_PEOPLE, &decided).ok());
  EXPECT_EQ(decided.state(), v1::CASE_STATE_DISPUTED);
  const grpc::Status refused =
      Decide(administrator, "chynara", v1::CASE_DECISION_SAME_PERSON, &decided);
  EXPECT_EQ(refused.error_code(), StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(ReasonOf(refused), "SUPERVISOR_NEEDED");
  const Client supervisor = As("supervisor", "chair");
  EXPECT_EQ(ReasonOf(Decide(supervisor, "bakyt", v1::CASE_DECISION_SAME_PERSON, &decided)),
            "ALREADY_DECIDED");
  ASSERT_TRUE(Decide(supervisor, "dinara", v1::CASE_DECISION_SAME_PERSON, &decided).ok());
  EXPECT_EQ(decided.state(), v1::CASE_STATE_SETTLED);
  EXPECT_EQ(decided.settled_as(), v1::CASE_DECISION_SAME_PERSON);
}

TEST_F(CaseRolesTest, BadRequestsAreRefusedWithTheirField) {
  const Client administrator = As("administrator", "office");
  v1::DecideCaseResponse decided;
  grpc::Status status = Decide(administrator, "aigul", v1::CASE_DECISION_UNSPECIFIED, &decided);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(FieldOf(status), "decision");
  status = Decide(administrator, "aigul", static_cast<v1::CaseDecision>(77), &decided);
  EXPECT_EQ(FieldOf(status), "decision");
  status = Decide(administrator, "", v1::CASE_DECISION_SAME_PERSON, &decided);
  EXPECT_EQ(FieldOf(status), "operator_id");
  v1::ListCasesRequest list;
  list.set_kind(static_cast<v1::CaseKind>(77));
  v1::ListCasesResponse cases;
  Client client = As("administrator", "office");
  EXPECT_EQ(FieldOf(client.ListCases(list, &cases)), "kind");
  list.set_kind(v1::CASE_KIND_UNSPECIFIED);
  list.set_state(static_cast<v1::CaseState>(77));
  EXPECT_EQ(FieldOf(client.ListCases(list, &cases)), "state");
}

}  // namespace
}  // namespace taanu::test
