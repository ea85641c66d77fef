// Who is to be searched, read from the audit log from a place that outlives a crash.
#include "service/ledger/register_events.h"

#include <gtest/gtest.h>

#include "tests/unit/service/ledger/election_fixture.h"

namespace taanu::test {
namespace {

class RegisterEventsTest : public testing::Test {
 protected:
  RegisterEvents Next(int limit = 100) {
    RegisterEvents events;
    Election::Expect(election_.database->Read([&](Connection& connection) -> Status {
      TAANU_ASSIGN_OR_RETURN(events, NextRegisterEvents(connection, limit));
      return {};
    }));
    return events;
  }
  void Keep(uint64_t place) {
    Election::Expect(election_.database->Write(
        [&](Connection& connection) { return SetNextRegisterEvent(connection, place); }));
  }
  KeyedReference Voter(const std::string& number) const {
    return election_.voters->ReferenceOf(number);
  }

  TempFolder folder_;
  Election election_{folder_ / ""};
};

TEST_F(RegisterEventsTest, GivesThoseWhoWereEnrolledUntilThePlaceIsMoved) {
  EXPECT_EQ(Next().next, 0U);
  election_.AddPrecinct("P1");
  election_.AddVoter("A", "P1");
  election_.AddVoter("B", "P1");
  const std::vector<KeyedReference> both = {Voter("A"), Voter("B")};
  EXPECT_EQ(Next().voters, both);
  EXPECT_EQ(Next().voters, both) << "what was read and not kept is read again";
  EXPECT_EQ(Next().next, election_.Log().size());
  Keep(Next().next);
  EXPECT_TRUE(Next().voters.empty());
  EXPECT_EQ(Next().first, Next().next);
  election_.AddVoter("C", "P1");
  EXPECT_EQ(Next().voters, std::vector<KeyedReference>{Voter("C")});
}

TEST_F(RegisterEventsTest, OtherEntriesMoveThePlaceAndNameNobody) {
  election_.AddPrecinct("P1");
  election_.AddVoter("A", "P1");
  ASSERT_TRUE(election_.Polls(true, 1, "P1"));
  ASSERT_TRUE(election_.MakeAttempt(election_.Attempt(10, "A", "P1")));
  EXPECT_EQ(Next().voters, std::vector<KeyedReference>{Voter("A")});
  EXPECT_EQ(Next(1).next, 1U) << "the precinct";
  EXPECT_TRUE(Next(1).voters.empty());
  Keep(2);
  EXPECT_TRUE(Next().voters.empty()) << "an attempt changes nobody's references";
  EXPECT_EQ(Next().next, 4U);
}

TEST_F(RegisterEventsTest, ThePlaceNeverGoesBack) {
  election_.AddPrecinct("P1");
  election_.AddVoter("A", "P1");
  Keep(2);
  Keep(1);
  EXPECT_EQ(Next().first, 2U);
}

}  // namespace
}  // namespace taanu::test
