#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>
#include <thread>

#include "enroll/store/connection.h"
#include "service/audit/note.h"
#include "tests/unit/service/ledger/election_fixture.h"

namespace taanu::test {
namespace {

using nlohmann::json;
using rules::Outcome;
using rules::PollsState;

class LedgerTest : public testing::Test {
 protected:
  void SetUp() override {
    Reopen();
    election_->AddPrecinct("P1");
    election_->AddPrecinct("P2");
    election_->AddVoter("A", "P1");
    election_->AddVoter("B", "P1");
    election_->AddVoter("C", "P2");
    election_->AddVoter("N", "P1", 0);
  }

  void Reopen() {
    election_.reset();
    election_ = std::make_unique<Election>(folder_ / "");
  }

  rules::AttemptAnswer Attempt(uint64_t request, const std::string& number,
                               const std::string& precinct_id = "P1") {
    return Election::Expect(
        election_->MakeAttempt(election_->Attempt(request, number, precinct_id)));
  }

  json LeafAt(uint64_t index) {
    return json::parse(Election::Expect(election_->ledger->ListEvents(index, 1)).at(0).leaf);
  }

  TempFolder folder_;
  std::unique_ptr<Election> election_;
};

void ExpectSameAnswer(const rules::AttemptAnswer& a, const rules::AttemptAnswer& b) {
  EXPECT_EQ(a.outcome, b.outcome);
  EXPECT_EQ(a.time_us, b.time_us);
  EXPECT_EQ(a.event_index, b.event_index);
  EXPECT_EQ(a.case_id, b.case_id);
  EXPECT_EQ(a.voter_precinct_id, b.voter_precinct_id);
  ASSERT_EQ(a.accreditation.has_value(), b.accreditation.has_value());
  if (a.accreditation) {
    EXPECT_EQ(a.accreditation->voter, b.accreditation->voter);
    EXPECT_EQ(a.accreditation->precinct_id, b.accreditation->precinct_id);
    EXPECT_EQ(a.accreditation->slip_number, b.accreditation->slip_number);
    EXPECT_EQ(a.accreditation->time_us, b.accreditation->time_us);
    EXPECT_EQ(a.accreditation->method, b.accreditation->method);
  }
  EXPECT_EQ(a.attempt.request_id, b.attempt.request_id);
  EXPECT_EQ(a.attempt.voter, b.attempt.voter);
  EXPECT_EQ(a.attempt.terminal, b.attempt.terminal);
  EXPECT_EQ(a.attempt.operator_ref, b.attempt.operator_ref);
  EXPECT_EQ(a.attempt.method, b.attempt.method);
  EXPECT_EQ(a.attempt.algorithm_version, b.attempt.algorithm_version);
  EXPECT_EQ(a.attempt.threshold_fmr, b.attempt.threshold_fmr);
  EXPECT_EQ(a.attempt.evidence.score, b.attempt.evidence.score);
  EXPECT_EQ(a.attempt.evidence.threshold_score, b.attempt.evidence.threshold_score);
  EXPECT_EQ(a.attempt.evidence.samples_usable, b.attempt.evidence.samples_usable);
  EXPECT_EQ(a.attempt.evidence.references_compared, b.attempt.evidence.references_compared);
  EXPECT_EQ(a.attempt.evidence.matched_position, b.attempt.evidence.matched_position);
  ASSERT_EQ(a.attempt.samples.size(), b.attempt.samples.size());
  for (size_t i = 0; i < a.attempt.samples.size(); ++i) {
    EXPECT_EQ(a.attempt.samples[i].quality, b.attempt.samples[i].quality);
    EXPECT_EQ(a.attempt.samples[i].reason, b.attempt.samples[i].reason);
    EXPECT_EQ(a.attempt.samples[i].minutia_count, b.attempt.samples[i].minutia_count);
  }
}

TEST_F(LedgerTest, SlipsAreNumberedWithinEachPrecinct) {
  ASSERT_TRUE(election_->Polls(true, 1, "P1"));
  ASSERT_TRUE(election_->Polls(true, 2, "P2"));
  EXPECT_EQ(Attempt(10, "A").accreditation->slip_number, 1u);
  EXPECT_EQ(Attempt(11, "C", "P2").accreditation->slip_number, 1u);
  EXPECT_EQ(Attempt(12, "B").accreditation->slip_number, 2u);
}

TEST_F(LedgerTest, ADuplicateFingerNamesItsHolderAndOpensACase) {
  ASSERT_TRUE(election_->Polls(true, 1, "P1"));
  const rules::AttemptAnswer first = Attempt(2, "A");
  rules::Attempt second = election_->Attempt(3, "B", "P1");
  // The best hit was not accredited, and one is below the threshold.
  second.accredited_search = {.made = true,
                              .complete = true,
                              .searched_count = 7,
                              .threshold_score = 48.5,
                              .hits = {{election_->Attempt(9, "C", "P2").voter, 90},
                                       {second.voter, 80},
                                       {first.attempt.voter, 51.25},
                                       {first.attempt.voter, 48}}};
  const rules::AttemptAnswer answer = Election::Expect(election_->MakeAttempt(second));
  EXPECT_EQ(answer.outcome, Outcome::kDuplicateFinger);
  EXPECT_FALSE(answer.accreditation.has_value());
  ASSERT_TRUE(answer.finger_holder.has_value());
  EXPECT_EQ(answer.finger_holder->accreditation.voter, first.attempt.voter);
  EXPECT_EQ(answer.finger_holder->score, 51.25);
  EXPECT_EQ(answer.case_id, 1u);
  const json leaf = LeafAt(answer.event_index);
  EXPECT_EQ(leaf["finger_holder"], ToHex(first.attempt.voter));
  EXPECT_EQ(leaf["finger_holder_score_mdb"], 51250);
  EXPECT_EQ(leaf["duplicates_searched"], 7);
  EXPECT_EQ(leaf["duplicates_threshold_mdb"], 48500);

  Reopen();
  const auto cases = Election::Expect(election_->cases->List({"P1"}, 0, 10));
  ASSERT_EQ(cases.size(), 1u);
  EXPECT_EQ(cases[0].voter, second.voter);
  EXPECT_EQ(cases[0].earlier->voter, first.attempt.voter);
  EXPECT_EQ(cases[0].earlier->slip_number, 1u);
  EXPECT_EQ(cases[0].kind, rules::CaseKind::kDuplicateFinger);
  EXPECT_EQ(cases[0].other, first.attempt.voter);
  EXPECT_EQ(cases[0].score, 51.25);
  EXPECT_EQ(cases[0].threshold_score, 48.5);
  rules::Attempt repeated = election_->Attempt(3, "B", "P1");
  const rules::AttemptAnswer again = Election::Expect(election_->MakeAttempt(repeated));
  EXPECT_TRUE(again.replayed);
  ASSERT_TRUE(again.finger_holder.has_value());
  EXPECT_EQ(again.finger_holder->accreditation.voter, first.attempt.voter);
  EXPECT_EQ(again.finger_holder->score, 51.25);
  EXPECT_EQ(again.attempt.accredited_search.searched_count, 7u);
  EXPECT_EQ(again.attempt.accredited_search.threshold_score, 48.5);
}

TEST_F(LedgerTest, AHitWhoWasNotAccreditedKeepsNobodyFromVoting) {
  ASSERT_TRUE(election_->Polls(true, 1, "P1"));
  rules::Attempt attempt = election_->Attempt(3, "B", "P1");
  attempt.accredited_search = {.made = true,
                               .complete = false,
                               .searched_count = 1,
                               .threshold_score = 40,
                               .hits = {{election_->Attempt(9, "A", "P1").voter, 90}}};
  const rules::AttemptAnswer answer = Election::Expect(election_->MakeAttempt(attempt));
  EXPECT_EQ(answer.outcome, Outcome::kAccredited);
  EXPECT_EQ(LeafAt(answer.event_index)["duplicates_complete"], false);
}

TEST_F(LedgerTest, ASearchOfTheRollIsGivenAgainWhoeverItFound) {
  ASSERT_TRUE(election_->Polls(true, 1, "P1"));
  rules::Attempt search = election_->Attempt(4, "A", "P1");
  search.method = rules::Method::kFingerSearch;
  search.roll_search = {.complete = true, .searched_count = 2, .found_count = 1};
  const rules::AttemptAnswer found = Election::Expect(election_->MakeAttempt(search));
  EXPECT_EQ(found.outcome, Outcome::kAccredited);
  search.voter = rules::kNobody;
  search.roll_search = rules::RollSearch{};
  const rules::AttemptAnswer again = Election::Expect(election_->MakeAttempt(search));
  EXPECT_TRUE(again.replayed);
  EXPECT_EQ(again.attempt.voter, found.attempt.voter);
  EXPECT_EQ(again.attempt.roll_search->searched_count, 2u);

  // A new one that did not search everybody decides nothing, and leaves no trace.
  search.request_id = RequestId(5);
  const auto undecided = election_->MakeAttempt(search);
  ASSERT_FALSE(undecided.has_value());
  EXPECT_EQ(undecided.error().reason, "SEARCH_INCOMPLETE");
  search.roll_search = {.complete = true, .searched_count = 2, .found_count = 0};
  const rules::AttemptAnswer nobody = Election::Expect(election_->MakeAttempt(search));
  EXPECT_EQ(nobody.outcome, Outcome::kNoMatch);
  EXPECT_FALSE(LeafAt(nobody.event_index).contains("voter"));
}

TEST_F(LedgerTest, EveryKindOfAnswerIsGivenAgainExactlyAlsoAfterReopening) {
  std::vector<rules::AttemptAnswer> answers;
  answers.push_back(Attempt(1, "A"));
  ASSERT_TRUE(election_->Polls(true, 1, "P1"));
  rules::Attempt accredited = election_->Attempt(2, "A", "P1");
  accredited.evidence.score = 57.123456789012345;
  accredited.threshold_fmr = 1e-5;
  accredited.samples = {{80, 1, 42}, {0, 7, 255}, {100, 0, 0}};
  answers.push_back(Election::Expect(election_->MakeAttempt(accredited)));
  answers.push_back(Attempt(3, "A"));
  answers.push_back(Attempt(4, "C"));
  answers.push_back(Attempt(5, "nobody"));
  answers.push_back(Attempt(6, "N"));
  rules::Attempt poor = election_->Attempt(7, "B", "P1");
  poor.evidence = {0, 0, 0, 40, FingerPosition::kUnknown};
  poor.samples.clear();
  answers.push_back(Election::Expect(election_->MakeAttempt(poor)));
  rules::Attempt impostor = election_->Attempt(8, "B", "P1");
  impostor.evidence.score = 3.5;
  answers.push_back(Election::Expect(election_->MakeAttempt(impostor)));
  ASSERT_TRUE(election_->Polls(false, 2, "P1"));
  answers.push_back(Attempt(9, "B"));

  const Outcome expected[] = {
      Outcome::kPollsNotOpen,  Outcome::kAccredited, Outcome::kAlreadyAccredited,
      Outcome::kWrongPrecinct, Outcome::kNotOnRoll,  Outcome::kNoReference,
      Outcome::kLowQuality,    Outcome::kNoMatch,    Outcome::kPollsClosed};
  ASSERT_EQ(answers.size(), std::size(expected));
  const auto log_size = Election::Expect(election_->ledger->GetCheckpoint()).log_size;
  Reopen();
  for (size_t i = 0; i < answers.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(answers[i].outcome, expected[i]);
    EXPECT_FALSE(answers[i].replayed);
    const auto again = election_->MakeAttempt(answers[i].attempt);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_TRUE(again->replayed);
    ExpectSameAnswer(*again, answers[i]);
  }
  EXPECT_EQ(Election::Expect(election_->ledger->GetCheckpoint()).log_size, log_size)
      << "an answer given again is no new event";
  EXPECT_TRUE(election_->RootIsThatOfTheLeaves());
}

TEST_F(LedgerTest, ARepeatedRequestIsAnsweredFromItsFirstEvidence) {
  ASSERT_TRUE(election_->Polls(true, 1, "P1"));
  rules::Attempt attempt = election_->Attempt(5, "A", "P1");
  attempt.evidence.score = 0;
  ASSERT_EQ(Election::Expect(election_->MakeAttempt(attempt)).outcome, Outcome::kNoMatch);
  const auto again = Attempt(5, "A");
  EXPECT_EQ(again.outcome, Outcome::kNoMatch);
  EXPECT_EQ(again.attempt.evidence.score, 0);
}

TEST_F(LedgerTest, ARequestIdOfAnotherVoterOrPrecinctIsRefused) {
  ASSERT_TRUE(election_->Polls(true, 1, "P1"));
  Attempt(5, "A");
  for (const auto& other : {election_->Attempt(5, "B", "P1"), election_->Attempt(5, "A", "P2")}) {
    const auto answer = election_->MakeAttempt(other);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::kConflict);
    EXPECT_EQ(answer.error().reason, "REQUEST_ID_REUSED");
  }
  EXPECT_EQ(Attempt(6, "B").outcome, Outcome::kAccredited);
}

TEST_F(LedgerTest, WhatCannotBeStoredExactlyIsRefused) {
  const auto refused = [&](auto change) {
    rules::Attempt attempt = election_->Attempt(1, "A", "P1");
    change(&attempt);
    const auto answer = election_->MakeAttempt(std::move(attempt));
    return answer ? std::string() : answer.error().reason;
  };
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(refused([](auto* a) { a->evidence.score = kNan; }), "BAD_EVIDENCE");
  EXPECT_EQ(refused([](auto* a) { a->evidence.score = kInfinity; }), "BAD_EVIDENCE");
  EXPECT_EQ(refused([](auto* a) { a->threshold_fmr = kNan; }), "BAD_EVIDENCE");
  EXPECT_EQ(refused([](auto* a) { a->evidence.samples_usable = -1; }), "BAD_EVIDENCE");
  EXPECT_EQ(refused([](auto* a) { a->request_id = "1"; }), "BAD_REQUEST_ID");
  EXPECT_EQ(refused([](auto* a) { a->samples.resize(65); }), "TOO_MANY_SAMPLES");
  EXPECT_EQ(refused([](auto* a) { a->precinct_id = "P9"; }), "UNKNOWN_PRECINCT");
  EXPECT_TRUE(election_->OutcomesInLog().empty());
}

TEST_F(LedgerTest, PollsOpenAndCloseOnceAndRepeatTheirAnswer) {
  EXPECT_EQ(election_->Polls(false, 1, "P1").error().reason, "POLLS_NOT_OPEN");
  const auto opened = election_->Polls(true, 2, "P1");
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->precinct.state, PollsState::kOpen);
  EXPECT_TRUE(opened->precinct.open_time_us.has_value());
  EXPECT_EQ(opened->precinct.voter_count, 3u);
  EXPECT_EQ(election_->Polls(true, 3, "P1").error().reason, "POLLS_ALREADY_OPEN");
  Attempt(10, "A");
  const auto closed = election_->Polls(false, 4, "P1");
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->precinct.state, PollsState::kClosed);
  EXPECT_EQ(closed->precinct.accredited_count, 1u);
  EXPECT_EQ(election_->Polls(true, 5, "P1").error().reason, "POLLS_CLOSED");
  EXPECT_EQ(election_->Polls(false, 6, "P1").error().reason, "POLLS_CLOSED");

  const auto opened_again = election_->Polls(true, 2, "P1");
  ASSERT_TRUE(opened_again);
  EXPECT_EQ(opened_again->event_index, opened->event_index);
  EXPECT_EQ(opened_again->precinct.open_time_us, opened->precinct.open_time_us);
  EXPECT_EQ(opened_again->precinct.accredited_count, 0u) << "as it was then";
  const auto closed_again = election_->Polls(false, 4, "P1");
  ASSERT_TRUE(closed_again);
  EXPECT_EQ(closed_again->event_index, closed->event_index);
  EXPECT_EQ(closed_again->precinct.close_time_us, closed->precinct.close_time_us);

  EXPECT_EQ(election_->Polls(true, 2, "P2").error().reason, "REQUEST_ID_REUSED");
  EXPECT_EQ(election_->Polls(false, 2, "P1").error().reason, "REQUEST_ID_REUSED");
  EXPECT_EQ(election_->Polls(true, 7, "P9").error().reason, "UNKNOWN_PRECINCT");
}

TEST_F(LedgerTest, ClosingSealsTheTotalsInTheLog) {
  ASSERT_TRUE(election_->Polls(true, 1, "P1"));
  Attempt(10, "A");
  Attempt(11, "A");
  Attempt(12, "nobody");
  const auto closed = election_->Polls(false, 2, "P1");
  ASSERT_TRUE(closed);
  const json leaf = LeafAt(closed->event_index);
  EXPECT_EQ(leaf["type"], "polls_closed");
  EXPECT_EQ(leaf["precinct"], "P1");
  EXPECT_EQ(leaf["voters"], 3);
  EXPECT_EQ(leaf["accredited"], 1);
  EXPECT_EQ(leaf["attempts"],
            (json{{"ACCREDITED", 1}, {"ALREADY_ACCREDITED", 1}, {"NOT_ON_ROLL", 1}}));
}

TEST_F(LedgerTest, ASecondAttemptOpensACaseThatSaysWhetherTheFingerMatched) {
  ASSERT_TRUE(election_->Polls(true, 1, "P1"));
  const auto first = Attempt(10, "A");
  const auto same = Attempt(11, "A");
  rules::Attempt stranger = election_->Attempt(12, "A", "P1");
  stranger.evidence.score = 1;
  const auto other = Election::Expect(election_->MakeAttempt(stranger));
  EXPECT_EQ(same.case_id, 1u);
  EXPECT_EQ(other.case_id, 2u);
  const auto cases = Election::Expect(election_->cases->List({}, 0, 10));
  ASSERT_EQ(cases.size(), 2u);
  EXPECT_TRUE(cases[0].finger_matched);
  EXPECT_FALSE(cases[1].finger_matched);
  EXPECT_EQ(cases[0].event_index, same.event_index);
  EXPECT_EQ(cases[0].open_time_us, same.time_us);
  EXPECT_EQ(cases[0].earlier->slip_number, first.accreditation->slip_number);
  EXPECT_EQ(cases[0].earlier->time_us, first.time_us);
  EXPECT_EQ(cases[0].voter, first.attempt.voter);
  EXPECT_EQ(cases[0].outcome, Outcome::kAlreadyAccredited);
  EXPECT_EQ(Election::Expect(election_->cases->List({"P2"}, 0, 10)).size(), 0u);
  EXPECT_EQ(Election::Expect(election_->cases->List({"P1"}, 1, 10)).size(), 1u);
  EXPECT_EQ(Election::Expect(election_->cases->List({"P1"}, ~0ull, 10)).size(), 0u);
}

TEST_F(LedgerTest, PrecinctsAreMadeOnceAndListedInOrder) {
  bool existed = false;
  ASSERT_TRUE(election_->ledger->CreatePrecinct("P1", &existed));
  EXPECT_TRUE(existed);
  ASSERT_TRUE(election_->ledger->CreatePrecinct("P0", &existed));
  EXPECT_FALSE(existed);
  EXPECT_EQ(election_->ledger->CreatePrecinct("a b", nullptr).error().reason, "BAD_PRECINCT_ID");
  EXPECT_EQ(election_->ledger->GetPrecinct("P9").error().reason, "UNKNOWN_PRECINCT");
  const auto all = Election::Expect(election_->ledger->ListPrecincts("", 10));
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].precinct_id, "P0");
  EXPECT_EQ(all[1].precinct_id, "P1");
  EXPECT_EQ(all[1].voter_count, 3u);
  EXPECT_EQ(all[1].state, PollsState::kNotOpen);
  const auto page = Election::Expect(election_->ledger->ListPrecincts("P0", 1));
  ASSERT_EQ(page.size(), 1u);
  EXPECT_EQ(page[0].precinct_id, "P1");
}

TEST_F(LedgerTest, FiguresAreSplitByWhatIsAskedFor) {
  ASSERT_TRUE(election_->Polls(true, 1, "P1"));
  ASSERT_TRUE(election_->Polls(true, 2, "P2"));
  const int64_t before_us = Attempt(10, "A").time_us;
  Attempt(11, "A");
  Attempt(12, "B");
  Attempt(13, "C", "P2");
  StatisticsFilter filter;
  auto figures = Election::Expect(election_->ledger->GetStatistics(filter));
  ASSERT_EQ(figures.cells.size(), 1u);
  EXPECT_EQ(figures.cells[0].attempt_count, 4u);
  EXPECT_EQ(figures.cells[0].outcome, std::nullopt);
  EXPECT_EQ(figures.accredited_count, 3u);
  EXPECT_EQ(figures.voter_count, 4u);
  EXPECT_EQ(figures.log_size, election_->Log().size());

  filter.by_precinct = filter.by_hour = filter.by_outcome = filter.by_method = true;
  figures = Election::Expect(election_->ledger->GetStatistics(filter));
  uint64_t total = 0;
  for (const StatisticsCell& cell : figures.cells) {
    total += cell.attempt_count;
    EXPECT_EQ(cell.hour_us % 3'600'000'000, 0);
    EXPECT_EQ(cell.method, rules::Method::kFinger);
  }
  EXPECT_EQ(total, 4u);
  EXPECT_EQ(figures.cells.front().precinct_id, "P1");
  EXPECT_EQ(figures.cells.back().precinct_id, "P2");

  filter = {};
  filter.precinct_id = "P1";
  filter.by_outcome = true;
  figures = Election::Expect(election_->ledger->GetStatistics(filter));
  ASSERT_EQ(figures.cells.size(), 2u);
  EXPECT_EQ(figures.cells[0].outcome, Outcome::kAccredited);
  EXPECT_EQ(figures.cells[0].attempt_count, 2u);
  EXPECT_EQ(figures.cells[1].outcome, Outcome::kAlreadyAccredited);
  EXPECT_EQ(figures.accredited_count, 2u);
  EXPECT_EQ(figures.voter_count, 3u);

  filter = {};
  filter.end_time_us = before_us;
  EXPECT_TRUE(Election::Expect(election_->ledger->GetStatistics(filter)).cells.empty());
  filter.end_time_us = before_us + 1;
  EXPECT_GE(Election::Expect(election_->ledger->GetStatistics(filter)).accredited_count, 1u);
  filter.start_time_us = before_us + 1;
  EXPECT_TRUE(Election::Expect(election_->ledger->GetStatistics(filter)).cells.empty());
  filter.precinct_id = "P9";
  EXPECT_EQ(Election::Expect(election_->ledger->GetStatistics(filter)).voter_count, 0u);
}

TEST_F(LedgerTest, FiguresAreAnsweredFromTheirIndexAlone) {
  const Status status = election_->database->Read([](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(
        Statement row,
        connection.Query("EXPLAIN QUERY PLAN SELECT outcome, method, count(*) FROM attempt "
                         "WHERE precinct_id = 'P1' AND time_us >= 0 GROUP BY outcome, method"));
    TAANU_RETURN_IF_ERROR(row.Step());
    EXPECT_NE(row.Text(3).find("COVERING INDEX attempt_figures"), std::string::npos) << row.Text(3);
    return {};
  });
  EXPECT_TRUE(status);
}

TEST_F(LedgerTest, TheCheckpointIsSignedAndItsRootIsThatOfTheLeaves) {
  ASSERT_TRUE(election_->Polls(true, 1, "P1"));
  for (int i = 0; i < 20; ++i) Attempt(100 + static_cast<uint64_t>(i), i % 2 == 0 ? "A" : "B");
  EXPECT_TRUE(election_->RootIsThatOfTheLeaves());
  const auto checkpoint = Election::Expect(election_->ledger->GetCheckpoint());
  const auto text = note::Verify(checkpoint.signed_note,
                                 {election_->signer->name(), election_->signer->public_key()});
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(*text,
            note::CheckpointText("taanu.example/test", checkpoint.log_size, checkpoint.root_hash));
}

TEST_F(LedgerTest, EveryEventIsCanonicalJsonWithoutPersonalData) {
  ASSERT_TRUE(election_->Polls(true, 1, "P1"));
  const auto answer = Attempt(10, "A");
  const json leaf = LeafAt(answer.event_index);
  EXPECT_EQ(leaf["v"], 1);
  EXPECT_EQ(leaf["type"], "attempt");
  EXPECT_EQ(leaf["time_us"], answer.time_us);
  EXPECT_EQ(leaf["request"], RequestId(10));
  EXPECT_EQ(leaf["precinct"], "P1");
  EXPECT_EQ(leaf["voter"], ToHex(answer.attempt.voter));
  EXPECT_EQ(leaf["operator"], ToHex(answer.attempt.operator_ref));
  EXPECT_EQ(leaf["terminal"], ToHex(answer.attempt.terminal));
  EXPECT_EQ(leaf["outcome"], "ACCREDITED");
  EXPECT_EQ(leaf["method"], "FINGER");
  EXPECT_EQ(leaf["score_mdb"], 57250);
  EXPECT_EQ(leaf["threshold_mdb"], 40000);
  EXPECT_EQ(leaf["threshold_fmr"], "0.0001");
  EXPECT_EQ(leaf["finger_matched"], true);
  EXPECT_EQ(leaf["slip"], 1);
  std::vector<std::string> types;
  for (const LogEntry& entry : election_->Log()) {
    const json parsed = json::parse(entry.leaf);
    EXPECT_EQ(parsed.dump(), entry.leaf) << "keys sorted, no white space";
    types.push_back(parsed["type"]);
  }
  EXPECT_EQ(types, (std::vector<std::string>{"precinct_created", "precinct_created",
                                             "voter_enrolled", "voter_enrolled", "voter_enrolled",
                                             "voter_enrolled", "polls_opened", "attempt"}));
}

TEST_F(LedgerTest, TextThatIsNotUtf8InAVersionCannotBreakTheLog) {
  rules::Attempt attempt = election_->Attempt(10, "A", "P1");
  attempt.algorithm_version = "\xff\"\\\n";
  const auto answer = election_->MakeAttempt(attempt);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(LeafAt(answer->event_index)["algorithm"], "\ufffd\"\\\n");
}

TEST_F(LedgerTest, WhatWasWrittenCannotBeChangedOrTakenAway) {
  ASSERT_TRUE(election_->Polls(true, 1, "P1"));
  Attempt(10, "A");
  Attempt(11, "A");
  ASSERT_TRUE(election_->Polls(false, 2, "P1"));
  for (const char* change :
       {"UPDATE event SET leaf = '{}' WHERE idx = 0", "DELETE FROM event WHERE idx = 0",
        "UPDATE event_node SET hash = zeroblob(32)", "DELETE FROM event_node",
        "UPDATE attempt SET outcome = 2", "DELETE FROM attempt",
        "UPDATE accreditation SET slip_number = 9", "DELETE FROM accreditation",
        "DELETE FROM duplicate_case", "DELETE FROM polls_change",
        "UPDATE polls_change SET accredited_count = 0",
        "UPDATE precinct_polls SET state = 2, close_time_us = NULL WHERE precinct_id = 'P1'",
        "UPDATE precinct_polls SET close_time_us = 1 WHERE precinct_id = 'P1'"}) {
    EXPECT_FALSE(election_->database->Write([&](Connection& connection) {
      return connection.RunScript(change);
    })) << change;
  }
  EXPECT_TRUE(election_->RootIsThatOfTheLeaves());
}

TEST_F(LedgerTest, AnErrorAfterAnEventTakesTheEventBack) {
  const auto before = election_->Log().size();
  const auto answer = election_
                          ->Start<int>([&](rules::LedgerTransaction& transaction) -> Result<int> {
                            TAANU_RETURN_IF_ERROR(
                                rules::MakeAttempt(transaction, election_->Attempt(10, "A", "P1")));
                            return Fail(ErrorCode::kInternal, "CHANGED_MIND", "no");
                          })
                          .get();
  ASSERT_FALSE(answer);
  EXPECT_EQ(election_->Log().size(), before);
  EXPECT_FALSE(Attempt(10, "A").replayed);
  EXPECT_TRUE(election_->RootIsThatOfTheLeaves());
}

// The primary key alone stands between two accreditations: a transaction that asks twice meets it.
TEST_F(LedgerTest, TheStoreItselfRefusesASecondAccreditation) {
  const KeyedReference voter = election_->voters->ReferenceOf("A");
  const auto result =
      election_
          ->Start<int>([&](rules::LedgerTransaction& transaction) -> Result<int> {
            TAANU_RETURN_IF_ERROR(transaction.Accredit(voter, "P1", rules::Method::kFinger));
            const auto second = transaction.Accredit(voter, "P2", rules::Method::kFinger);
            EXPECT_EQ(second.error().code, ErrorCode::kConflict);
            return 0;
          })
          .get();
  EXPECT_TRUE(result);
}

TEST_F(LedgerTest, TwoTerminalsRacingForOneVoterGiveOneAccreditation) {
  constexpr int kVoters = 40;
  for (int i = 0; i < kVoters; ++i) {
    election_->AddVoter(std::string("race").append(std::to_string(i)), "P1");
  }
  ASSERT_TRUE(election_->Polls(true, 1, "P1"));
  std::vector<Result<rules::AttemptAnswer>> answers[2];
  std::vector<std::thread> terminals;
  for (uint64_t terminal = 0; terminal < 2; ++terminal) {
    terminals.emplace_back([&, terminal] {
      for (int i = 0; i < kVoters; ++i) {
        const uint64_t request = 1000 * (terminal + 1) + static_cast<uint64_t>(i);
        answers[terminal].push_back(election_->MakeAttempt(
            election_->Attempt(request, std::string("race").append(std::to_string(i)), "P1")));
      }
    });
  }
  for (std::thread& terminal : terminals) terminal.join();
  for (size_t i = 0; i < kVoters; ++i) {
    ASSERT_TRUE(answers[0][i]);
    ASSERT_TRUE(answers[1][i]);
    const bool first = answers[0][i]->outcome == Outcome::kAccredited;
    const auto& winner = first ? answers[0][i] : answers[1][i];
    const auto& loser = first ? answers[1][i] : answers[0][i];
    EXPECT_EQ(winner->outcome, Outcome::kAccredited);
    EXPECT_EQ(loser->outcome, Outcome::kAlreadyAccredited);
    EXPECT_EQ(loser->accreditation->slip_number, winner->accreditation->slip_number);
  }
  EXPECT_EQ(election_->OutcomesInFigures(), election_->OutcomesInLog());
  EXPECT_TRUE(election_->RootIsThatOfTheLeaves());
}

}  // namespace
}  // namespace taanu::test
