#include "service/ledger/slip_desk.h"

#include <gtest/gtest.h>

#include <future>
#include <vector>

#include "enroll/store/connection.h"
#include "tests/unit/service/ledger/election_fixture.h"

namespace taanu::test {
namespace {

class SlipDeskTest : public testing::Test {
 protected:
  SlipDeskTest() : election_(folder_ / ""), desk_(election_.database.get()) {
    election_.AddPrecinct("P1");
    election_.AddVoter("A", "P1");
    Election::Expect(election_.Polls(true, 1, "P1"));
  }

  std::future<Result<rules::ReissueAnswer>> Ask(uint64_t request, const std::string& number) {
    rules::ReissueRequest wanted;
    wanted.request_id = RequestId(request);
    wanted.voter = election_.voters->ReferenceOf(number);
    wanted.precinct_id = "P1";
    auto promise = std::make_shared<std::promise<Result<rules::ReissueAnswer>>>();
    auto future = promise->get_future();
    Election::Expect(desk_.Reissue(
        std::move(wanted), [promise](auto answer) { promise->set_value(std::move(answer)); }));
    return future;
  }

  Status Run(std::string_view sql) {
    return election_.database->Write([&](Connection& connection) { return connection.Run(sql); });
  }

  const TempFolder folder_;
  Election election_;
  SlipDesk desk_;
};

TEST_F(SlipDeskTest, CopiesThatAreAskedForTogetherHaveDifferentNumbers) {
  Election::Expect(election_.MakeAttempt(election_.Attempt(2, "A", "P1")));
  constexpr uint32_t kCopies = 50;
  std::vector<std::future<Result<rules::ReissueAnswer>>> asked;
  for (uint64_t i = 0; i < kCopies; ++i) asked.push_back(Ask(100 + i, "A"));
  for (uint32_t i = 0; i < kCopies; ++i) {
    const auto answer = Election::Expect(asked[i].get());
    EXPECT_EQ(answer.issue_number, i + 2);
    EXPECT_EQ(answer.accreditation.slip_number, 1U);
    EXPECT_EQ(Election::Expect(Ask(100 + i, "A").get()).issue_number, i + 2);
  }
  EXPECT_TRUE(election_.RootIsThatOfTheLeaves());
}

TEST_F(SlipDeskTest, WithoutAnAccreditationNothingIsIssuedOrLogged) {
  const size_t before = election_.Log().size();
  EXPECT_EQ(Ask(5, "A").get().error().reason, "NOT_ACCREDITED");
  EXPECT_EQ(election_.Log().size(), before);
}

TEST_F(SlipDeskTest, WhatWasIssuedStands) {
  Election::Expect(election_.MakeAttempt(election_.Attempt(2, "A", "P1")));
  Election::Expect(Ask(5, "A").get());
  EXPECT_FALSE(Run("UPDATE slip_reissue SET issue_number = 9"));
  EXPECT_FALSE(Run("DELETE FROM slip_reissue"));
  EXPECT_EQ(Election::Expect(Ask(6, "A").get()).issue_number, 3U);
}

TEST_F(SlipDeskTest, TheNameOfTheElectionIsSettledByTheFirstAccreditation) {
  EXPECT_EQ(Election::Expect(desk_.SettleElectionName("one")), "one");
  EXPECT_EQ(Election::Expect(desk_.SettleElectionName("two")), "two");
  Election::Expect(election_.MakeAttempt(election_.Attempt(2, "A", "P1")));
  EXPECT_EQ(Election::Expect(desk_.SettleElectionName("three")), "two");
}

}  // namespace
}  // namespace taanu::test
