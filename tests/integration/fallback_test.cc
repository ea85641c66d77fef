// Fallbacks through the real daemon: what a terminal is told, who may ask, and what the cap does
// when 64 terminals race for it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/election.h"
#include "tests/support/election_day.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

class FallbackTest : public testing::Test {
 protected:
  explicit FallbackTest(std::string settings = "fallback_share_max = 0.5")
      : election_({.election = std::move(settings)}) {}

  void SetUp() override {
    OpenPrecinct(client_, "P1");
    for (const char* number : {"V-1", "V-2", "V-3"}) Enroll(number, {RecordSample(1, 1)});
    Enroll("V-4", {});
  }

  void Enroll(const std::string& number, const std::vector<v1::FingerSample>& samples) {
    v1::EnrollVoterResponse response;
    const grpc::Status status = client_.Enroll(EnrollRequest(number, "P1", samples), &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  v1::RecordFallbackResponse Record(const v1::RecordFallbackRequest& request) {
    v1::RecordFallbackResponse response;
    const grpc::Status status = Fallback(client_, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  std::string RefusalOf(const v1::RecordFallbackRequest& request) {
    v1::RecordFallbackResponse response;
    return ReasonOf(Fallback(client_, request, &response));
  }

  v1::GetPrecinctStatusResponse PrecinctStatus() {
    v1::GetPrecinctStatusResponse status;
    EXPECT_TRUE(client_.PrecinctStatus("P1", &status).ok());
    return status;
  }

  Election election_;
  Client client_ = election_.Connect();
};

TEST_F(FallbackTest, TwoOfficersAccreditAVoterAndTheFiguresSaySo) {
  const auto first = Record(FallbackRequest("V-4", v1::FALLBACK_REASON_NO_REFERENCE));
  EXPECT_EQ(first.outcome(), v1::OUTCOME_ACCREDITED_BY_FALLBACK);
  EXPECT_EQ(first.accreditation().slip_number(), 1U);
  EXPECT_EQ(first.accreditation().method(), v1::IDENTIFICATION_METHOD_FALLBACK);
  EXPECT_EQ(first.fallbacks_used(), 1U);
  EXPECT_EQ(first.fallbacks_max(), 2U);
  EXPECT_TRUE(first.has_decision_time());
  EXPECT_FALSE(first.slip().text().empty());

  const auto again = Record(FallbackRequest("V-4", v1::FALLBACK_REASON_NO_REFERENCE));
  EXPECT_EQ(again.outcome(), v1::OUTCOME_ALREADY_ACCREDITED);
  EXPECT_EQ(again.case_id(), 1U);
  EXPECT_EQ(Record(FallbackRequest("V-0")).outcome(), v1::OUTCOME_NOT_ON_ROLL);
  EXPECT_EQ(Record(FallbackRequest("V-1")).outcome(), v1::OUTCOME_ACCREDITED_BY_FALLBACK);
  const auto capped = Record(FallbackRequest("V-2"));
  EXPECT_EQ(capped.outcome(), v1::OUTCOME_FALLBACK_CAP_REACHED);
  EXPECT_FALSE(capped.has_accreditation());

  const auto status = PrecinctStatus();
  EXPECT_EQ(status.precinct().accredited_count(), 2U);
  EXPECT_EQ(status.fallbacks().used_count(), 2U);
  EXPECT_EQ(status.fallbacks().max_count(), 2U);
  ASSERT_EQ(status.fallbacks().reasons_size(), 2);
  EXPECT_EQ(status.fallbacks().reasons(0).reason(), v1::FALLBACK_REASON_NO_USABLE_FINGER);
  EXPECT_EQ(status.fallbacks().reasons(1).reason(), v1::FALLBACK_REASON_NO_REFERENCE);
  EXPECT_EQ(status.fallbacks().reasons(1).accredited_count(), 1U);

  v1::GetStatisticsRequest request;
  request.add_group_by(v1::STATISTICS_DIMENSION_OUTCOME);
  request.add_group_by(v1::STATISTICS_DIMENSION_METHOD);
  v1::GetStatisticsResponse statistics;
  ASSERT_TRUE(client_.Statistics(request, &statistics).ok());
  std::map<v1::Outcome, uint64_t> counts;
  for (const auto& cell : statistics.cells()) {
    EXPECT_EQ(cell.method(), v1::IDENTIFICATION_METHOD_FALLBACK);
    counts[cell.outcome()] = cell.attempt_count();
  }
  EXPECT_THAT(counts, testing::ElementsAre(testing::Pair(v1::OUTCOME_ALREADY_ACCREDITED, 1),
                                           testing::Pair(v1::OUTCOME_NOT_ON_ROLL, 1),
                                           testing::Pair(v1::OUTCOME_ACCREDITED_BY_FALLBACK, 2),
                                           testing::Pair(v1::OUTCOME_FALLBACK_CAP_REACHED, 1)));
  EXPECT_EQ(statistics.accredited_count(), 2U);
}

TEST_F(FallbackTest, TheRecordMustBearOutTheReason) {
  const auto not_matched = FallbackRequest("V-1", v1::FALLBACK_REASON_FINGER_NOT_MATCHED);
  EXPECT_EQ(RefusalOf(not_matched), "FALLBACK_REASON_UNFOUNDED");
  EXPECT_EQ(RefusalOf(FallbackRequest("V-1", v1::FALLBACK_REASON_NO_REFERENCE)),
            "FALLBACK_REASON_UNFOUNDED");
  v1::VerifyVoterResponse verified;
  ASSERT_TRUE(client_.Verify(VerifyRequest("V-1", "P1", {RecordSample(9, 1)}), &verified).ok());
  ASSERT_EQ(verified.outcome(), v1::OUTCOME_NO_MATCH);
  // What was refused is tried again under its own id: nothing was kept of the refusal.
  EXPECT_EQ(Record(not_matched).outcome(), v1::OUTCOME_ACCREDITED_BY_FALLBACK);
}

TEST_F(FallbackTest, WhatIsMissingOrTheSameIsRefusedWithItsField) {
  auto request = FallbackRequest("V-1");
  request.set_second_officer_id("operator-7");
  EXPECT_EQ(RefusalOf(request), "SAME_OFFICER");
  request = FallbackRequest("V-1");
  request.set_second_officer_id("");
  EXPECT_EQ(RefusalOf(request), "BAD_SECOND_OFFICER_ID");
  request = FallbackRequest("V-1", v1::FALLBACK_REASON_UNSPECIFIED);
  EXPECT_EQ(RefusalOf(request), "BAD_FALLBACK_REASON");
  request = FallbackRequest("V-1", static_cast<v1::FallbackReason>(99));
  EXPECT_EQ(RefusalOf(request), "BAD_FALLBACK_REASON");
  request = FallbackRequest("V-1");
  request.set_disputed_request_id("x");
  EXPECT_EQ(RefusalOf(request), "BAD_DISPUTED_REQUEST_ID");
  request.set_disputed_request_id(NewRequestId());
  EXPECT_EQ(RefusalOf(request), "BAD_DISPUTED_REQUEST_ID");
  request = FallbackRequest("V-1", v1::FALLBACK_REASON_NO_USABLE_FINGER, "P9");
  EXPECT_EQ(RefusalOf(request), "UNKNOWN_PRECINCT");
  EXPECT_EQ(PrecinctStatus().precinct().accredited_count(), 0U);
}

TEST_F(FallbackTest, ARepeatedRequestGetsTheFirstAnswerAlsoAfterACrash) {
  const auto request = FallbackRequest("V-1");
  const auto first = Record(request);
  election_.Kill();
  election_.Start();
  client_ = election_.Connect();
  auto again = Record(request);
  EXPECT_TRUE(again.replayed());
  again.set_replayed(false);
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
  auto other = request;
  other.set_reason(v1::FALLBACK_REASON_READER_FAILED);
  EXPECT_EQ(RefusalOf(other), "REQUEST_ID_REUSED");
  auto by_finger = VerifyRequest("V-1", "P1", {RecordSample(1, 2)});
  by_finger.set_request_id(request.request_id());
  v1::VerifyVoterResponse verified;
  EXPECT_EQ(ReasonOf(client_.Verify(by_finger, &verified)), "REQUEST_ID_REUSED");
}

// V-1 and V-2 are enrolled with one finger, as by a chance match: the second to come is stopped.
TEST_F(FallbackTest, TwoOfficersSettleADuplicateFingerOnTheSpotOutsideTheCap) {
  const auto verify = [&](const std::string& number) {
    v1::VerifyVoterResponse response;
    const auto request = VerifyRequest(number, "P1", {RecordSample(1, 90)});
    EXPECT_TRUE(client_.Verify(request, &response).ok());
    return response;
  };
  ASSERT_EQ(verify("V-1").outcome(), v1::OUTCOME_ACCREDITED);
  const auto stopped = verify("V-2");
  ASSERT_EQ(stopped.outcome(), v1::OUTCOME_DUPLICATE_FINGER);
  auto request = FallbackRequest("V-3", v1::FALLBACK_REASON_FINGER_DISPUTED);
  request.set_disputed_request_id(stopped.accredited_search().disputable_request_id());
  EXPECT_EQ(RefusalOf(request), "FALLBACK_REASON_UNFOUNDED") << "it stopped V-2";
  request.set_voter_number("V-2");
  const auto settled = Record(request);
  EXPECT_EQ(settled.outcome(), v1::OUTCOME_ACCREDITED_BY_FALLBACK);
  EXPECT_EQ(settled.accreditation().slip_number(), 2U);
  EXPECT_FALSE(settled.slip().qr_payload().empty());
  EXPECT_EQ(settled.fallbacks_used(), 0U);
  const auto status = PrecinctStatus();
  ASSERT_EQ(status.fallbacks().reasons_size(), 1);
  EXPECT_EQ(status.fallbacks().reasons(0).reason(), v1::FALLBACK_REASON_FINGER_DISPUTED);
  EXPECT_EQ(status.fallbacks().used_count(), 0U);
  v1::ListCasesResponse cases;
  ASSERT_TRUE(client_.ListCases({}, &cases).ok());
  ASSERT_EQ(cases.cases_size(), 1);
  EXPECT_EQ(cases.cases(0).case_id(), stopped.case_id());
}

TEST_F(FallbackTest, NeitherLogNorAuditLogNamesAnOfficer) {
  Record(FallbackRequest("V-1"));
  std::string everything;
  for (const v1::Event& event : AllEvents(client_)) everything += event.leaf();
  EXPECT_EQ(election_.Stop(), 0);
  everything += election_.Log();
  EXPECT_THAT(everything, testing::HasSubstr("\"fallback_reason\":\"NO_USABLE_FINGER\""));
  for (const char* secret : {"V-1", "operator-7", "officer-8"}) {
    EXPECT_THAT(everything, testing::Not(testing::HasSubstr(secret)));
  }
}

TEST(FallbackRolesTest, OnlyATerminalOfThePrecinctMayAsk) {
  const Election election({.tls = true});
  Client administrator = election.ConnectTls(election.Issue("administrator", "aigul"));
  OpenPrecinct(administrator, "P1");
  v1::EnrollVoterResponse enrolled;
  ASSERT_TRUE(administrator.Enroll(EnrollRequest("V-1", "P1", {}), &enrolled).ok());
  v1::RecordFallbackResponse response;
  const auto request = FallbackRequest("V-1");
  EXPECT_EQ(Fallback(administrator, request, &response).error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(ReasonOf(Fallback(election.ConnectTls(election.Issue("terminal", "t-2", "P2")), request,
                              &response)),
            "PRECINCT_NOT_ALLOWED");
  const auto status =
      Fallback(election.ConnectTls(election.Issue("terminal", "t-1", "P1")), request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.outcome(), v1::OUTCOME_ACCREDITED_BY_FALLBACK);
}

// 64 terminals go for the same voters, by a finger and by fallback at once: each voter is
// accredited once, slips have no gaps, and the cap is used up to its last place and not passed.
TEST(FallbackRaceTest, SixtyFourClientsGiveEachVoterOneAccreditationAndNeverPassTheCap) {
  constexpr int kClients = 64;
  constexpr int kVoters = 24;
  constexpr uint64_t kCap = 9;
  // Fingers are few and shared; that one belongs to several is another test's business.
  const Election election(
      {.election = "fallback_share_max = 1\nfallback_max = 9\nduplicate_scope = \"off\""});
  Client client = election.Connect();
  OpenPrecinct(client, "P1");
  for (int voter = 0; voter < kVoters; ++voter) {
    v1::EnrollVoterResponse enrolled;
    const auto finger = static_cast<uint64_t>(voter % 4);
    ASSERT_TRUE(
        client
            .Enroll(EnrollRequest("V-" + std::to_string(voter), "P1", {RecordSample(finger, 1)}),
                    &enrolled)
            .ok());
  }
  std::vector<v1::FingerSample> probes;
  for (uint64_t finger = 0; finger < 4; ++finger) probes.push_back(RecordSample(finger, 2));

  struct Seen {
    std::map<std::string, uint64_t> slips;  // that this client was given for a new accreditation
    int failed = 0;
  };
  std::vector<Seen> seen(kClients);
  std::vector<std::thread> clients;
  for (int c = 0; c < kClients; ++c) {
    clients.emplace_back([&, c] {
      Client mine = election.Connect();
      Seen& out = seen[static_cast<size_t>(c)];
      for (int i = 0; i < kVoters; ++i) {
        const int voter = (i + c / 2) % kVoters;
        const std::string number = "V-" + std::to_string(voter);
        // Odd clients and the first voters: by fallback. The others bring a finger.
        if (c % 2 == 1) {
          v1::RecordFallbackResponse answer;
          if (!Fallback(mine, FallbackRequest(number), &answer).ok()) ++out.failed;
          if (answer.outcome() == v1::OUTCOME_ACCREDITED_BY_FALLBACK) {
            out.slips[number] = answer.accreditation().slip_number();
          }
        } else {
          v1::VerifyVoterResponse answer;
          const auto& probe = probes[static_cast<size_t>(voter % 4)];
          if (!mine.Verify(VerifyRequest(number, "P1", {probe}), &answer).ok()) ++out.failed;
          if (answer.outcome() == v1::OUTCOME_ACCREDITED) {
            out.slips[number] = answer.accreditation().slip_number();
          }
        }
      }
    });
  }
  for (std::thread& thread : clients) thread.join();

  std::set<std::string> voters;
  std::set<uint64_t> slips;
  for (const Seen& client_saw : seen) {
    EXPECT_EQ(client_saw.failed, 0);
    for (const auto& [number, slip] : client_saw.slips) {
      EXPECT_TRUE(voters.insert(number).second) << number << " was accredited twice";
      EXPECT_TRUE(slips.insert(slip).second) << "slip " << slip << " was given twice";
    }
  }
  EXPECT_EQ(voters.size(), static_cast<size_t>(kVoters));
  EXPECT_EQ(*slips.begin(), 1U);
  EXPECT_EQ(*slips.rbegin(), static_cast<uint64_t>(kVoters));
  v1::GetPrecinctStatusResponse status;
  ASSERT_TRUE(client.PrecinctStatus("P1", &status).ok());
  EXPECT_EQ(status.precinct().accredited_count(), static_cast<uint64_t>(kVoters));
  EXPECT_LE(status.fallbacks().used_count(), kCap);
  EXPECT_GE(status.fallbacks().used_count(), 1U) << "the race was no race";
}

}  // namespace
}  // namespace taanu::test
