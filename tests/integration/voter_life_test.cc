// What happens to a voter after enrolment, through gRPC, on the real daemon.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/election.h"
#include "tests/support/office.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

using grpc::StatusCode;
using Stub = v1::EnrollmentService::Stub;

constexpr auto kIndex = v1::FINGER_POSITION_RIGHT_INDEX;

class VoterLifeTest : public testing::Test {
 protected:
  void SetUp() override {
    v1::CreatePrecinctResponse created;
    ASSERT_TRUE(client_.CreatePrecinct("P1", &created).ok());
    ASSERT_TRUE(client_.CreatePrecinct("P2", &created).ok());
    v1::EnrollVoterResponse enrolled;
    ASSERT_TRUE(
        client_.Enroll(EnrollRequest("V-1", "P1", {RecordSample(1, 1, kIndex)}), &enrolled).ok());
    reference_ = enrolled.voter_reference();
  }

  template <typename Request, typename Response>
  grpc::Status Change(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                      const std::type_identity_t<Request>& request,
                      std::type_identity_t<Response>* response) {
    return CallOnce(client_.enrollment(), method, request, response);
  }
  // The same, and the reason where it is refused.
  template <typename Request, typename Response>
  std::string Try(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  const std::type_identity_t<Request>& request) {
    Response response;
    const grpc::Status status = Change(method, request, &response);
    return status.ok() ? "" : ReasonOf(status);
  }

  v1::DeactivateVoterRequest Deactivation() {
    auto request = ChangeRequest<v1::DeactivateVoterRequest>("V-1");
    request.set_reason(v1::DEACTIVATION_REASON_DIED);
    return request;
  }
  v1::MoveVoterRequest MoveTo(const std::string& precinct) {
    auto request = ChangeRequest<v1::MoveVoterRequest>("V-1");
    request.set_precinct_id(precinct);
    return request;
  }
  v1::ReenrollFingerRequest Reenrolment(uint64_t finger) {
    auto request = ChangeRequest<v1::ReenrollFingerRequest>("V-1");
    *request.mutable_sample() = RecordSample(finger, 1, kIndex);
    return request;
  }

  v1::GetVoterResponse Voter() {
    v1::GetVoterResponse voter;
    const grpc::Status status = client_.GetVoter("V-1", &voter);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return voter;
  }
  v1::Outcome Attempt(const std::string& precinct, uint64_t finger) {
    v1::VerifyVoterResponse answer;
    const grpc::Status status =
        client_.Verify(VerifyRequest("V-1", precinct, {RecordSample(finger, 2)}), &answer);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return answer.outcome();
  }
  void OpenPolls(const std::string& precinct) {
    v1::OpenPollsResponse opened;
    ASSERT_TRUE(client_.OpenPolls(precinct, &opened).ok());
  }
  uint64_t RollOf(const std::string& precinct) {
    v1::GetPrecinctStatusResponse status;
    EXPECT_TRUE(client_.PrecinctStatus(precinct, &status).ok());
    return status.precinct().voter_count();
  }

  Election election_;
  Client client_ = election_.Connect();
  std::string reference_;
};

TEST_F(VoterLifeTest, DataAreCorrectedWhereTheMaskNamesThem) {
  auto request = ChangeRequest<v1::UpdateVoterRequest>("V-1");
  request.mutable_voter()->set_family_name("Осмонова");
  request.mutable_voter()->set_given_names("ignored");
  request.mutable_update_mask()->add_paths("family_name");
  v1::UpdateVoterResponse answer;
  ASSERT_TRUE(Change(&Stub::UpdateVoter, request, &answer).ok());
  EXPECT_EQ(answer.change().voter_reference(), reference_);
  EXPECT_EQ(answer.change().state(), v1::VOTER_STATE_ACTIVE);
  EXPECT_EQ(Voter().voter().family_name(), "Осмонова");
  EXPECT_EQ(Voter().voter().given_names(), "Айгүл");

  request = ChangeRequest<v1::UpdateVoterRequest>("V-1");
  request.mutable_update_mask()->add_paths("voter_number");
  EXPECT_EQ((Try<v1::UpdateVoterRequest, v1::UpdateVoterResponse>(&Stub::UpdateVoter, request)),
            "BAD_UPDATE_MASK");
  request = ChangeRequest<v1::UpdateVoterRequest>("V-2");
  EXPECT_EQ((Try<v1::UpdateVoterRequest, v1::UpdateVoterResponse>(&Stub::UpdateVoter, request)),
            "UNKNOWN_VOTER");
}

TEST_F(VoterLifeTest, AVoterWhoMovedVotesInTheNewPrecinct) {
  v1::MoveVoterResponse moved;
  ASSERT_TRUE(Change(&Stub::MoveVoter, MoveTo("P2"), &moved).ok());
  EXPECT_EQ(moved.change().precinct_id(), "P2");
  EXPECT_EQ(RollOf("P1"), 0u);
  EXPECT_EQ(RollOf("P2"), 1u);
  OpenPolls("P1");
  OpenPolls("P2");
  EXPECT_EQ(Attempt("P1", 1), v1::OUTCOME_WRONG_PRECINCT);
  EXPECT_EQ(Attempt("P2", 1), v1::OUTCOME_ACCREDITED);
  // Where the voter was counted, the voter stays.
  EXPECT_EQ((Try<v1::MoveVoterRequest, v1::MoveVoterResponse>(&Stub::MoveVoter, MoveTo("P1"))),
            "VOTER_ACCREDITED");
  EXPECT_EQ((Try<v1::MoveVoterRequest, v1::MoveVoterResponse>(&Stub::MoveVoter, MoveTo("P9"))),
            "VOTER_ACCREDITED");
}

TEST_F(VoterLifeTest, AVoterOffTheRollIsNotOnTheRoll) {
  OpenPolls("P1");
  v1::DeactivateVoterResponse off;
  ASSERT_TRUE(Change(&Stub::DeactivateVoter, Deactivation(), &off).ok());
  EXPECT_EQ(off.change().state(), v1::VOTER_STATE_INACTIVE);
  EXPECT_EQ(RollOf("P1"), 0u);
  EXPECT_EQ(Attempt("P1", 1), v1::OUTCOME_NOT_ON_ROLL);
  EXPECT_EQ(Voter().state(), v1::VOTER_STATE_INACTIVE);
  EXPECT_EQ(Voter().deactivation_reason(), v1::DEACTIVATION_REASON_DIED);
  v1::ReactivateVoterResponse on;
  ASSERT_TRUE(
      Change(&Stub::ReactivateVoter, ChangeRequest<v1::ReactivateVoterRequest>("V-1"), &on).ok());
  EXPECT_EQ(Attempt("P1", 1), v1::OUTCOME_ACCREDITED);
  EXPECT_EQ(RollOf("P1"), 1u);
}

TEST_F(VoterLifeTest, AfterClosingTheRollIsSealed) {
  OpenPolls("P1");
  v1::ClosePollsResponse closed;
  ASSERT_TRUE(client_.ClosePolls("P1", &closed).ok());
  EXPECT_EQ((Try<v1::DeactivateVoterRequest, v1::DeactivateVoterResponse>(&Stub::DeactivateVoter,
                                                                          Deactivation())),
            "ROLL_SEALED");
  EXPECT_EQ((Try<v1::MoveVoterRequest, v1::MoveVoterResponse>(&Stub::MoveVoter, MoveTo("P2"))),
            "ROLL_SEALED");
  v1::EnrollVoterResponse enrolled;
  const auto newcomer = EnrollRequest("V-2", "P1", {RecordSample(2, 1, kIndex)});
  EXPECT_EQ(ReasonOf(client_.Enroll(newcomer, &enrolled)), "ROLL_SEALED");
  EXPECT_EQ(RollOf("P1"), 1u);
  const auto elsewhere = EnrollRequest("V-2", "P2", {RecordSample(2, 1, kIndex)});
  EXPECT_TRUE(client_.Enroll(elsewhere, &enrolled).ok()) << "its polls have not closed";
  const auto known = EnrollRequest("V-1", "P1", {RecordSample(1, 1, kIndex)});
  EXPECT_TRUE(client_.Enroll(known, &enrolled).ok());
  EXPECT_TRUE(enrolled.already_enrolled()) << "nobody comes onto the roll";
}

TEST_F(VoterLifeTest, AFingerIsEnrolledAgainAndConfirmedByAnotherOperator) {
  v1::ReenrollFingerResponse again;
  ASSERT_TRUE(Change(&Stub::ReenrollFinger, Reenrolment(2), &again).ok());
  EXPECT_TRUE(again.finger_report().enrolled());
  EXPECT_EQ(again.change().reference_count(), 1u);
  EXPECT_EQ(Voter().superseded_fingers_size(), 1);
  EXPECT_EQ((Try<v1::ReenrollFingerRequest, v1::ReenrollFingerResponse>(&Stub::ReenrollFinger,
                                                                        Reenrolment(3))),
            "FINGER_UNCONFIRMED");
  auto confirm = ChangeRequest<v1::ConfirmFingerRequest>("V-1");
  confirm.set_position(kIndex);
  EXPECT_EQ(
      (Try<v1::ConfirmFingerRequest, v1::ConfirmFingerResponse>(&Stub::ConfirmFinger, confirm)),
      "SAME_OPERATOR");
  confirm = ChangeRequest<v1::ConfirmFingerRequest>("V-1", "office-2");
  confirm.set_position(kIndex);
  v1::ConfirmFingerResponse confirmed;
  ASSERT_TRUE(Change(&Stub::ConfirmFinger, confirm, &confirmed).ok());
  EXPECT_EQ(Voter().superseded_fingers_size(), 0);
  OpenPolls("P1");
  EXPECT_EQ(Attempt("P1", 1), v1::OUTCOME_NO_MATCH);
  EXPECT_EQ(Attempt("P1", 2), v1::OUTCOME_ACCREDITED);
}

TEST_F(VoterLifeTest, AFingerIsTakenBackAlsoOnTheDayButNotEnrolledThen) {
  v1::ReenrollFingerResponse again;
  ASSERT_TRUE(Change(&Stub::ReenrollFinger, Reenrolment(2), &again).ok());
  OpenPolls("P1");
  auto revert = ChangeRequest<v1::RevertFingerRequest>("V-1");
  revert.set_position(kIndex);
  v1::RevertFingerResponse reverted;
  ASSERT_TRUE(Change(&Stub::RevertFinger, revert, &reverted).ok());
  EXPECT_EQ((Try<v1::ReenrollFingerRequest, v1::ReenrollFingerResponse>(&Stub::ReenrollFinger,
                                                                        Reenrolment(2))),
            "POLLS_OPEN");
  EXPECT_EQ(Attempt("P1", 2), v1::OUTCOME_NO_MATCH);
  EXPECT_EQ(Attempt("P1", 1), v1::OUTCOME_ACCREDITED);
}

TEST_F(VoterLifeTest, WhoIsErasedIsGoneAndTheLogSaysSo) {
  EXPECT_EQ((Try<v1::EraseVoterRequest, v1::EraseVoterResponse>(
                &Stub::EraseVoter, ChangeRequest<v1::EraseVoterRequest>("V-1"))),
            "VOTER_ACTIVE");
  v1::DeactivateVoterResponse off;
  ASSERT_TRUE(Change(&Stub::DeactivateVoter, Deactivation(), &off).ok());
  const auto request = ChangeRequest<v1::EraseVoterRequest>("V-1");
  v1::EraseVoterResponse erased;
  ASSERT_TRUE(Change(&Stub::EraseVoter, request, &erased).ok());
  v1::GetVoterResponse voter;
  EXPECT_EQ(client_.GetVoter("V-1", &voter).error_code(), StatusCode::NOT_FOUND);
  const auto events = AllEvents(client_);
  ASSERT_LT(erased.change().event_index(), events.size());
  EXPECT_THAT(events[erased.change().event_index()].leaf(),
              testing::AllOf(testing::HasSubstr("\"type\":\"voter_erased\""),
                             testing::HasSubstr(reference_)));
  v1::EraseVoterResponse again;
  ASSERT_TRUE(Change(&Stub::EraseVoter, request, &again).ok());
  EXPECT_TRUE(again.change().replayed());
}

TEST_F(VoterLifeTest, ARepeatedRequestGetsTheFirstAnswerAlsoAfterACrash) {
  const auto request = Deactivation();
  v1::DeactivateVoterResponse first;
  ASSERT_TRUE(Change(&Stub::DeactivateVoter, request, &first).ok());
  v1::ReactivateVoterResponse on;
  ASSERT_TRUE(
      Change(&Stub::ReactivateVoter, ChangeRequest<v1::ReactivateVoterRequest>("V-1"), &on).ok());
  election_.Kill();
  election_.Start();
  // A call on the old connection may still go to the daemon that is dead.
  client_ = election_.Connect();
  v1::DeactivateVoterResponse again;
  ASSERT_TRUE(Change(&Stub::DeactivateVoter, request, &again).ok());
  EXPECT_TRUE(again.change().replayed());
  again.mutable_change()->set_replayed(false);
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(Voter().state(), v1::VOTER_STATE_ACTIVE) << "it changes nothing once more";

  auto other = request;
  other.set_reason(v1::DEACTIVATION_REASON_MISTAKE);
  EXPECT_EQ(
      (Try<v1::DeactivateVoterRequest, v1::DeactivateVoterResponse>(&Stub::DeactivateVoter, other)),
      "REQUEST_ID_REUSED");
  auto elsewhere = MoveTo("P2");
  elsewhere.set_request_id(request.request_id());
  EXPECT_EQ((Try<v1::MoveVoterRequest, v1::MoveVoterResponse>(&Stub::MoveVoter, elsewhere)),
            "REQUEST_ID_REUSED");
}

TEST_F(VoterLifeTest, AnEnrolmentIsIdempotentByItsRequestId) {
  auto request = EnrollRequest("V-2", "P1", {RecordSample(5, 1, kIndex)});
  v1::EnrollVoterResponse first;
  ASSERT_TRUE(client_.Enroll(request, &first).ok());
  election_.Kill();
  election_.Start();
  // A call on the old connection may still go to the daemon that is dead.
  client_ = election_.Connect();
  v1::EnrollVoterResponse again;
  ASSERT_TRUE(client_.Enroll(request, &again).ok());
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
  request.mutable_voter()->set_voter_number("V-3");
  const grpc::Status other = client_.Enroll(request, &again);
  EXPECT_EQ(ReasonOf(other), "REQUEST_ID_REUSED");
  EXPECT_EQ(RollOf("P1"), 2u);
}

TEST_F(VoterLifeTest, EveryChangeIsOneEntryOfTheLogAndNamesNobody) {
  v1::MoveVoterResponse moved;
  ASSERT_TRUE(Change(&Stub::MoveVoter, MoveTo("P2"), &moved).ok());
  v1::DeactivateVoterResponse off;
  ASSERT_TRUE(Change(&Stub::DeactivateVoter, Deactivation(), &off).ok());
  const auto events = AllEvents(client_);
  const auto of_the_office = std::ranges::count_if(events, [](const v1::Event& event) {
    return event.leaf().find("\"type\":\"precinct_created\"") != std::string::npos ||
           event.leaf().find("\"type\":\"voter_") != std::string::npos;
  });
  EXPECT_EQ(of_the_office, 5);  // two precincts, an enrolment, and these
  EXPECT_THAT(events[moved.change().event_index()].leaf(),
              testing::AllOf(testing::HasSubstr("\"type\":\"voter_moved\""),
                             testing::HasSubstr("\"from_precinct\":\"P1\""),
                             testing::HasSubstr("\"precinct\":\"P2\"")));
  EXPECT_THAT(events[off.change().event_index()].leaf(), testing::HasSubstr("\"reason\":1"));
  for (const v1::Event& event : events) {
    EXPECT_THAT(event.leaf(), testing::Not(testing::HasSubstr("V-1")));
    EXPECT_THAT(event.leaf(), testing::Not(testing::HasSubstr("Асанова")));
    EXPECT_THAT(event.leaf(), testing::Not(testing::HasSubstr("office-1")));
  }
}

}  // namespace
}  // namespace taanu::test
