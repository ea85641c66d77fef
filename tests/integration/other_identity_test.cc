// One finger under two identities, through gRPC and across restarts: the second is never
// accredited, also where both come at the same moment, and the case names both.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <barrier>
#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/election.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

constexpr auto kIndex = v1::FINGER_POSITION_RIGHT_INDEX;

class OtherIdentityTest : public testing::Test {
 protected:
  static void Enroll(Client& client, const std::string& number, uint64_t finger,
                     uint64_t impression, const std::string& precinct = "P1",
                     v1::FingerPosition position = kIndex) {
    v1::EnrollVoterResponse response;
    const grpc::Status status = client.Enroll(
        EnrollRequest(number, precinct, {RecordSample(finger, impression, position)}), &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  static v1::VerifyVoterResponse Verify(Client& client, const v1::VerifyVoterRequest& request) {
    v1::VerifyVoterResponse response;
    const grpc::Status status = client.Verify(request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  static v1::VerifyVoterResponse Verify(Client& client, const std::string& number, uint64_t finger,
                                        const std::string& precinct = "P1",
                                        v1::FingerPosition position = kIndex) {
    return Verify(client, VerifyRequest(number, precinct, {RecordSample(finger, 90, position)}));
  }
};

TEST_F(OtherIdentityTest, TheSecondIdentityIsNotAccreditedAndTheCaseNamesBoth) {
  const Election election;
  Client client = election.Connect();
  OpenPrecinct(client, "P1");
  Enroll(client, "V-1", 1, 1);
  Enroll(client, "V-2", 1, 2);
  Enroll(client, "V-3", 3, 1);
  const auto first = Verify(client, "V-1", 1);
  ASSERT_EQ(first.outcome(), v1::OUTCOME_ACCREDITED);
  EXPECT_EQ(first.accredited_search().searched_count(), 0U);
  EXPECT_TRUE(first.accredited_search().complete());

  const auto request = VerifyRequest("V-2", "P1", {RecordSample(1, 90, kIndex)});
  const auto second = Verify(client, request);
  ASSERT_EQ(second.outcome(), v1::OUTCOME_DUPLICATE_FINGER);
  EXPECT_TRUE(second.finger_matched());
  EXPECT_FALSE(second.has_accreditation());
  EXPECT_EQ(second.case_id(), 1U);
  const v1::AccreditedSearch& search = second.accredited_search();
  EXPECT_TRUE(search.complete());
  // The first attempt may still be counted as one on its way, beside the accreditation.
  ASSERT_GE(search.searched_count(), 1U);
  EXPECT_LE(search.searched_count(), 2U);
  EXPECT_NEAR(search.threshold_score(),
              40 + 10 * std::log10(static_cast<double>(search.searched_count())), 1e-9);
  EXPECT_GE(search.holder_score(), search.threshold_score());
  EXPECT_EQ(search.holder().voter_reference(), first.accreditation().voter_reference());
  EXPECT_EQ(search.holder().slip_number(), 1U);
  EXPECT_EQ(search.disputable_request_id(), request.request_id());

  v1::ListCasesResponse cases;
  ASSERT_TRUE(client.ListCases({}, &cases).ok());
  ASSERT_EQ(cases.cases_size(), 1);
  EXPECT_EQ(cases.cases(0).outcome(), v1::OUTCOME_DUPLICATE_FINGER);
  EXPECT_EQ(cases.cases(0).event_index(), second.event_index());
  EXPECT_EQ(cases.cases(0).earlier().voter_reference(), first.accreditation().voter_reference());
  EXPECT_NE(cases.cases(0).voter_reference(), first.accreditation().voter_reference());
  const std::string leaf = AllEvents(client)[second.event_index()].leaf();
  EXPECT_THAT(leaf, testing::HasSubstr("\"finger_holder\":\"" +
                                       first.accreditation().voter_reference() + "\""));

  // The same request gets the same answer.
  auto again = Verify(client, request);
  EXPECT_TRUE(again.replayed());
  again.set_replayed(false);
  EXPECT_EQ(again.SerializeAsString(), second.SerializeAsString());

  // Somebody else is not kept from voting, and is searched among one, since V-2 was not accredited.
  const auto third = Verify(client, "V-3", 3);
  EXPECT_EQ(third.outcome(), v1::OUTCOME_ACCREDITED);
  EXPECT_EQ(third.accredited_search().searched_count(), 1U);
}

TEST_F(OtherIdentityTest, ItHoldsAfterAKillAcrossPrecinctsAndUnderAnotherLabel) {
  Election election;
  {
    Client client = election.Connect();
    OpenPrecinct(client, "P1");
    OpenPrecinct(client, "P2");
    Enroll(client, "V-1", 1, 1);
    Enroll(client, "V-2", 1, 2, "P2", v1::FINGER_POSITION_LEFT_THUMB);
    ASSERT_EQ(Verify(client, "V-1", 1).outcome(), v1::OUTCOME_ACCREDITED);
  }
  election.Kill();
  election.Start();
  Client client = election.Connect();
  // Until the roll is in memory the answer says that not everybody was searched, which is asked
  // with attempts that are no match and leave no trace but in the log.
  v1::VerifyVoterResponse answer;
  for (int i = 0; i < 200; ++i) {
    Enroll(client, "W-" + std::to_string(i), 1000 + static_cast<uint64_t>(i), 1);
    answer = Verify(client, "W-" + std::to_string(i), 1000 + static_cast<uint64_t>(i));
    ASSERT_EQ(answer.outcome(), v1::OUTCOME_ACCREDITED);
    if (answer.accredited_search().complete()) break;
  }
  ASSERT_TRUE(answer.accredited_search().complete());
  answer = Verify(client, "V-2", 1, "P2", v1::FINGER_POSITION_LEFT_THUMB);
  EXPECT_EQ(answer.outcome(), v1::OUTCOME_DUPLICATE_FINGER);
  EXPECT_EQ(answer.accredited_search().holder().precinct_id(), "P1");
}

TEST_F(OtherIdentityTest, OfTwoIdentitiesAtTheSameMomentOneIsAccredited) {
  constexpr size_t kIdentities = 3;
  constexpr int kRounds = 40;
  const Election election;
  Client office = election.Connect();
  OpenPrecinct(office, "P1");
  std::vector<std::string> numbers;
  for (int round = 0; round < kRounds; ++round) {
    for (size_t k = 0; k < kIdentities; ++k) {
      Enroll(office, "V-" + std::to_string(round) + "-" + std::to_string(k),
             500 + static_cast<uint64_t>(round), k + 1);
    }
  }
  std::barrier all(kIdentities);
  std::vector<std::vector<v1::VerifyVoterResponse>> answers(
      kRounds, std::vector<v1::VerifyVoterResponse>(kIdentities));
  std::vector<std::thread> terminals;
  for (size_t k = 0; k < kIdentities; ++k) {
    terminals.emplace_back([&, k] {
      Client client = election.Connect();
      for (int round = 0; round < kRounds; ++round) {
        const auto request =
            VerifyRequest("V-" + std::to_string(round) + "-" + std::to_string(k), "P1",
                          {RecordSample(500 + static_cast<uint64_t>(round), 50 + k, kIndex)});
        all.arrive_and_wait();
        answers[static_cast<size_t>(round)][k] = Verify(client, request);
      }
    });
  }
  for (std::thread& terminal : terminals) terminal.join();
  for (const auto& round : answers) {
    size_t accredited = 0;
    size_t duplicates = 0;
    std::string holder;
    for (const v1::VerifyVoterResponse& answer : round) {
      accredited += answer.outcome() == v1::OUTCOME_ACCREDITED ? 1 : 0;
      duplicates += answer.outcome() == v1::OUTCOME_DUPLICATE_FINGER ? 1 : 0;
      if (answer.has_accreditation()) holder = answer.accreditation().voter_reference();
    }
    EXPECT_EQ(accredited, 1U);
    EXPECT_EQ(duplicates, kIdentities - 1);
    for (const v1::VerifyVoterResponse& answer : round) {
      if (answer.outcome() != v1::OUTCOME_DUPLICATE_FINGER) continue;
      EXPECT_EQ(answer.accredited_search().holder().voter_reference(), holder);
    }
  }
}

TEST_F(OtherIdentityTest, AnElectionMaySearchThePrecinctAloneOrNotAtAll) {
  for (const std::string scope : {"precinct", "off"}) {
    const Election election({.election = "duplicate_scope = \"" + scope + "\""});
    Client client = election.Connect();
    OpenPrecinct(client, "P1");
    OpenPrecinct(client, "P2");
    Enroll(client, "V-1", 1, 1, "P1");
    Enroll(client, "V-2", 1, 2, "P2");
    Enroll(client, "V-3", 1, 3, "P1");
    EXPECT_EQ(Verify(client, "V-1", 1, "P1").outcome(), v1::OUTCOME_ACCREDITED);
    EXPECT_EQ(Verify(client, "V-2", 1, "P2").outcome(), v1::OUTCOME_ACCREDITED);
    const auto third = Verify(client, "V-3", 1, "P1");
    EXPECT_EQ(third.outcome(),
              scope == "off" ? v1::OUTCOME_ACCREDITED : v1::OUTCOME_DUPLICATE_FINGER);
    EXPECT_EQ(third.has_accredited_search(), scope != "off");
  }
}

}  // namespace
}  // namespace taanu::test
