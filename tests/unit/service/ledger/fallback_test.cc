// Fallbacks on the real ledger: what is kept, what is counted, and what is given again.
#include <gtest/gtest.h>

#include <thread>

#include "enroll/store/connection.h"
#include "service/ledger/store_check.h"
#include "tests/unit/service/ledger/election_fixture.h"

namespace taanu::test {
namespace {

using nlohmann::json;
using rules::FallbackReason;
using rules::Outcome;

class FallbackTest : public testing::Test {
 protected:
  void SetUp() override {
    Reopen();
    for (const char* precinct : {"P1", "P2"}) {
      election_->AddPrecinct(precinct);
      ASSERT_TRUE(election_->Polls(true, next_request_++, precinct));
    }
    for (const char* number : {"A", "B", "D", "E"}) election_->AddVoter(number, "P1");
    election_->AddVoter("C", "P2");
    election_->AddVoter("N", "P1", 0);
  }

  void Reopen() {
    election_.reset();
    election_ = std::make_unique<Election>(folder_ / "");
  }

  std::string Outcome(const Result<rules::AttemptAnswer>& answer) {
    return answer ? std::string(rules::OutcomeName(answer->outcome)) : answer.error().reason;
  }
  Result<rules::AttemptAnswer> Fallback(const std::string& number, FallbackReason reason,
                                        const std::string& disputed = {}) {
    rules::Attempt attempt = election_->Fallback(next_request_++, number, "P1", reason);
    attempt.fallback->disputed_request_id = disputed;
    return election_->MakeFallback(attempt, limits_);
  }

  void ExpectSound() {
    EXPECT_EQ(election_->OutcomesInFigures(), election_->OutcomesInLog());
    EXPECT_TRUE(election_->RootIsThatOfTheLeaves());
    StoreCheck check;
    ASSERT_TRUE(election_->database->Read([&](Connection& connection) -> Status {
      TAANU_ASSIGN_OR_RETURN(check, CheckStore(connection, election_->vault.get()));
      return {};
    }));
    EXPECT_TRUE(check.problems.empty()) << check.problems.front();
  }

  json LeafAt(uint64_t index) {
    return json::parse(Election::Expect(election_->ledger->ListEvents(index, 1)).at(0).leaf);
  }

  TempFolder folder_;
  std::unique_ptr<Election> election_;
  rules::FallbackLimits limits_ = {1.0, 2};
  uint64_t next_request_ = 1;
};

TEST_F(FallbackTest, TwoOfficersAccreditAVoterOnceAndTheLogSaysHow) {
  const auto answer = Fallback("N", FallbackReason::kNoReference);
  ASSERT_EQ(Outcome(answer), "ACCREDITED_BY_FALLBACK");
  EXPECT_EQ(answer->accreditation->slip_number, 1U);
  EXPECT_EQ(answer->accreditation->method, rules::Method::kFallback);
  EXPECT_EQ(answer->tally->used, 1U);
  EXPECT_EQ(answer->tally->max, 2U);
  const json leaf = LeafAt(answer->event_index);
  EXPECT_EQ(leaf["type"], "attempt");
  EXPECT_EQ(leaf["outcome"], "ACCREDITED_BY_FALLBACK");
  EXPECT_EQ(leaf["method"], "FALLBACK");
  EXPECT_EQ(leaf["fallback_reason"], "NO_REFERENCE");
  EXPECT_EQ(leaf["operator"], ToHex(election_->vault->Reference("operator", "O1")));
  EXPECT_EQ(leaf["second_officer"], ToHex(election_->vault->Reference("operator", "O2")));
  EXPECT_EQ(leaf["fallbacks_used"], 1);
  EXPECT_EQ(leaf["fallbacks_max"], 2);
  EXPECT_FALSE(leaf.contains("disputed"));

  const auto second = Fallback("N", FallbackReason::kNoReference);
  EXPECT_EQ(Outcome(second), "ALREADY_ACCREDITED");
  EXPECT_EQ(second->case_id, 1U);
  EXPECT_EQ(second->accreditation->slip_number, 1U);
  const auto by_finger = election_->MakeAttempt(election_->Attempt(next_request_++, "N", "P1"));
  EXPECT_EQ(Outcome(by_finger), "ALREADY_ACCREDITED");
  ExpectSound();
}

TEST_F(FallbackTest, TheCapEndsFallbacksButNotFingers) {
  EXPECT_EQ(Outcome(Fallback("A", FallbackReason::kNoUsableFinger)), "ACCREDITED_BY_FALLBACK");
  EXPECT_EQ(Outcome(Fallback("B", FallbackReason::kReaderFailed)), "ACCREDITED_BY_FALLBACK");
  const auto refused = Fallback("D", FallbackReason::kNoUsableFinger);
  EXPECT_EQ(Outcome(refused), "FALLBACK_CAP_REACHED");
  EXPECT_FALSE(refused->accreditation.has_value());
  EXPECT_EQ(refused->tally->used, 2U);
  EXPECT_EQ(LeafAt(refused->event_index)["outcome"], "FALLBACK_CAP_REACHED");
  // It counts for its own precinct alone.
  EXPECT_EQ(
      Outcome(election_->MakeFallback(
          election_->Fallback(next_request_++, "C", "P2", FallbackReason::kReaderFailed), limits_)),
      "ACCREDITED_BY_FALLBACK");
  EXPECT_EQ(Outcome(election_->MakeAttempt(election_->Attempt(next_request_++, "D", "P1"))),
            "ACCREDITED");
  const auto counts = Election::Expect(election_->ledger->GetFallbacks("P1"));
  EXPECT_EQ(counts, (rules::FallbackCounts{{FallbackReason::kNoUsableFinger, 1},
                                           {FallbackReason::kReaderFailed, 1}}));
  ExpectSound();
}

TEST_F(FallbackTest, NotMatchedNeedsAnAttemptOfThisVoterInThisPrecinct) {
  rules::Attempt other = election_->Attempt(next_request_++, "B", "P1");
  other.evidence.score = 3;
  ASSERT_EQ(Outcome(election_->MakeAttempt(other)), "NO_MATCH");
  const size_t log_size = election_->Log().size();
  EXPECT_EQ(Outcome(Fallback("A", FallbackReason::kFingerNotMatched)), "FALLBACK_REASON_UNFOUNDED");
  EXPECT_EQ(Outcome(Fallback("A", FallbackReason::kNoReference)), "FALLBACK_REASON_UNFOUNDED");
  EXPECT_EQ(election_->Log().size(), log_size);
  rules::Attempt own = election_->Attempt(next_request_++, "A", "P1");
  own.evidence.score = 3;
  ASSERT_EQ(Outcome(election_->MakeAttempt(own)), "NO_MATCH");
  EXPECT_EQ(Outcome(Fallback("A", FallbackReason::kFingerNotMatched)), "ACCREDITED_BY_FALLBACK");
  ExpectSound();
}

TEST_F(FallbackTest, OnlyADuplicateFingerOfThisVoterCanBeDisputed) {
  rules::Attempt failed = election_->Attempt(next_request_++, "A", "P1");
  failed.evidence.score = 3;
  ASSERT_EQ(Outcome(election_->MakeAttempt(failed)), "NO_MATCH");
  EXPECT_EQ(Outcome(Fallback("A", FallbackReason::kFingerDisputed, failed.request_id)),
            "FALLBACK_REASON_UNFOUNDED");
  EXPECT_EQ(Outcome(Fallback("A", FallbackReason::kFingerDisputed, RequestId(999))),
            "FALLBACK_REASON_UNFOUNDED");
  EXPECT_EQ(Outcome(Fallback("A", FallbackReason::kFingerDisputed)), "BAD_DISPUTED_REQUEST_ID");
  EXPECT_EQ(Outcome(Fallback("A", FallbackReason::kNoUsableFinger, failed.request_id)),
            "BAD_DISPUTED_REQUEST_ID");

  // An attempt that ended DUPLICATE_FINGER, as a search over those accredited records it.
  const rules::Attempt stopped = election_->Attempt(next_request_++, "A", "P1");
  ASSERT_TRUE(election_->RecordAs(stopped, Outcome::kDuplicateFinger));
  EXPECT_EQ(Outcome(Fallback("B", FallbackReason::kFingerDisputed, stopped.request_id)),
            "FALLBACK_REASON_UNFOUNDED");
  limits_.count_max = 0;
  EXPECT_EQ(Outcome(Fallback("A", FallbackReason::kNoUsableFinger)), "FALLBACK_CAP_REACHED");
  const auto settled = Fallback("A", FallbackReason::kFingerDisputed, stopped.request_id);
  ASSERT_EQ(Outcome(settled), "ACCREDITED_BY_FALLBACK");
  EXPECT_EQ(settled->tally->used, 0U);
  EXPECT_EQ(LeafAt(settled->event_index)["disputed"], stopped.request_id);
  EXPECT_EQ(Election::Expect(election_->ledger->GetFallbacks("P1")),
            (rules::FallbackCounts{{FallbackReason::kFingerDisputed, 1}}));
  EXPECT_EQ(Election::Expect(election_->cases->List({}, 0, 10)).size(), 1U) << "stays open";
  ExpectSound();
}

TEST_F(FallbackTest, OnePersonIsNotTwo) {
  rules::Attempt attempt = election_->Fallback(50, "A", "P1", FallbackReason::kReaderFailed);
  attempt.fallback->second_officer = attempt.operator_ref;
  EXPECT_EQ(Outcome(election_->MakeFallback(attempt, limits_)), "SAME_OFFICER");
}

TEST_F(FallbackTest, ARepeatedRequestGetsTheFirstAnswerAlsoAfterReopeningAndUnderAnotherCap) {
  limits_.count_max = 1;
  const auto first = Fallback("A", FallbackReason::kNoUsableFinger);
  const auto capped = Fallback("B", FallbackReason::kNoUsableFinger);
  ASSERT_EQ(Outcome(capped), "FALLBACK_CAP_REACHED");
  const auto log_size = election_->Log().size();
  Reopen();
  limits_.count_max = 100;
  for (const auto* answer : {&first, &capped}) {
    const auto again = election_->MakeFallback((*answer)->attempt, limits_);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(again->outcome, (*answer)->outcome);
    EXPECT_EQ(again->time_us, (*answer)->time_us);
    EXPECT_EQ(again->event_index, (*answer)->event_index);
    EXPECT_EQ(again->tally->used, (*answer)->tally->used);
    EXPECT_EQ(again->tally->max, (*answer)->tally->max);
    EXPECT_EQ(again->accreditation.has_value(), (*answer)->accreditation.has_value());
  }
  EXPECT_EQ(election_->Log().size(), log_size);
}

TEST_F(FallbackTest, ARequestIdOfAnotherClaimVoterOrMethodIsRefused) {
  const rules::Attempt attempt =
      election_->Fallback(50, "A", "P1", FallbackReason::kNoUsableFinger);
  ASSERT_TRUE(election_->MakeFallback(attempt, limits_));
  const auto refused = [&](auto change) {
    rules::Attempt other = attempt;
    change(&other);
    return Outcome(election_->MakeFallback(other, limits_));
  };
  EXPECT_EQ(refused([&](auto* a) { a->voter = election_->voters->ReferenceOf("B"); }),
            "REQUEST_ID_REUSED");
  EXPECT_EQ(refused([](auto* a) { a->precinct_id = "P2"; }), "REQUEST_ID_REUSED");
  EXPECT_EQ(refused([](auto* a) { a->fallback->reason = FallbackReason::kReaderFailed; }),
            "REQUEST_ID_REUSED");
  EXPECT_EQ(refused([](auto* a) { a->fallback->second_officer[0] ^= 1; }), "REQUEST_ID_REUSED");
  EXPECT_EQ(Outcome(election_->MakeAttempt(election_->Attempt(50, "A", "P1"))),
            "REQUEST_ID_REUSED");
  const rules::Attempt by_finger = election_->Attempt(51, "B", "P1");
  ASSERT_TRUE(election_->MakeAttempt(by_finger));
  EXPECT_EQ(Outcome(election_->MakeFallback(
                election_->Fallback(51, "B", "P1", FallbackReason::kNoUsableFinger), limits_)),
            "REQUEST_ID_REUSED");
}

TEST_F(FallbackTest, ClosingSealsTheFallbacksByTheirReason) {
  ASSERT_TRUE(Fallback("A", FallbackReason::kNoUsableFinger));
  ASSERT_TRUE(Fallback("N", FallbackReason::kNoReference));
  const auto closed = election_->Polls(false, next_request_++, "P1");
  ASSERT_TRUE(closed);
  const json leaf = LeafAt(closed->event_index);
  EXPECT_EQ(leaf["fallbacks"], (json{{"NO_REFERENCE", 1}, {"NO_USABLE_FINGER", 1}}));
  EXPECT_EQ(leaf["attempts"], (json{{"ACCREDITED_BY_FALLBACK", 2}}));
  EXPECT_EQ(Outcome(Fallback("B", FallbackReason::kNoUsableFinger)), "POLLS_CLOSED");
}

// Two terminals at the cap: whatever the order, not one fallback more than it allows.
TEST_F(FallbackTest, TerminalsRacingForTheLastFallbacksNeverPassTheCap) {
  constexpr int kVoters = 40;
  constexpr uint64_t kCap = 7;
  for (int i = 0; i < kVoters; ++i) election_->AddVoter("race" + std::to_string(i), "P1");
  limits_ = {1.0, kCap};
  std::vector<std::string> outcomes[2];
  std::vector<std::thread> terminals;
  for (uint64_t terminal = 0; terminal < 2; ++terminal) {
    terminals.emplace_back([&, terminal] {
      for (int i = 0; i < kVoters; ++i) {
        const uint64_t request = 1000 * (terminal + 1) + static_cast<uint64_t>(i);
        outcomes[terminal].push_back(Outcome(
            election_->MakeFallback(election_->Fallback(request, "race" + std::to_string(i), "P1",
                                                        FallbackReason::kReaderFailed),
                                    limits_)));
      }
    });
  }
  for (std::thread& terminal : terminals) terminal.join();
  auto figures = election_->OutcomesInFigures();
  EXPECT_EQ(figures["ACCREDITED_BY_FALLBACK"], kCap);
  EXPECT_EQ(figures["ACCREDITED_BY_FALLBACK"] + figures["FALLBACK_CAP_REACHED"] +
                figures["ALREADY_ACCREDITED"],
            2U * kVoters);
  ExpectSound();
}

TEST_F(FallbackTest, WhatWasStatedCannotBeChangedOrTakenAway) {
  ASSERT_TRUE(Fallback("A", FallbackReason::kNoUsableFinger));
  for (const char* change : {"UPDATE attempt SET fallback_reason = 4", "DELETE FROM attempt",
                             "UPDATE attempt SET second_officer = zeroblob(16)",
                             "UPDATE attempt SET fallbacks_max = 9"}) {
    EXPECT_FALSE(election_->database->Write([&](Connection& connection) {
      return connection.RunScript(change);
    })) << change;
  }
}

}  // namespace
}  // namespace taanu::test
