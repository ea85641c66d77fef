// Who may decide on a case, and when it is settled.
#include "service/rules/adjudication.h"

#include <gtest/gtest.h>

#include <map>

namespace taanu::rules {
namespace {

using enum CaseDecision;

KeyedReference Person(uint8_t number) { return {number}; }

Opinion Says(uint8_t person, CaseDecision decision) { return {Person(person), decision}; }

std::string ReasonOf(const Status& status) { return status ? "" : status.error().reason; }

TEST(AdjudicationTest, TwoPeopleWhoSayTheSameSettleACase) {
  const std::vector<Opinion> none;
  const std::vector<Opinion> one = {Says(1, kSamePerson)};
  const std::vector<Opinion> agreed = {Says(1, kSamePerson), Says(2, kSamePerson)};
  EXPECT_EQ(StateOf(none), CaseState::kOpen);
  EXPECT_EQ(StateOf(one), CaseState::kOneOpinion);
  EXPECT_EQ(SettledAs(one), std::nullopt);
  EXPECT_EQ(StateOf(agreed), CaseState::kSettled);
  EXPECT_EQ(SettledAs(agreed), kSamePerson);
}

TEST(AdjudicationTest, WhereTwoDifferTheThirdSettlesItWhateverTheyThink) {
  std::vector<Opinion> opinions = {Says(1, kSamePerson), Says(2, kDifferentPeople)};
  EXPECT_EQ(StateOf(opinions), CaseState::kDisputed);
  EXPECT_EQ(SettledAs(opinions), std::nullopt);
  opinions.push_back(Says(3, kCannotTell));
  EXPECT_EQ(StateOf(opinions), CaseState::kSettled);
  EXPECT_EQ(SettledAs(opinions), kCannotTell);
}

TEST(AdjudicationTest, OnlyASupervisorWhoIsNeitherOfTheTwoDecidesBetweenThem) {
  const CaseFacts facts = {
      CaseKind::kRegisterDuplicate, {Says(1, kSamePerson), Says(2, kDifferentPeople)}, {}};
  EXPECT_EQ(ReasonOf(MayGive(facts, Says(3, kSamePerson), false)), "SUPERVISOR_NEEDED");
  EXPECT_EQ(ReasonOf(MayGive(facts, Says(2, kSamePerson), true)), "ALREADY_DECIDED");
  EXPECT_EQ(ReasonOf(MayGive(facts, Says(3, kSamePerson), true)), "");
}

TEST(AdjudicationTest, NobodySpeaksTwiceNotEvenToAgreeWithThemselves) {
  const CaseFacts facts = {CaseKind::kSecondAttempt, {Says(1, kMistake)}, {}};
  EXPECT_EQ(ReasonOf(MayGive(facts, Says(1, kMistake), true)), "ALREADY_DECIDED");
  EXPECT_EQ(ReasonOf(MayGive(facts, Says(2, kMistake), false)), "");
}

TEST(AdjudicationTest, WhatIsSettledStaysSettled) {
  const CaseFacts facts = {
      CaseKind::kDuplicateFinger, {Says(1, kSamePerson), Says(2, kSamePerson)}, {}};
  EXPECT_EQ(ReasonOf(MayGive(facts, Says(3, kDifferentPeople), true)), "CASE_SETTLED");
}

TEST(AdjudicationTest, NobodyJudgesAnAttemptThatTheyMade) {
  const CaseFacts facts = {CaseKind::kSecondAttempt, {}, {Person(7), Person(8)}};
  EXPECT_EQ(ReasonOf(MayGive(facts, Says(8, kSamePerson), true)), "INVOLVED_IN_CASE");
  EXPECT_EQ(ReasonOf(MayGive(facts, Says(9, kSamePerson), false)), "");
}

TEST(AdjudicationTest, OnlyAnAttemptCanHaveBeenAMistake) {
  for (const auto kind : {CaseKind::kDuplicateFinger, CaseKind::kRegisterDuplicate}) {
    EXPECT_EQ(ReasonOf(MayGive({kind, {}, {}}, Says(1, kMistake), true)), "DECISION_DOES_NOT_FIT");
    EXPECT_EQ(ReasonOf(MayGive({kind, {}, {}}, Says(1, kCannotTell), false)), "");
  }
  EXPECT_EQ(ReasonOf(MayGive({CaseKind::kSecondAttempt, {}, {}}, Says(1, kMistake), false)), "");
  EXPECT_EQ(ReasonOf(MayGive({}, Says(1, static_cast<CaseDecision>(9)), true)),
            "DECISION_DOES_NOT_FIT");
}

// The storage as simple as it can be.
class Cabinet : public CaseTransaction {
 public:
  Result<std::optional<CaseAnswer>> FindAnswer(std::string_view request_id) override {
    const auto found = answers_.find(request_id);
    if (found == answers_.end()) return std::nullopt;
    return found->second;
  }
  Result<CaseFacts> GatherFacts(uint64_t case_id) override {
    if (case_id != 1) return Fail(ErrorCode::kNotFound, "UNKNOWN_CASE", "no such case");
    return facts;
  }
  Status Record(CaseKind, CaseAnswer* answer) override {
    facts.opinions.push_back(answer->request.opinion);
    answer->event_index = facts.opinions.size();
    answers_.emplace(answer->request.request_id, *answer);
    return {};
  }

  CaseFacts facts{CaseKind::kRegisterDuplicate, {}, {}};

 private:
  std::map<std::string, CaseAnswer, std::less<>> answers_;
};

CaseRequest Request(uint8_t number, uint8_t person, CaseDecision decision, uint64_t case_id = 1) {
  CaseRequest request;
  request.request_id =
      std::string("00000000-0000-4000-8000-00000000000").append(std::to_string(number));
  request.case_id = case_id;
  request.opinion = Says(person, decision);
  return request;
}

TEST(DecideCaseTest, ARepeatedRequestGetsTheFirstAnswerAlsoAfterTheCaseWasSettled) {
  Cabinet cabinet;
  const auto first = DecideCase(cabinet, Request(1, 1, kSamePerson));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->state, CaseState::kOneOpinion);
  EXPECT_FALSE(first->replayed);
  const auto second = DecideCase(cabinet, Request(2, 2, kSamePerson));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->state, CaseState::kSettled);
  EXPECT_EQ(second->settled_as, kSamePerson);
  const auto again = DecideCase(cabinet, Request(1, 1, kSamePerson));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->state, CaseState::kOneOpinion);
  EXPECT_EQ(again->event_index, first->event_index);
  EXPECT_EQ(cabinet.facts.opinions.size(), 2U);
}

TEST(DecideCaseTest, ARequestIdStandsForOneOpinionOfOnePersonOnOneCase) {
  Cabinet cabinet;
  ASSERT_TRUE(DecideCase(cabinet, Request(1, 1, kSamePerson)));
  for (const CaseRequest& other : {Request(1, 1, kDifferentPeople), Request(1, 2, kSamePerson),
                                   Request(1, 1, kSamePerson, 2)}) {
    const auto answer = DecideCase(cabinet, other);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().reason, "REQUEST_ID_REUSED");
  }
  EXPECT_EQ(cabinet.facts.opinions.size(), 1U);
}

TEST(DecideCaseTest, WhatMayNotBeSaidIsNotRecorded) {
  Cabinet cabinet;
  EXPECT_EQ(DecideCase(cabinet, Request(1, 1, kMistake)).error().reason, "DECISION_DOES_NOT_FIT");
  EXPECT_EQ(DecideCase(cabinet, Request(2, 1, kSamePerson, 5)).error().reason, "UNKNOWN_CASE");
  CaseRequest bad = Request(3, 1, kSamePerson);
  bad.request_id.pop_back();
  EXPECT_EQ(DecideCase(cabinet, bad).error().reason, "BAD_REQUEST_ID");
  EXPECT_TRUE(cabinet.facts.opinions.empty());
}

}  // namespace
}  // namespace taanu::rules
