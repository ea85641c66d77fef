// The rules of a voter's life, one situation at a time, and the order of answers to a request.
#include "service/rules/voter_change.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace taanu::rules {
namespace {

using Kind = VoterChangeKind;

constexpr Kind kAll[] = {Kind::kUpdated,         Kind::kMoved,          Kind::kFingerReenrolled,
                         Kind::kFingerConfirmed, Kind::kFingerReverted, Kind::kDeactivated,
                         Kind::kReactivated,     Kind::kErased};

// Facts in which the change is allowed.
VoterFacts Allowing(Kind kind) {
  VoterFacts facts;
  facts.precinct_id = "P1";
  if (kind == Kind::kMoved) facts.destination_polls = PollsState::kNotOpen;
  if (kind == Kind::kReactivated || kind == Kind::kErased) facts.active = false;
  if (kind == Kind::kFingerConfirmed || kind == Kind::kFingerReverted) {
    facts.reenrolled_by = KeyedReference{7};
  }
  return facts;
}

VoterChange ChangeOf(Kind kind) {
  VoterChange change;
  change.request_id = "00000000-0000-4000-8000-000000000001";
  change.kind = kind;
  change.operator_ref = KeyedReference{1};
  if (kind == Kind::kMoved) change.precinct_id = "P2";
  change.position = FingerPosition::kRightIndex;
  return change;
}

TEST(Enrollment, IsForRollsThatAreNotSealed) {
  EXPECT_TRUE(DecideEnrollment(PollsState::kNotOpen));
  EXPECT_TRUE(DecideEnrollment(PollsState::kOpen));
  const Status sealed = DecideEnrollment(PollsState::kClosed);
  ASSERT_FALSE(sealed);
  EXPECT_EQ(sealed.error().reason, "ROLL_SEALED");
}

std::string Reason(Kind kind, const VoterFacts& facts) {
  const Status status = DecideVoterChange(ChangeOf(kind), facts);
  return status ? "" : status.error().reason;
}

TEST(VoterChangeTest, EveryChangeIsAllowedInItsOrdinarySituation) {
  for (const Kind kind : kAll) EXPECT_EQ(Reason(kind, Allowing(kind)), "") << ChangeName(kind);
}

TEST(VoterChangeTest, WhenPollsHaveClosedNobodyComesOntoTheRollOrLeavesIt) {
  for (const Kind kind : kAll) {
    VoterFacts facts = Allowing(kind);
    facts.polls = PollsState::kClosed;
    const bool roll =
        kind == Kind::kMoved || kind == Kind::kDeactivated || kind == Kind::kReactivated;
    EXPECT_EQ(Reason(kind, facts), roll ? "ROLL_SEALED" : "") << ChangeName(kind);
  }
  VoterFacts facts = Allowing(Kind::kMoved);
  facts.destination_polls = PollsState::kClosed;
  EXPECT_EQ(Reason(Kind::kMoved, facts), "ROLL_SEALED");
}

TEST(VoterChangeTest, AVoterWhoWasAccreditedStaysOnThatRoll) {
  for (const Kind kind : {Kind::kMoved, Kind::kDeactivated, Kind::kReactivated}) {
    VoterFacts facts = Allowing(kind);
    facts.accredited = true;
    EXPECT_EQ(Reason(kind, facts), "VOTER_ACCREDITED") << ChangeName(kind);
  }
}

TEST(VoterChangeTest, NoReferenceIsReplacedWhileThePrecinctVotes) {
  VoterFacts facts = Allowing(Kind::kFingerReenrolled);
  facts.polls = PollsState::kOpen;
  EXPECT_EQ(Reason(Kind::kFingerReenrolled, facts), "POLLS_OPEN");
  // Taking back brings only what was enrolled before.
  facts = Allowing(Kind::kFingerReverted);
  facts.polls = PollsState::kOpen;
  EXPECT_EQ(Reason(Kind::kFingerReverted, facts), "");
}

TEST(VoterChangeTest, WhoIsOffTheRollIsNotMovedNorTakenOffItAgainNorEnrolledAgain) {
  for (const Kind kind : {Kind::kMoved, Kind::kDeactivated, Kind::kFingerReenrolled}) {
    VoterFacts facts = Allowing(kind);
    facts.active = false;
    EXPECT_EQ(Reason(kind, facts), "VOTER_INACTIVE") << ChangeName(kind);
  }
}

TEST(VoterChangeTest, WhoIsOnTheRollIsNeitherReactivatedNorErased) {
  for (const Kind kind : {Kind::kReactivated, Kind::kErased}) {
    VoterFacts facts = Allowing(kind);
    facts.active = true;
    EXPECT_EQ(Reason(kind, facts), "VOTER_ACTIVE") << ChangeName(kind);
  }
}

TEST(VoterChangeTest, AMoveGoesToAnotherPrecinctThatExists) {
  VoterFacts facts = Allowing(Kind::kMoved);
  facts.precinct_id = "P2";
  EXPECT_EQ(Reason(Kind::kMoved, facts), "SAME_PRECINCT");
  facts.destination_polls.reset();
  EXPECT_EQ(Reason(Kind::kMoved, facts), "UNKNOWN_PRECINCT");
}

TEST(VoterChangeTest, AFingerIsConfirmedByAnotherOperatorThanEnrolledIt) {
  VoterFacts facts = Allowing(Kind::kFingerConfirmed);
  facts.reenrolled_by = KeyedReference{1};
  EXPECT_EQ(Reason(Kind::kFingerConfirmed, facts), "SAME_OPERATOR");
  EXPECT_EQ(Reason(Kind::kFingerReverted, facts), "");
  facts.reenrolled_by.reset();
  EXPECT_EQ(Reason(Kind::kFingerConfirmed, facts), "NOTHING_TO_CONFIRM");
  EXPECT_EQ(Reason(Kind::kFingerReverted, facts), "NOTHING_TO_CONFIRM");
}

TEST(VoterChangeTest, AFingerThatWaitsToBeConfirmedIsNotEnrolledOnceMore) {
  VoterFacts facts = Allowing(Kind::kFingerReenrolled);
  facts.reenrolled_by = KeyedReference{7};
  EXPECT_EQ(Reason(Kind::kFingerReenrolled, facts), "FINGER_UNCONFIRMED");
}

TEST(VoterChangeTest, AnEnrolmentIsNoChangeOfAVoter) {
  EXPECT_EQ(Reason(Kind::kEnrolled, {}), "BAD_CHANGE");
}

// What a transaction would see and do.
class OneAnswer : public RegisterTransaction {
 public:
  Result<std::optional<VoterAnswer>> FindAnswer(std::string_view) override { return earlier; }
  Result<VoterFacts> GatherFacts(const VoterChange& change) override {
    ++gathered;
    return Allowing(change.kind);
  }
  Result<VoterAnswer> Apply(const VoterChange& change) override {
    ++applied;
    VoterAnswer answer;
    answer.kind = change.kind;
    return answer;
  }

  std::optional<VoterAnswer> earlier;
  int gathered = 0;
  int applied = 0;
};

TEST(VoterChangeTest, ARepeatedRequestGetsTheFirstAnswerAndChangesNothing) {
  OneAnswer transaction;
  VoterChange change = ChangeOf(Kind::kDeactivated);
  change.voter = KeyedReference{5};
  change.content = KeyedReference{9};
  ASSERT_TRUE(ChangeVoter(transaction, change));
  EXPECT_EQ(transaction.applied, 1);

  VoterAnswer earlier;
  earlier.kind = Kind::kDeactivated;
  earlier.voter = change.voter;
  earlier.content = change.content;
  earlier.event_index = 17;
  transaction.earlier = earlier;
  const auto again = ChangeVoter(transaction, change);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->event_index, 17u);
  EXPECT_EQ(transaction.applied, 1);
  EXPECT_EQ(transaction.gathered, 1);
}

TEST(VoterChangeTest, ARequestIdOfAnotherRequestIsRefused) {
  for (const int what : {0, 1, 2}) {
    OneAnswer transaction;
    const VoterChange change = ChangeOf(Kind::kDeactivated);
    VoterAnswer earlier;
    earlier.kind = what == 0 ? Kind::kReactivated : Kind::kDeactivated;
    if (what == 1) earlier.voter = KeyedReference{1};
    if (what == 2) earlier.content = KeyedReference{1};
    transaction.earlier = earlier;
    const auto answer = ChangeVoter(transaction, change);
    ASSERT_FALSE(answer) << what;
    EXPECT_EQ(answer.error().reason, "REQUEST_ID_REUSED");
    EXPECT_EQ(transaction.applied, 0);
  }
  OneAnswer transaction;
  VoterChange change = ChangeOf(Kind::kDeactivated);
  change.request_id.pop_back();
  EXPECT_EQ(ChangeVoter(transaction, change).error().reason, "BAD_REQUEST_ID");
}

}  // namespace
}  // namespace taanu::rules
