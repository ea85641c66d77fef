// A finger without a number, through gRPC: who is found, what the rules make of it, and that a
// search which did not search everybody says so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/election.h"
#include "tests/support/office.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

constexpr auto kIndex = v1::FINGER_POSITION_RIGHT_INDEX;

class IdentifyTest : public testing::Test {
 protected:
  void Enroll(const std::string& number, uint64_t finger, const std::string& precinct = "P1",
              uint64_t impression = 1) {
    v1::EnrollVoterResponse response;
    const grpc::Status status = client_.Enroll(
        EnrollRequest(number, precinct, {RecordSample(finger, impression, kIndex)}), &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  // Comes again when it is told to, as a terminal does, while the roll is being read.
  v1::IdentifyVoterResponse Identify(const v1::IdentifyVoterRequest& request) {
    v1::IdentifyVoterResponse response;
    grpc::Status status;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (std::chrono::steady_clock::now() < deadline) {
      status = client_.Identify(request, &response);
      if (ReasonOf(status) != "SEARCH_INCOMPLETE") break;
      EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
      EXPECT_GT(RetryDelayOf(status), 0);
      std::this_thread::sleep_for(std::chrono::duration<double>(RetryDelayOf(status)));
    }
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  v1::IdentifyVoterResponse Identify(uint64_t finger, const std::string& precinct = "P1",
                                     v1::FingerPosition position = kIndex) {
    return Identify(IdentifyRequest(precinct, {RecordSample(finger, 90, position)}));
  }

  Election election_;
  Client client_ = election_.Connect();
};

TEST_F(IdentifyTest, AVoterOfTheRollIsFoundAndAccreditedOnce) {
  OpenPrecinct(client_, "P1");
  for (uint64_t k = 1; k <= 30; ++k) Enroll("V-" + std::to_string(k), k);
  const auto request = IdentifyRequest("P1", {RecordSample(17, 90, kIndex)});
  const auto found = Identify(request);
  EXPECT_EQ(found.decision().outcome(), v1::OUTCOME_ACCREDITED);
  EXPECT_EQ(found.voter_number(), "V-17");
  EXPECT_EQ(found.searched_count(), 30U);
  EXPECT_EQ(found.decision().accreditation().method(), v1::IDENTIFICATION_METHOD_FINGER_SEARCH);
  EXPECT_EQ(found.decision().matched_position(), kIndex);
  EXPECT_TRUE(found.decision().finger_matched());
  EXPECT_EQ(found.decision().threshold_fmr(), 0.0001);
  // One in 10,000 among 30 people.
  EXPECT_NEAR(found.decision().threshold_score(), 40 + 14.7712, 1e-3);

  auto again = Identify(request);
  EXPECT_TRUE(again.decision().replayed());
  again.mutable_decision()->set_replayed(false);
  EXPECT_EQ(again.SerializeAsString(), found.SerializeAsString());

  // Found again, and by number: the voter was accredited.
  const auto second = Identify(17);
  EXPECT_EQ(second.decision().outcome(), v1::OUTCOME_ALREADY_ACCREDITED);
  EXPECT_EQ(second.decision().case_id(), 1U);
  v1::VerifyVoterResponse verified;
  ASSERT_TRUE(
      client_.Verify(VerifyRequest("V-17", "P1", {RecordSample(17, 91, kIndex)}), &verified).ok());
  EXPECT_EQ(verified.outcome(), v1::OUTCOME_ALREADY_ACCREDITED);
}

TEST_F(IdentifyTest, NobodyIsFoundForAStrangerOrOnAnotherRoll) {
  OpenPrecinct(client_, "P1");
  OpenPrecinct(client_, "P2");
  Enroll("V-1", 1, "P1");
  Enroll("V-2", 2, "P2");
  const auto stranger = Identify(9);
  EXPECT_EQ(stranger.decision().outcome(), v1::OUTCOME_NO_MATCH);
  EXPECT_TRUE(stranger.voter_number().empty());
  EXPECT_EQ(stranger.searched_count(), 1U);
  EXPECT_EQ(Identify(2).decision().outcome(), v1::OUTCOME_NO_MATCH);
  EXPECT_EQ(Identify(2, "P2").voter_number(), "V-2");
  // Who found nobody names nobody.
  const std::string leaf = AllEvents(client_)[stranger.decision().event_index()].leaf();
  EXPECT_THAT(leaf, testing::HasSubstr("\"roll_searched\":1"));
  EXPECT_THAT(leaf, testing::Not(testing::HasSubstr("\"voter\":")));
}

TEST_F(IdentifyTest, AFingerOfSomebodyAccreditedElsewhereIsADuplicate) {
  OpenPrecinct(client_, "P1");
  OpenPrecinct(client_, "P2");
  Enroll("V-1", 1, "P1", 1);
  Enroll("V-2", 1, "P2", 2);
  EXPECT_EQ(Identify(1, "P1").decision().outcome(), v1::OUTCOME_ACCREDITED);
  const auto second = Identify(1, "P2");
  EXPECT_EQ(second.decision().outcome(), v1::OUTCOME_DUPLICATE_FINGER);
  EXPECT_EQ(second.voter_number(), "V-2");
  EXPECT_EQ(second.decision().accredited_search().holder().precinct_id(), "P1");
}

TEST_F(IdentifyTest, TheRollFollowsTheRegister) {
  OpenPrecinct(client_, "P1");
  OpenPrecinct(client_, "P2");
  v1::CreatePrecinctResponse created;
  ASSERT_TRUE(client_.CreatePrecinct("P3", &created).ok());
  Enroll("V-1", 1, "P1");
  Enroll("V-2", 2, "P3");
  EXPECT_EQ(Identify(9).searched_count(), 1U);
  auto& stub = client_.enrollment();

  auto move = ChangeRequest<v1::MoveVoterRequest>("V-1");
  move.set_precinct_id("P2");
  v1::MoveVoterResponse moved;
  ASSERT_TRUE(CallOnce(stub, &v1::EnrollmentService::Stub::MoveVoter, move, &moved).ok());
  EXPECT_EQ(Identify(1, "P1").decision().outcome(), v1::OUTCOME_NO_MATCH);

  auto again = ChangeRequest<v1::ReenrollFingerRequest>("V-2");
  *again.mutable_sample() = RecordSample(3, 1, kIndex);
  v1::ReenrollFingerResponse reenrolled;
  ASSERT_TRUE(
      CallOnce(stub, &v1::EnrollmentService::Stub::ReenrollFinger, again, &reenrolled).ok());
  v1::OpenPollsResponse opened;
  ASSERT_TRUE(client_.OpenPolls("P3", &opened).ok());
  EXPECT_EQ(Identify(2, "P3").decision().outcome(), v1::OUTCOME_NO_MATCH);
  EXPECT_EQ(Identify(3, "P3").voter_number(), "V-2");

  auto off = ChangeRequest<v1::DeactivateVoterRequest>("V-1");
  off.set_reason(v1::DEACTIVATION_REASON_DIED);
  v1::DeactivateVoterResponse deactivated;
  ASSERT_TRUE(
      CallOnce(stub, &v1::EnrollmentService::Stub::DeactivateVoter, off, &deactivated).ok());
  EXPECT_EQ(Identify(1, "P2").decision().outcome(), v1::OUTCOME_NO_MATCH);
  auto on = ChangeRequest<v1::ReactivateVoterRequest>("V-1");
  v1::ReactivateVoterResponse reactivated;
  ASSERT_TRUE(CallOnce(stub, &v1::EnrollmentService::Stub::ReactivateVoter, on, &reactivated).ok());
  EXPECT_EQ(Identify(1, "P2").voter_number(), "V-1");
}

TEST_F(IdentifyTest, ARollIsReadAgainAfterARestartAndAfterABulkLoadOfMoreThanCanBeNoted) {
  OpenPrecinct(client_, "P1");
  Enroll("V-1", 1);
  constexpr uint64_t kVoters = 6000;
  grpc::ClientContext context;
  const std::string load_id = NewRequestId();
  const auto load = client_.enrollment().BulkEnroll(&context);
  std::thread reader([&] {
    v1::BulkEnrollResponse response;
    while (load->Read(&response)) {
    }
  });
  for (uint64_t k = 0; k < kVoters; ++k) {
    v1::BulkEnrollRequest item;
    const auto one =
        EnrollRequest("B-" + std::to_string(k), "P1", {RecordSample(1000 + k, 1, kIndex)});
    *item.mutable_voter() = one.voter();
    *item.mutable_samples() = one.samples();
    item.set_request_id(load_id);
    item.set_item_number(k);
    ASSERT_TRUE(load->Write(item));
  }
  load->WritesDone();
  reader.join();
  ASSERT_TRUE(load->Finish().ok());
  v1::IdentifyVoterResponse answer = Identify(1000 + kVoters - 1);
  EXPECT_EQ(answer.voter_number(), "B-" + std::to_string(kVoters - 1));
  EXPECT_EQ(answer.searched_count(), kVoters + 1);

  EXPECT_EQ(election_.Stop(), 0);
  election_.Start();
  client_ = election_.Connect();
  answer = Identify(1000);
  EXPECT_EQ(answer.voter_number(), "B-0");
  EXPECT_EQ(answer.searched_count(), kVoters + 1);
  EXPECT_EQ(Identify(1).voter_number(), "V-1");
}

TEST_F(IdentifyTest, PollsThatAreNotOpenAndPoorCapturesAreNotSearched) {
  v1::CreatePrecinctResponse created;
  ASSERT_TRUE(client_.CreatePrecinct("P1", &created).ok());
  Enroll("V-1", 1);
  const auto early = Identify(1);
  EXPECT_EQ(early.decision().outcome(), v1::OUTCOME_POLLS_NOT_OPEN);
  EXPECT_TRUE(early.voter_number().empty());
  v1::OpenPollsResponse opened;
  ASSERT_TRUE(client_.OpenPolls("P1", &opened).ok());
  v1::FingerSample blank;
  blank.mutable_raw()->set_width(300);
  blank.mutable_raw()->set_height(300);
  blank.mutable_raw()->set_dpi(500);
  blank.mutable_raw()->set_pixels(std::string(90'000, '\xFF'));
  const auto poor = Identify(IdentifyRequest("P1", {blank}));
  EXPECT_EQ(poor.decision().outcome(), v1::OUTCOME_LOW_QUALITY);
  EXPECT_EQ(poor.decision().sample_reports_size(), 1);
  EXPECT_EQ(Identify(1).voter_number(), "V-1");
}

TEST_F(IdentifyTest, AnIdOfAVerificationIsNotOneOfASearchAndAPrecinctMustExist) {
  OpenPrecinct(client_, "P1");
  Enroll("V-1", 1);
  auto request = IdentifyRequest("P1", {RecordSample(1, 90, kIndex)});
  v1::VerifyVoterResponse verified;
  auto verify = VerifyRequest("V-1", "P1", {RecordSample(9, 90, kIndex)});
  ASSERT_TRUE(client_.Verify(verify, &verified).ok());
  request.set_request_id(verify.request_id());
  v1::IdentifyVoterResponse response;
  EXPECT_EQ(ReasonOf(client_.Identify(request, &response)), "REQUEST_ID_REUSED");
  const auto nowhere =
      client_.Identify(IdentifyRequest("NOWHERE", {RecordSample(1, 90, kIndex)}), &response);
  EXPECT_EQ(nowhere.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(nowhere), "UNKNOWN_PRECINCT");
}

TEST(IdentifyWithoutRollsTest, ADaemonThatKeepsNoRollSaysSoAndStillVerifies) {
  for (const std::string section : {"rolls = false", "precincts = [\"P9\"]"}) {
    const Election election({.search = section});
    Client client = election.Connect();
    OpenPrecinct(client, "P1");
    v1::EnrollVoterResponse enrolled;
    ASSERT_TRUE(
        client.Enroll(EnrollRequest("V-1", "P1", {RecordSample(1, 1, kIndex)}), &enrolled).ok());
    v1::IdentifyVoterResponse response;
    const auto refused =
        client.Identify(IdentifyRequest("P1", {RecordSample(1, 90, kIndex)}), &response);
    EXPECT_EQ(refused.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
    EXPECT_EQ(ReasonOf(refused), "ROLL_NOT_KEPT");
    v1::VerifyVoterResponse verified;
    ASSERT_TRUE(
        client.Verify(VerifyRequest("V-1", "P1", {RecordSample(1, 90, kIndex)}), &verified).ok());
    EXPECT_EQ(verified.outcome(), v1::OUTCOME_ACCREDITED);
  }
}

}  // namespace
}  // namespace taanu::test
