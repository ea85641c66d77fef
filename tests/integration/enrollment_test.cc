// The register through gRPC: enrolling, finding, listing by pages; precincts and polls.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/support/election.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

using grpc::StatusCode;

class EnrollmentTest : public testing::Test {
 protected:
  void SetUp() override {
    v1::CreatePrecinctResponse created;
    ASSERT_TRUE(client_.CreatePrecinct("P1", &created).ok());
    ASSERT_FALSE(created.already_exists());
  }

  Election election_;
  Client client_ = election_.Connect();
};

TEST_F(EnrollmentTest, AVoterIsFoundAgainWithWhatWasEnrolled) {
  v1::EnrollVoterResponse enrolled;
  const auto request = EnrollRequest("V-1", "P1",
                                     {RecordSample(1, 1, v1::FINGER_POSITION_LEFT_THUMB),
                                      RecordSample(2, 1, v1::FINGER_POSITION_LEFT_INDEX)});
  ASSERT_TRUE(client_.Enroll(request, &enrolled).ok());
  EXPECT_FALSE(enrolled.already_enrolled());
  ASSERT_EQ(enrolled.finger_reports_size(), 2);
  EXPECT_TRUE(enrolled.finger_reports(0).enrolled());
  EXPECT_GT(enrolled.finger_reports(0).minutia_count(), 20U);

  v1::GetVoterResponse voter;
  ASSERT_TRUE(client_.GetVoter("V-1", &voter).ok());
  EXPECT_EQ(voter.voter().SerializeAsString(), request.voter().SerializeAsString());
  EXPECT_EQ(voter.voter_reference(), enrolled.voter_reference());
  std::set<int> positions;
  for (const auto& finger : voter.fingers()) positions.insert(finger.position());
  EXPECT_EQ(positions,
            (std::set<int>{v1::FINGER_POSITION_LEFT_THUMB, v1::FINGER_POSITION_LEFT_INDEX}));
  EXPECT_GT(voter.enroll_time().seconds(), 1'600'000'000);
}

TEST_F(EnrollmentTest, TheSameAgainIsAlreadyEnrolledAndOtherDataIsAConflict) {
  auto request = EnrollRequest("V-1", "P1", {RecordSample(1, 1)});
  v1::EnrollVoterResponse first;
  v1::EnrollVoterResponse second;
  ASSERT_TRUE(client_.Enroll(request, &first).ok());
  request.set_request_id(NewRequestId());
  ASSERT_TRUE(client_.Enroll(request, &second).ok());
  EXPECT_TRUE(second.already_enrolled());
  EXPECT_EQ(second.voter_reference(), first.voter_reference());
  request.set_request_id(NewRequestId());
  request.mutable_voter()->set_birth_year(1981);
  const grpc::Status status = client_.Enroll(request, &second);
  EXPECT_EQ(status.error_code(), StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(ReasonOf(status), "VOTER_NUMBER_EXISTS");
}

TEST_F(EnrollmentTest, AVoterOfAnUnknownPrecinctIsRefused) {
  v1::EnrollVoterResponse enrolled;
  const grpc::Status status = client_.Enroll(EnrollRequest("V-1", "P9", {}), &enrolled);
  EXPECT_EQ(status.error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(status), "UNKNOWN_PRECINCT");
}

TEST_F(EnrollmentTest, VotersAreListedByPagesAndThoseWithoutAReferenceOnTheirOwn) {
  constexpr int kVoters = 25;
  std::set<std::string> all;
  std::set<std::string> without;
  for (int i = 0; i < kVoters; ++i) {
    v1::EnrollVoterResponse enrolled;
    std::vector<v1::FingerSample> samples;
    if (i % 5 != 0) samples.push_back(RecordSample(static_cast<uint64_t>(i), 1));
    ASSERT_TRUE(
        client_.Enroll(EnrollRequest("V-" + std::to_string(i), "P1", samples), &enrolled).ok());
    all.insert(enrolled.voter_reference());
    if (samples.empty()) without.insert(enrolled.voter_reference());
  }
  const auto list = [&](bool without_reference, int page_size, int* pages) {
    std::set<std::string> found;
    v1::ListVotersRequest request;
    request.set_without_reference(without_reference);
    request.set_page_size(page_size);
    *pages = 0;
    do {
      v1::ListVotersResponse page;
      const grpc::Status status = client_.ListVoters(request, &page);
      EXPECT_TRUE(status.ok()) << status.error_message();
      EXPECT_LE(page.voters_size(), page_size);
      for (const auto& voter : page.voters()) {
        EXPECT_TRUE(found.insert(voter.voter_reference()).second) << "given twice";
      }
      request.set_page_token(page.next_page_token());
      ++*pages;
    } while (!request.page_token().empty());
    return found;
  };
  int pages = 0;
  EXPECT_EQ(list(false, 7, &pages), all);
  EXPECT_EQ(pages, 4);
  EXPECT_EQ(list(false, kVoters, &pages), all);
  EXPECT_EQ(pages, 1) << "a full last page has no next one";
  EXPECT_EQ(list(true, 2, &pages), without);

  // A token belongs to its question.
  v1::ListVotersRequest request;
  request.set_page_size(2);
  v1::ListVotersResponse page;
  ASSERT_TRUE(client_.ListVoters(request, &page).ok());
  request.set_page_token(page.next_page_token());
  request.set_precinct_id("P1");
  EXPECT_EQ(ReasonOf(client_.ListVoters(request, &page)), "BAD_PAGE_TOKEN");
}

TEST_F(EnrollmentTest, PrecinctsAreListedInOrderAndCreatingOneAgainGivesItBack) {
  for (const char* precinct : {"P3", "P2"}) {
    v1::CreatePrecinctResponse created;
    ASSERT_TRUE(client_.CreatePrecinct(precinct, &created).ok());
  }
  v1::CreatePrecinctResponse again;
  ASSERT_TRUE(client_.CreatePrecinct("P2", &again).ok());
  EXPECT_TRUE(again.already_exists());
  std::vector<std::string> ids;
  v1::ListPrecinctsRequest request;
  request.set_page_size(2);
  do {
    v1::ListPrecinctsResponse page;
    ASSERT_TRUE(client_.ListPrecincts(request, &page).ok());
    for (const auto& precinct : page.precincts()) ids.push_back(precinct.precinct_id());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(ids, (std::vector<std::string>{"P1", "P2", "P3"}));
}

TEST_F(EnrollmentTest, PollsOpenOnceCloseOnceAndRepeatedRequestsChangeNothing) {
  v1::ClosePollsResponse closed;
  EXPECT_EQ(ReasonOf(client_.ClosePolls("P1", &closed)), "POLLS_NOT_OPEN");
  const std::string opening = NewRequestId();
  v1::OpenPollsResponse opened;
  v1::OpenPollsResponse repeated;
  ASSERT_TRUE(client_.OpenPolls("P1", &opened, opening).ok());
  EXPECT_EQ(opened.precinct().state(), v1::POLLS_STATE_OPEN);
  ASSERT_TRUE(client_.OpenPolls("P1", &repeated, opening).ok());
  EXPECT_EQ(repeated.event_index(), opened.event_index());
  const grpc::Status again = client_.OpenPolls("P1", &repeated);
  EXPECT_EQ(again.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(again), "POLLS_ALREADY_OPEN");
  ASSERT_TRUE(client_.ClosePolls("P1", &closed).ok());
  EXPECT_EQ(closed.precinct().state(), v1::POLLS_STATE_CLOSED);
  EXPECT_EQ(ReasonOf(client_.ClosePolls("P1", &closed)), "POLLS_CLOSED");
  EXPECT_EQ(ReasonOf(client_.OpenPolls("P1", &opened)), "POLLS_CLOSED");
  const grpc::Status unknown = client_.OpenPolls("P9", &opened);
  EXPECT_EQ(unknown.error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(unknown), "UNKNOWN_PRECINCT");
}

}  // namespace
}  // namespace taanu::test
