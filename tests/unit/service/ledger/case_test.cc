// Cases on a real SQLite file: opened once for each pair, decided on by people, kept for good.
#include "service/ledger/case_book.h"

#include <gtest/gtest.h>

#include "tests/unit/service/ledger/election_fixture.h"

namespace taanu::test {
namespace {

using nlohmann::json;
using rules::CaseDecision;
using rules::CaseKind;
using rules::CaseState;

class CaseTest : public testing::Test {
 protected:
  void SetUp() override {
    election_.AddPrecinct("P1");
    election_.AddPrecinct("P2");
    for (const char* number : {"A", "B"}) election_.AddVoter(number, "P1");
    election_.AddVoter("C", "P2");
    ASSERT_TRUE(election_.Polls(true, 1, "P1"));
  }

  RegisterPair Pair(const std::string& a, const std::string& b) const {
    const KeyedReference x = election_.voters->ReferenceOf(a);
    const KeyedReference y = election_.voters->ReferenceOf(b);
    return {std::min(x, y), std::max(x, y), 88.5, 70.25, 1e-7, "compare-1"};
  }
  uint64_t Open(const std::vector<RegisterPair>& pairs) {
    return Election::Expect(election_.cases->OpenForPairs(pairs));
  }
  Result<rules::CaseAnswer> Decide(uint64_t request, uint64_t case_id, const std::string& who,
                                   CaseDecision decision, bool as_supervisor = false) {
    std::promise<Result<rules::CaseAnswer>> promise;
    rules::CaseRequest asked;
    asked.request_id = RequestId(request);
    asked.case_id = case_id;
    asked.opinion = {election_.vault->Reference("operator", who), decision};
    asked.terminal = election_.vault->Reference("terminal", "T1");
    asked.as_supervisor = as_supervisor;
    Election::Expect(election_.cases->Decide(
        asked, [&](Result<rules::CaseAnswer> answer) { promise.set_value(std::move(answer)); }));
    return promise.get_future().get();
  }
  std::string ReasonOf(uint64_t request, uint64_t case_id, const std::string& who,
                       CaseDecision decision) {
    const auto answer = Decide(request, case_id, who, decision);
    return answer ? "" : answer.error().reason;
  }
  json LastLeaf() const { return json::parse(election_.Log().back().leaf); }
  size_t Count(const CaseFilter& filter) const {
    return Election::Expect(election_.cases->List(filter, 0, 100)).size();
  }

  TempFolder folder_;
  Election election_{folder_ / ""};
};

TEST_F(CaseTest, APairGetsOneCaseHoweverOftenItIsFound) {
  EXPECT_EQ(Open({Pair("A", "B"), Pair("A", "C"), Pair("B", "A")}), 2U);
  EXPECT_EQ(Open({Pair("A", "C"), Pair("B", "C")}), 1U);
  const auto cases = Election::Expect(election_.cases->List({}, 0, 10));
  ASSERT_EQ(cases.size(), 3U);
  EXPECT_EQ(cases[0].kind, CaseKind::kRegisterDuplicate);
  EXPECT_EQ(cases[0].state, CaseState::kOpen);
  EXPECT_EQ(cases[0].voter, Pair("A", "B").first);
  EXPECT_EQ(cases[0].other, Pair("A", "B").second);
  EXPECT_EQ(cases[0].score, 88.5);
  EXPECT_FALSE(cases[0].outcome.has_value());
  EXPECT_FALSE(cases[0].earlier.has_value());
  const json leaf = json::parse(election_.Log()[cases[0].event_index].leaf);
  EXPECT_EQ(leaf["type"], "case_opened");
  EXPECT_EQ(leaf["kind"], "REGISTER_DUPLICATE");
  EXPECT_EQ(leaf["case"], 1);
  EXPECT_EQ(leaf["voters"], json::array({ToHex(cases[0].voter), ToHex(*cases[0].other)}));
  EXPECT_TRUE(election_.RootIsThatOfTheLeaves());
}

TEST_F(CaseTest, ManyPairsAreOpenedInSeveralTransactions) {
  std::vector<RegisterPair> pairs;
  for (uint8_t k = 1; k <= 150; ++k) pairs.push_back({{0, k}, {1, k}, 50, 40, 1e-4, "compare-1"});
  EXPECT_EQ(Open(pairs), 150U);
  EXPECT_EQ(Open(pairs), 0U);
}

TEST_F(CaseTest, CasesOfAttemptsAndOfTheRegisterShareOneSeriesOfNumbers) {
  ASSERT_TRUE(election_.MakeAttempt(election_.Attempt(10, "A", "P1")));
  EXPECT_EQ(election_.MakeAttempt(election_.Attempt(11, "A", "P1"))->case_id, 1U);
  EXPECT_EQ(Open({Pair("A", "B")}), 1U);
  EXPECT_EQ(election_.MakeAttempt(election_.Attempt(12, "A", "P1"))->case_id, 3U);
  EXPECT_EQ(Open({Pair("A", "C")}), 1U);
  const auto cases = Election::Expect(election_.cases->List({}, 0, 10));
  ASSERT_EQ(cases.size(), 4U);
  for (size_t k = 0; k < 4; ++k) {
    EXPECT_EQ(cases[k].case_id, k + 1);
    EXPECT_EQ(cases[k].kind, k % 2 == 0 ? CaseKind::kSecondAttempt : CaseKind::kRegisterDuplicate);
  }
  EXPECT_EQ(cases[0].earlier->slip_number, 1U);
  EXPECT_EQ(Election::Expect(election_.cases->List({}, 2, 1)).front().case_id, 3U);
}

TEST_F(CaseTest, CasesAreChosenByPrecinctKindAndState) {
  ASSERT_TRUE(election_.MakeAttempt(election_.Attempt(10, "A", "P1")));
  ASSERT_TRUE(election_.MakeAttempt(election_.Attempt(11, "A", "P1")));
  Open({Pair("A", "B"), Pair("A", "C")});
  EXPECT_EQ(Count({.precinct_id = "P1"}), 3U);
  EXPECT_EQ(Count({.precinct_id = "P2"}), 1U) << "one voter of the pair is on that roll";
  EXPECT_EQ(Count({.kind = CaseKind::kRegisterDuplicate}), 2U);
  EXPECT_EQ(Count({.precinct_id = "P1", .kind = CaseKind::kSecondAttempt}), 1U);
  ASSERT_TRUE(Decide(20, 2, "aigul", CaseDecision::kSamePerson));
  EXPECT_EQ(Count({.state = CaseState::kOpen}), 2U);
  EXPECT_EQ(Count({.state = CaseState::kOneOpinion}), 1U);
  EXPECT_EQ(Count({.state = CaseState::kSettled}), 0U);
}

TEST_F(CaseTest, TwoPeopleSettleACaseAndTheLogSaysWhoSaidWhat) {
  Open({Pair("A", "B")});
  const auto first = Decide(20, 1, "aigul", CaseDecision::kSamePerson);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->state, CaseState::kOneOpinion);
  EXPECT_EQ(ReasonOf(21, 1, "aigul", CaseDecision::kSamePerson), "ALREADY_DECIDED");
  const auto second = Decide(22, 1, "bakyt", CaseDecision::kSamePerson);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->state, CaseState::kSettled);
  EXPECT_EQ(second->settled_as, CaseDecision::kSamePerson);
  EXPECT_EQ(second->event_index, election_.Log().size() - 1);
  const json leaf = LastLeaf();
  EXPECT_EQ(leaf["type"], "case_decided");
  EXPECT_EQ(leaf["operator"], ToHex(election_.vault->Reference("operator", "bakyt")));
  EXPECT_EQ(leaf["decision"], "SAME_PERSON");
  EXPECT_EQ(leaf["state"], "SETTLED");
  EXPECT_EQ(leaf["settled_as"], "SAME_PERSON");
  EXPECT_EQ(ReasonOf(23, 1, "chynara", CaseDecision::kSamePerson), "CASE_SETTLED");

  const size_t log_size = election_.Log().size();
  const auto again = Decide(20, 1, "aigul", CaseDecision::kSamePerson);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->state, CaseState::kOneOpinion);
  EXPECT_EQ(again->event_index, first->event_index);
  EXPECT_EQ(again->time_us, first->time_us);
  EXPECT_EQ(election_.Log().size(), log_size);
  // The voters are as they were: what follows from a decision is an act of its own.
  EXPECT_FALSE(election_.voters->Find(Pair("A", "B").first)->inactive);
  const DuplicateCase found = Election::Expect(election_.cases->Find(1));
  ASSERT_EQ(found.opinions.size(), 2U);
  EXPECT_EQ(found.opinions[1].event_index, second->event_index);
}

TEST_F(CaseTest, ASupervisorDecidesBetweenTwo) {
  Open({Pair("A", "B")});
  ASSERT_TRUE(Decide(20, 1, "aigul", CaseDecision::kSamePerson));
  EXPECT_EQ(Decide(21, 1, "bakyt", CaseDecision::kDifferentPeople)->state, CaseState::kDisputed);
  EXPECT_EQ(ReasonOf(22, 1, "chynara", CaseDecision::kSamePerson), "SUPERVISOR_NEEDED");
  const auto settled = Decide(23, 1, "dinara", CaseDecision::kDifferentPeople, true);
  ASSERT_TRUE(settled) << settled.error().message;
  EXPECT_EQ(settled->settled_as, CaseDecision::kDifferentPeople);
  EXPECT_EQ(LastLeaf()["supervisor"], true);
}

TEST_F(CaseTest, WhoMadeAnAttemptDoesNotJudgeItNorWhoMadeTheOneBefore) {
  ASSERT_TRUE(election_.MakeAttempt(election_.Attempt(10, "A", "P1")));
  rules::Attempt again = election_.Attempt(11, "A", "P1");
  again.operator_ref = election_.vault->Reference("operator", "O2");
  ASSERT_TRUE(election_.MakeAttempt(again));
  EXPECT_EQ(ReasonOf(20, 1, "O1", CaseDecision::kMistake), "INVOLVED_IN_CASE");
  EXPECT_EQ(ReasonOf(21, 1, "O2", CaseDecision::kMistake), "INVOLVED_IN_CASE");
  EXPECT_EQ(ReasonOf(22, 1, "aigul", CaseDecision::kMistake), "");
}

TEST_F(CaseTest, ACaseThatIsNotThereIsNotFound) {
  Open({Pair("A", "B")});
  for (const uint64_t number : {uint64_t{0}, uint64_t{2}, ~uint64_t{0}}) {
    EXPECT_EQ(election_.cases->Find(number).error().reason, "UNKNOWN_CASE") << number;
    EXPECT_EQ(ReasonOf(20, number, "aigul", CaseDecision::kSamePerson), "UNKNOWN_CASE") << number;
  }
}

TEST_F(CaseTest, WhatWasWrittenCannotBeChangedOrTakenAway) {
  ASSERT_TRUE(election_.MakeAttempt(election_.Attempt(10, "A", "P1")));
  ASSERT_TRUE(election_.MakeAttempt(election_.Attempt(11, "A", "P1")));
  Open({Pair("A", "B")});
  ASSERT_TRUE(Decide(20, 2, "aigul", CaseDecision::kSamePerson));
  ASSERT_TRUE(Decide(21, 2, "bakyt", CaseDecision::kSamePerson));
  for (const char* change :
       {"DELETE FROM register_case", "UPDATE register_case SET score = 1",
        "DELETE FROM case_opinion", "UPDATE case_opinion SET decision = 2 WHERE ordinal = 1",
        // A third opinion on what is settled, one on no case, and a number that is taken.
        "INSERT INTO case_opinion SELECT case_id, 3, 'x23456789012345678901234567890123456', "
        "zeroblob(16), 1, terminal, 1, 4, 1, time_us, 0 FROM case_opinion WHERE ordinal = 1",
        "INSERT INTO case_opinion SELECT 9, 1, 'x23456789012345678901234567890123456', "
        "zeroblob(16), 1, terminal, 1, 2, NULL, time_us, 0 FROM case_opinion WHERE ordinal = 1",
        "INSERT INTO register_case SELECT 1, 0, zeroblob(16), randomblob(16), 0, 0, 0, 0, ''",
        "INSERT INTO duplicate_case SELECT 2, event_index - 1, precinct_id FROM duplicate_case"}) {
    EXPECT_FALSE(election_.database->Write([&](Connection& connection) {
      return connection.RunScript(change);
    })) << change;
  }
  EXPECT_EQ(Count({}), 2U);
  EXPECT_TRUE(election_.RootIsThatOfTheLeaves());
}

}  // namespace
}  // namespace taanu::test
