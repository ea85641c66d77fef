// Whoever comes to the register is searched among all others, also where the daemon is killed
// between the enrolment and the search.
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/support/election.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

constexpr uint64_t kVoters = 20;

class NewVotersTest : public testing::Test {
 protected:
  static std::vector<v1::FingerSample> Fingers(uint64_t person, uint64_t impression) {
    return {RecordSample(2 * person, impression, v1::FINGER_POSITION_RIGHT_INDEX),
            RecordSample(2 * person + 1, impression, v1::FINGER_POSITION_LEFT_INDEX)};
  }

  static void Enroll(Client& client, const std::string& number, uint64_t person,
                     uint64_t impression) {
    v1::EnrollVoterResponse enrolled;
    const grpc::Status status =
        client.Enroll(EnrollRequest(number, "P1", Fingers(person, impression)), &enrolled);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  static void EnrollEverybody(Client& client) {
    v1::CreatePrecinctResponse created;
    ASSERT_TRUE(client.CreatePrecinct("P1", &created).ok());
    for (uint64_t k = 0; k < kVoters; ++k) {
      Enroll(client, std::string("V").append(std::to_string(k)), k, 1);
    }
  }

  // Waits for that many cases.
  static v1::ListCasesResponse WaitForCases(Client& client, int count) {
    v1::ListCasesResponse cases;
    do {
      const grpc::Status status = client.ListCases({}, &cases);
      EXPECT_TRUE(status.ok()) << status.error_message();
      if (!status.ok()) break;
    } while (cases.cases_size() < count);
    return cases;
  }

  static std::string ReferenceOf(Client& client, const std::string& number) {
    v1::GetVoterResponse voter;
    EXPECT_TRUE(client.GetVoter(number, &voter).ok());
    return voter.voter_reference();
  }

  // So few false pairs that none is to be expected.
  static constexpr const char* kSwitchedOn =
      "[dedup]\nsearch_new_voters = true\nfalse_pairs = 0.001\nexpected_voters = 1000\n";
};

TEST_F(NewVotersTest, ANewcomerWhoIsThereAlreadyIsACaseWithinMoments) {
  Election election({.limits = kSwitchedOn});
  Client client = election.Connect();
  EnrollEverybody(client);
  Enroll(client, "again", 3, 2);
  const v1::ListCasesResponse cases = WaitForCases(client, 1);
  ASSERT_EQ(cases.cases_size(), 1);
  EXPECT_EQ(cases.cases(0).kind(), v1::CASE_KIND_REGISTER_DUPLICATE);
  const std::string again = ReferenceOf(client, "again");
  EXPECT_TRUE(cases.cases(0).voter_reference() == again ||
              cases.cases(0).other_voter_reference() == again);
  EXPECT_GE(cases.cases(0).score(), cases.cases(0).threshold_score());
}

TEST_F(NewVotersTest, AKillBetweenEnrolmentAndSearchLosesNobodyAndOpensNoSecondCase) {
  Election election({.limits = kSwitchedOn});
  Client client = election.Connect();
  EnrollEverybody(client);
  for (uint64_t k = 0; k < 5; ++k) {
    Enroll(client, std::string("again-").append(std::to_string(k)), k, 2);
    // At once, so that most kills come before the search.
    election.Kill();
    election.Start();
    client = election.Connect();
  }
  WaitForCases(client, 5);
  // One more, behind all of them: when it is there, nothing else is on its way.
  Enroll(client, "last", 7, 2);
  const v1::ListCasesResponse cases = WaitForCases(client, 6);
  EXPECT_EQ(cases.cases_size(), 6);
}

TEST_F(NewVotersTest, WhoWasThereBeforeItWasSwitchedOnIsSearchedToo) {
  Election election;
  Client client = election.Connect();
  EnrollEverybody(client);
  Enroll(client, "again", 3, 2);
  v1::ListCasesResponse cases;
  ASSERT_TRUE(client.ListCases({}, &cases).ok());
  EXPECT_EQ(cases.cases_size(), 0) << "it is off by default";
  ASSERT_EQ(election.Stop(), 0);
  std::ofstream(election.config(), std::ios::app) << kSwitchedOn;
  election.Start();
  client = election.Connect();
  EXPECT_EQ(WaitForCases(client, 1).cases_size(), 1);
}

}  // namespace
}  // namespace taanu::test
