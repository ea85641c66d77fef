// Sessions of stations and corrections of totals through the real daemon.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "taanu/v1/administration_service.grpc.pb.h"
#include "tests/support/election.h"
#include "tests/support/election_day.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

using Verification = v1::VerificationService::Stub;
using Administration = v1::AdministrationService::Stub;

v1::StartSessionRequest StartRequest(const std::string& station = "1") {
  v1::StartSessionRequest request;
  request.set_request_id(NewRequestId());
  request.set_precinct_id("P1");
  request.set_station_id(station);
  request.set_operator_id("operator-7");
  return request;
}

v1::TakeOverSessionRequest TakeOverRequest(const std::string& station = "1") {
  v1::TakeOverSessionRequest request;
  request.set_request_id(NewRequestId());
  request.set_precinct_id("P1");
  request.set_station_id(station);
  request.set_operator_id("operator-9");
  request.set_second_officer_id("officer-8");
  request.set_reason(v1::TAKE_OVER_REASON_DEVICE_FAILED);
  return request;
}

template <typename Request, typename Response>
grpc::Status Do(const Client& client,
                grpc::Status (Verification::*method)(grpc::ClientContext*, const Request&,
                                                     Response*),
                const Request& request, Response* response) {
  return CallOnce(*VerificationStub(client), method, request, response);
}

// Each voter has a finger of their own.
uint64_t FingerOf(const std::string& number) { return static_cast<uint64_t>(number.back()); }

// What the daemon says to an attempt of this voter under a session: its outcome or its refusal.
std::string Attempt(Client& client, const std::string& number, const std::string& session) {
  auto request = VerifyRequest(number, "P1", {RecordSample(FingerOf(number), 2)});
  request.set_session_id(session);
  v1::VerifyVoterResponse response;
  const grpc::Status status = client.Verify(request, &response);
  return status.ok() ? v1::Outcome_Name(response.outcome()) : ReasonOf(status);
}

void EnrollThree(Client& client) {
  OpenPrecinct(client, "P1");
  for (const char* number : {"V-1", "V-2", "V-3"}) {
    v1::EnrollVoterResponse response;
    const auto request = EnrollRequest(number, "P1", {RecordSample(FingerOf(number), 1)});
    ASSERT_TRUE(client.Enroll(request, &response).ok());
  }
}

TEST(SessionsTest, ABackupTakesAStationOverAndTheFirstDeviceIsToldWhatToDo) {
  Election election({.tls = true});
  Client administrator = election.ConnectTls(election.Issue("administrator", "aigul"));
  EnrollThree(administrator);
  Client device = election.ConnectTls(election.Issue("terminal", "laptop-1", "P1"));
  Client backup = election.ConnectTls(election.Issue("terminal", "laptop-2", "P1"));

  v1::StartSessionResponse started;
  const auto start = StartRequest();
  grpc::Status status = Do(device, &Verification::StartSession, start, &started);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(started.session().session_id(), start.request_id());
  EXPECT_EQ(started.session().state(), v1::SESSION_STATE_LIVE);
  EXPECT_EQ(Attempt(device, "V-1", start.request_id()), "OUTCOME_ACCREDITED");
  EXPECT_EQ(ReasonOf(Do(backup, &Verification::StartSession, StartRequest(), &started)),
            "SESSION_EXISTS");
  EXPECT_EQ(Attempt(backup, "V-2", start.request_id()), "SESSION_OF_ANOTHER_DEVICE");

  const auto take_over = TakeOverRequest();
  v1::TakeOverSessionResponse taken;
  status = Do(backup, &Verification::TakeOverSession, take_over, &taken);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(taken.session().predecessor_id(), start.request_id());

  // Also after a crash: it is in the file.
  election.Kill();
  election.Start();
  device = election.ConnectTls(election.Issue("terminal", "laptop-1", "P1"));
  backup = election.ConnectTls(election.Issue("terminal", "laptop-2", "P1"));
  auto request = VerifyRequest("V-2", "P1", {RecordSample(1, 2)});
  request.set_session_id(start.request_id());
  v1::VerifyVoterResponse verified;
  status = device.Verify(request, &verified);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(status), "SESSION_TAKEN_OVER");
  EXPECT_THAT(status.error_message(), testing::HasSubstr("stop here and send voters to"));
  auto fallback = FallbackRequest("V-2");
  fallback.set_session_id(start.request_id());
  v1::RecordFallbackResponse recorded;
  EXPECT_EQ(ReasonOf(Fallback(device, fallback, &recorded)), "SESSION_TAKEN_OVER");
  auto identify = IdentifyRequest("P1", {RecordSample(FingerOf("V-2"), 2)});
  identify.set_session_id(start.request_id());
  v1::IdentifyVoterResponse identified;
  EXPECT_EQ(ReasonOf(device.Identify(identify, &identified)), "SESSION_TAKEN_OVER");
  v1::ReissueSlipRequest reissue;
  reissue.set_request_id(NewRequestId());
  reissue.set_voter_number("V-1");
  reissue.set_precinct_id("P1");
  reissue.set_operator_id("operator-7");
  reissue.set_session_id(start.request_id());
  v1::ReissueSlipResponse reissued;
  EXPECT_EQ(ReasonOf(Do(device, &Verification::ReissueSlip, reissue, &reissued)),
            "SESSION_TAKEN_OVER");
  reissue.set_session_id(take_over.request_id());
  EXPECT_TRUE(Do(backup, &Verification::ReissueSlip, reissue, &reissued).ok());
  fallback.set_session_id(take_over.request_id());
  EXPECT_TRUE(Fallback(backup, fallback, &recorded).ok());
  EXPECT_EQ(Attempt(backup, "V-3", take_over.request_id()), "OUTCOME_ACCREDITED");
  // Nobody is refused for having none, unless the election says so.
  EXPECT_EQ(Attempt(backup, "V-9", ""), "OUTCOME_NOT_ON_ROLL");

  v1::GetPrecinctStatusResponse precinct;
  ASSERT_TRUE(backup.PrecinctStatus("P1", &precinct).ok());
  ASSERT_EQ(precinct.sessions_size(), 1);
  EXPECT_EQ(precinct.sessions(0).session_id(), take_over.request_id());

  v1::EndSessionRequest end;
  end.set_request_id(NewRequestId());
  end.set_session_id(take_over.request_id());
  end.set_precinct_id("P1");
  end.set_operator_id("operator-9");
  v1::EndSessionResponse ended;
  ASSERT_TRUE(Do(backup, &Verification::EndSession, end, &ended).ok());
  EXPECT_EQ(ended.session().state(), v1::SESSION_STATE_ENDED);
  EXPECT_TRUE(Do(backup, &Verification::EndSession, end, &ended).ok());
  EXPECT_TRUE(ended.replayed());
  EXPECT_EQ(Attempt(backup, "V-3", take_over.request_id()), "SESSION_ENDED");
}

// Where a precinct has officers, two ids are not enough: each proves who they are by a code.
TEST(OfficersTest, FallbacksTakeOversAndCorrectionsNeedBothCodes) {
  Election election;
  Client client = election.Connect();
  EnrollThree(client);
  const auto stub = v1::AdministrationService::NewStub(client.channel());
  for (const char* officer : {"operator-7", "officer-8", "operator-9"}) {
    v1::AddOfficerRequest add;
    add.set_request_id(NewRequestId());
    add.set_precinct_id("P1");
    add.set_officer_id(officer);
    add.set_code(std::string("code-of-") + officer);
    add.set_operator_id("admin");
    v1::AddOfficerResponse added;
    const grpc::Status status = CallOnce(*stub, &Administration::AddOfficer, add, &added);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  auto fallback = FallbackRequest("V-1");
  v1::RecordFallbackResponse recorded;
  EXPECT_EQ(ReasonOf(Fallback(client, fallback, &recorded)), "BAD_CODE");
  fallback.set_operator_code("code-of-operator-7");
  fallback.set_second_officer_code("code-of-operator-7");
  const grpc::Status wrong = Fallback(client, fallback, &recorded);
  EXPECT_EQ(wrong.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(ReasonOf(wrong), "WRONG_CODE");
  EXPECT_EQ(FieldOf(wrong), "second_officer_code");
  fallback.set_second_officer_code("code-of-officer-8");
  EXPECT_TRUE(Fallback(client, fallback, &recorded).ok());
  EXPECT_EQ(recorded.outcome(), v1::OUTCOME_ACCREDITED_BY_FALLBACK);
  fallback = FallbackRequest("V-2");
  fallback.set_second_officer_id("nobody");
  fallback.set_operator_code("code-of-operator-7");
  fallback.set_second_officer_code("code-of-officer-8");
  EXPECT_EQ(ReasonOf(Fallback(client, fallback, &recorded)), "UNKNOWN_OFFICER");

  v1::StartSessionResponse started;
  ASSERT_TRUE(Do(client, &Verification::StartSession, StartRequest(), &started).ok());
  auto take_over = TakeOverRequest();
  v1::TakeOverSessionResponse taken;
  EXPECT_EQ(ReasonOf(Do(client, &Verification::TakeOverSession, take_over, &taken)), "BAD_CODE");
  take_over.set_operator_code("code-of-operator-9");
  take_over.set_second_officer_code("code-of-officer-8");
  EXPECT_TRUE(Do(client, &Verification::TakeOverSession, take_over, &taken).ok());

  v1::ClosePollsResponse closed;
  ASSERT_TRUE(client.ClosePolls("P1", &closed).ok());
  v1::CorrectTotalsRequest correct;
  correct.set_request_id(NewRequestId());
  correct.set_precinct_id("P1");
  correct.set_operator_id("operator-7");
  correct.set_second_officer_id("officer-8");
  correct.set_accredited_count(2);
  correct.set_reason(v1::TOTALS_CORRECTION_REASON_UNRECORDED);
  correct.set_document("act 17-2026");
  correct.set_operator_code("code-of-operator-7");
  correct.set_second_officer_code("wrong-code");
  v1::CorrectTotalsResponse corrected;
  EXPECT_EQ(ReasonOf(CallOnce(*stub, &Administration::CorrectTotals, correct, &corrected)),
            "WRONG_CODE");
  correct.set_second_officer_code("code-of-officer-8");
  EXPECT_TRUE(CallOnce(*stub, &Administration::CorrectTotals, correct, &corrected).ok());

  v1::ListOfficersRequest list;
  list.set_precinct_id("P1");
  v1::ListOfficersResponse officers;
  ASSERT_TRUE(CallOnce(*stub, &Administration::ListOfficers, list, &officers).ok());
  EXPECT_EQ(officers.officers_size(), 3);
  std::string everything = officers.DebugString();
  for (const v1::Event& event : AllEvents(client)) everything += event.leaf();
  EXPECT_THAT(everything, testing::HasSubstr("officer_code_refused"));
  EXPECT_EQ(election.Stop(), 0);
  everything += election.Log();
  EXPECT_THAT(everything, testing::Not(testing::HasSubstr("code-of-")));
  EXPECT_THAT(everything, testing::Not(testing::HasSubstr("wrong-code")));
}

TEST(SessionsTest, AnElectionMayServeTerminalsInASessionAlone) {
  const Election election({.election = "sessions_required = true"});
  Client client = election.Connect();
  EnrollThree(client);
  EXPECT_EQ(Attempt(client, "V-1", ""), "SESSION_REQUIRED");
  v1::RecordFallbackResponse recorded;
  EXPECT_EQ(ReasonOf(Fallback(client, FallbackRequest("V-1"), &recorded)), "SESSION_REQUIRED");
  EXPECT_EQ(Attempt(client, "V-1", "1"), "BAD_SESSION_ID");
  EXPECT_EQ(Attempt(client, "V-1", NewRequestId()), "UNKNOWN_SESSION");
  v1::StartSessionResponse started;
  const auto start = StartRequest();
  ASSERT_TRUE(Do(client, &Verification::StartSession, start, &started).ok());
  EXPECT_EQ(Attempt(client, "V-1", start.request_id()), "OUTCOME_ACCREDITED");
}

TEST(SessionsTest, WhatIsMissingIsRefused) {
  const Election election;
  Client client = election.Connect();
  EnrollThree(client);
  v1::StartSessionResponse started;
  auto start = StartRequest("no station");
  EXPECT_EQ(ReasonOf(Do(client, &Verification::StartSession, start, &started)), "BAD_STATION_ID");
  auto take_over = TakeOverRequest();
  v1::TakeOverSessionResponse taken;
  EXPECT_EQ(ReasonOf(Do(client, &Verification::TakeOverSession, take_over, &taken)), "NO_SESSION");
  take_over.set_reason(v1::TAKE_OVER_REASON_UNSPECIFIED);
  EXPECT_EQ(ReasonOf(Do(client, &Verification::TakeOverSession, take_over, &taken)),
            "BAD_TAKE_OVER_REASON");
  take_over = TakeOverRequest();
  take_over.set_second_officer_id(take_over.operator_id());
  EXPECT_EQ(ReasonOf(Do(client, &Verification::TakeOverSession, take_over, &taken)),
            "SAME_OFFICER");
}

class CorrectionsTest : public testing::Test {
 protected:
  void SetUp() override {
    EnrollThree(client_);
    ASSERT_EQ(Attempt(client_, "V-1", ""), "OUTCOME_ACCREDITED");
  }

  static v1::CorrectTotalsRequest Request(uint64_t accredited_count) {
    v1::CorrectTotalsRequest request;
    request.set_request_id(NewRequestId());
    request.set_precinct_id("P1");
    request.set_operator_id("operator-7");
    request.set_second_officer_id("officer-8");
    request.set_accredited_count(accredited_count);
    request.set_reason(v1::TOTALS_CORRECTION_REASON_UNRECORDED);
    request.set_document("act 17-2026");
    return request;
  }
  std::string Correct(const v1::CorrectTotalsRequest& request,
                      v1::CorrectTotalsResponse* response = nullptr) {
    v1::CorrectTotalsResponse unused;
    const grpc::Status status =
        CallOnce(*v1::AdministrationService::NewStub(client_.channel()),
                 &Administration::CorrectTotals, request, response ? response : &unused);
    return status.ok() ? "" : ReasonOf(status);
  }

  Election election_;
  Client client_ = election_.Connect();
};

TEST_F(CorrectionsTest, TheSealedTotalStaysAndCorrectionsStandBesideIt) {
  EXPECT_EQ(Correct(Request(2)), "POLLS_NOT_CLOSED");
  v1::ClosePollsResponse closed;
  ASSERT_TRUE(client_.ClosePolls("P1", &closed).ok());
  const auto request = Request(2);
  v1::CorrectTotalsResponse first;
  ASSERT_EQ(Correct(request, &first), "");
  EXPECT_EQ(first.correction().sealed_count(), 1U);
  EXPECT_EQ(first.correction().accredited_count(), 2U);
  EXPECT_EQ(first.correction().number(), 1U);
  EXPECT_EQ(Correct(Request(3)), "");
  EXPECT_EQ(Correct(Request(4)), "CORRECTION_ABOVE_ROLL");
  auto same = Request(1);
  same.set_second_officer_id("operator-7");
  EXPECT_EQ(Correct(same), "SAME_OFFICER");
  auto document = Request(1);
  document.set_document("as Mr. Isakov told me: two voters");
  EXPECT_EQ(Correct(document), "BAD_DOCUMENT");
  auto reason = Request(1);
  reason.set_reason(v1::TOTALS_CORRECTION_REASON_UNSPECIFIED);
  EXPECT_EQ(Correct(reason), "BAD_CORRECTION_REASON");

  election_.Kill();
  election_.Start();
  client_ = election_.Connect();
  v1::CorrectTotalsResponse again;
  ASSERT_EQ(Correct(request, &again), "");
  EXPECT_TRUE(again.replayed());
  EXPECT_EQ(again.correction().SerializeAsString(), first.correction().SerializeAsString());

  v1::GetPrecinctStatusResponse status;
  ASSERT_TRUE(client_.PrecinctStatus("P1", &status).ok());
  EXPECT_EQ(status.precinct().accredited_count(), 1U);
  ASSERT_EQ(status.corrections_size(), 2);
  EXPECT_EQ(status.corrections(1).accredited_count(), 3U);
  EXPECT_EQ(status.corrections(1).previous_count(), 2U);

  const auto stub = v1::AdministrationService::NewStub(client_.channel());
  v1::ListCorrectionsRequest list;
  list.set_page_size(1);
  v1::ListCorrectionsResponse page;
  ASSERT_TRUE(CallOnce(*stub, &Administration::ListCorrections, list, &page).ok());
  ASSERT_EQ(page.corrections_size(), 1);
  EXPECT_EQ(page.corrections(0).number(), 1U);
  list.set_page_token(page.next_page_token());
  page.Clear();
  ASSERT_TRUE(CallOnce(*stub, &Administration::ListCorrections, list, &page).ok());
  ASSERT_EQ(page.corrections_size(), 1);
  EXPECT_EQ(page.corrections(0).number(), 2U);
  EXPECT_TRUE(page.next_page_token().empty());
  EXPECT_THAT(AllEvents(client_)[status.corrections(1).event_index()].leaf(),
              testing::HasSubstr("\"type\":\"totals_corrected\""));
}

}  // namespace
}  // namespace taanu::test
