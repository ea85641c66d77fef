#include "service/ledger/figures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "service/ledger/small_cells.h"
#include "service/ledger/store_check.h"
#include "tests/unit/service/ledger/election_fixture.h"

namespace taanu::test {
namespace {

using rules::Method;
using rules::Outcome;

constexpr int64_t kHourUs = 3'600'000'000;
// 2026-11-22T10:00:00Z
constexpr int64_t kElectionDay = 1'795'341'600'000'000;

class FiguresTest : public testing::Test {
 protected:
  void SetUp() override {
    election_ = std::make_unique<Election>(folder_ / "");
    for (const char* precinct : {"P1", "P2", "P3"}) {
      election_->AddPrecinct(precinct);
      for (int k = 0; k < 5; ++k) {
        election_->AddVoter(std::string(precinct) + "-" + std::to_string(k), precinct,
                            k == 4 ? 0 : 1);
      }
    }
    Election::Expect(election_->Polls(true, 1, "P1"));
    Election::Expect(election_->Polls(true, 2, "P2"));
  }

  rules::Attempt Attempt(const std::string& number, const std::string& precinct) {
    return election_->Attempt(next_++, number, precinct);
  }

  // What any day has: matches, failures, poor captures, several operators, several tries.
  void MakeADay(unsigned seed, int attempts) {
    std::mt19937 random(seed);
    const auto upTo = [&](unsigned n) { return static_cast<int>(random() % n); };
    for (int k = 0; k < attempts; ++k) {
      const std::string precinct = "P" + std::to_string(1 + upTo(3));
      auto attempt = Attempt(precinct + "-" + std::to_string(upTo(6)), precinct);
      if (upTo(4) == 0) attempt.evidence.score = 12;
      if (upTo(5) == 0) attempt.evidence = {.threshold_score = 40};
      attempt.operator_ref[0] = static_cast<uint8_t>(upTo(3));
      attempt.samples.resize(static_cast<size_t>(1 + upTo(3)),
                             {static_cast<uint8_t>(upTo(101)), 0, 30});
      attempt.traits = {static_cast<Sex>(upTo(3)), upTo(2) == 0 ? 0 : 1930 + upTo(78),
                        kElectionDay - upTo(15) * 8766 * kHourUs};
      Election::Expect(election_->MakeAttempt(attempt));
    }
  }

  Statistics Ask(const StatisticsFilter& filter) {
    return Election::Expect(election_->ledger->GetStatistics(filter));
  }

  std::map<std::string, uint64_t> Values(Facet facet) {
    std::map<std::string, uint64_t> values;
    for (const StatisticsCell& cell : Ask({.facet = facet}).cells) {
      values[cell.value] = cell.attempt_count;
    }
    return values;
  }

  std::vector<std::string> Problems() {
    StoreCheck check;
    Election::Expect(election_->database->Read([&](Connection& connection) -> Status {
      TAANU_ASSIGN_OR_RETURN(check, CheckStore(connection, nullptr));
      return {};
    }));
    return check.problems;
  }

  void Execute(std::string_view sql) {
    Election::Expect(election_->database->Write(
        [sql](Connection& connection) { return connection.RunScript(sql); }));
  }

  TempFolder folder_;
  std::unique_ptr<Election> election_;
  uint64_t next_ = 100;
};

bool SameCells(const Statistics& a, const Statistics& b) {
  return std::ranges::equal(a.cells, b.cells, [](const auto& x, const auto& y) {
    return x.precinct_id == y.precinct_id && x.hour_us == y.hour_us && x.outcome == y.outcome &&
           x.method == y.method && x.attempt_count == y.attempt_count;
  });
}

// Times that are not full hours are counted attempt by attempt: two ways to the same figures.
TEST_F(FiguresTest, CountersAgreeWithTheAttemptsOneByOne) {
  MakeADay(1, 300);
  for (unsigned split = 0; split < 32; ++split) {
    StatisticsFilter filter;
    filter.by_precinct = (split & 1) != 0;
    filter.by_hour = (split & 2) != 0;
    filter.by_outcome = (split & 4) != 0;
    filter.by_method = (split & 8) != 0;
    if ((split & 16) != 0) filter.precinct_id = "P2";
    const Statistics counters = Ask(filter);
    filter.start_time_us = 1;
    const Statistics attempts = Ask(filter);
    EXPECT_FALSE(counters.cells.empty());
    EXPECT_TRUE(SameCells(counters, attempts)) << split;
    EXPECT_EQ(counters.accredited_count, attempts.accredited_count);
  }
}

TEST_F(FiguresTest, EveryFacetAddsUpToTheAttemptsThatHaveIt) {
  MakeADay(2, 200);
  for (const Facet facet : {Facet::kOperator, Facet::kTerminal, Facet::kSex, Facet::kAgeGroup,
                            Facet::kQuality, Facet::kCaptures, Facet::kReferenceAge}) {
    uint64_t total = 0;
    for (const auto& [value, count] : Values(facet)) total += count;
    EXPECT_EQ(total, 200u) << static_cast<int>(facet);
    // By precinct it is the same.
    uint64_t by_precinct = 0;
    for (const StatisticsCell& cell : Ask({.by_precinct = true, .facet = facet}).cells) {
      by_precinct += cell.attempt_count;
    }
    EXPECT_EQ(by_precinct, 200u);
    // And by hour.
    uint64_t by_hour = 0;
    for (const StatisticsCell& cell : Ask({.by_hour = true, .facet = facet}).cells) {
      EXPECT_GT(cell.hour_us, 0);
      by_hour += cell.attempt_count;
    }
    EXPECT_EQ(by_hour, 200u);
  }
  EXPECT_EQ(Values(Facet::kOperator).size(), 3u);
}

TEST_F(FiguresTest, AVotersFirstComparisonCountsOnce) {
  auto failed = Attempt("P1-0", "P1");
  failed.evidence.score = 3;
  Election::Expect(election_->MakeAttempt(failed));
  Election::Expect(election_->MakeAttempt(Attempt("P1-0", "P1")));  // matched at last
  Election::Expect(election_->MakeAttempt(Attempt("P1-1", "P1")));
  Election::Expect(election_->MakeAttempt(Attempt("P1-1", "P1")));  // came again
  const Statistics figures = Ask({});
  EXPECT_EQ(figures.first_comparisons, 2u);
  EXPECT_EQ(figures.first_comparisons_failed, 1u);
  EXPECT_EQ(figures.accredited_count, 2u);
  EXPECT_EQ(figures.cases, 1u);
  const std::map<std::string, uint64_t> expected = {{"failed", 1}, {"matched", 1}};
  EXPECT_EQ(Values(Facet::kFirstComparison), expected);
}

// A request that is sent again is not an attempt.
TEST_F(FiguresTest, AnAnswerGivenAgainCountsOnce) {
  const auto attempt = Attempt("P1-0", "P1");
  Election::Expect(election_->MakeAttempt(attempt));
  EXPECT_TRUE(Election::Expect(election_->MakeAttempt(attempt)).replayed);
  EXPECT_EQ(Ask({}).cells.at(0).attempt_count, 1u);
}

TEST_F(FiguresTest, TheFullCheckFindsAFigureThatDoesNotFollowFromTheLog) {
  MakeADay(3, 50);
  EXPECT_TRUE(Problems().empty());
  Execute(
      "UPDATE figure SET attempt_count = attempt_count + 1 WHERE facet = 3 AND precinct_id = ''");
  EXPECT_EQ(Problems().size(), 1u);
}

TEST_F(FiguresTest, AFileOfAnEarlierVersionIsCountedOnce) {
  MakeADay(4, 50);
  const Statistics before = Ask({.by_precinct = true, .by_hour = true, .by_outcome = true});
  Execute("DELETE FROM figure");
  Election::Expect(election_->database->Write(CompleteFigures));
  Election::Expect(election_->database->Write(CompleteFigures));
  EXPECT_TRUE(SameCells(Ask({.by_precinct = true, .by_hour = true, .by_outcome = true}), before));
  EXPECT_TRUE(Problems().empty());
}

TEST_F(FiguresTest, AFacetNeedsFullHours) {
  MakeADay(5, 10);
  const auto asked = election_->ledger->GetStatistics(
      {.start_time_us = kElectionDay + 1, .facet = Facet::kOperator});
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().reason, "BAD_TIME");
}

std::vector<uint64_t> Merged(const std::vector<uint64_t>& counts) {
  std::vector<StatisticsCell> cells;
  for (const uint64_t count : counts) {
    cells.emplace_back();
    cells.back().attempt_count = count;
  }
  MergeSmallCells(&cells);
  std::vector<uint64_t> merged;
  for (const StatisticsCell& cell : cells) merged.push_back(cell.attempt_count);
  return merged;
}

TEST(MergeSmallCellsTest, CasesAreMergedByTheSameRule) {
  using rules::CaseKind;
  using rules::CaseState;
  std::vector<CaseTally> tallies = {{CaseKind::kSecondAttempt, CaseState::kOpen, false, 9},
                                    {CaseKind::kSecondAttempt, CaseState::kSettled, false, 5},
                                    {CaseKind::kRegisterDuplicate, CaseState::kOpen, false, 1}};
  MergeSmallCells(&tallies);
  ASSERT_EQ(tallies.size(), 2u);
  EXPECT_EQ(tallies[0].case_count, 9u);
  EXPECT_FALSE(tallies[0].merged);
  EXPECT_EQ(tallies[1].case_count, 6u);
  EXPECT_TRUE(tallies[1].merged);
}

TEST(MergeSmallCellsTest, NoCellOfFewIsLeft) {
  using Counts = std::vector<uint64_t>;
  EXPECT_EQ(Merged({}), Counts());
  EXPECT_EQ(Merged({7, 5, 90}), (Counts{7, 5, 90}));
  EXPECT_EQ(Merged({3, 90, 4}), (Counts{90, 7}));
  EXPECT_EQ(Merged({1, 90, 6}), (Counts{90, 7})) << "one alone is told with the next smallest";
  EXPECT_EQ(Merged({1, 90}), (Counts{91}));
  EXPECT_EQ(Merged({2, 1}), (Counts{3}));
}

TEST(CountEntryTest, RefusesWhatIsNoEntry) {
  for (
      const char* leaf :
      {"", "[]", "{", R"({"type":"attempt"})",
       R"({"type":"attempt","outcome":"ACCREDITED","method":"FINGER","time_us":"1","precinct":"P"})",
       R"({"type":"attempt","outcome":"WON","method":"FINGER","time_us":1,"precinct":"P"})"}) {
    EXPECT_FALSE(CountEntry(leaf)) << leaf;
  }
  EXPECT_FALSE(CountEntry(R"({"type":"polls_opened"})")->has_value());
}

TEST(CountEntryTest, KnowsEveryOutcome) {
  EXPECT_NE(rules::OutcomeName(static_cast<Outcome>(rules::kOutcomeMax)), "UNKNOWN");
  EXPECT_EQ(rules::OutcomeName(static_cast<Outcome>(rules::kOutcomeMax + 1)), "UNKNOWN");
}

TEST(AgeGroupTest, GoesByYears) {
  EXPECT_EQ(AgeGroup(0, kElectionDay), "unknown");
  EXPECT_EQ(AgeGroup(2009, kElectionDay), "0-17");
  EXPECT_EQ(AgeGroup(2008, kElectionDay), "18-24");
  EXPECT_EQ(AgeGroup(2002, kElectionDay), "18-24");
  EXPECT_EQ(AgeGroup(2001, kElectionDay), "25-34");
  EXPECT_EQ(AgeGroup(1992, kElectionDay), "25-34");
  EXPECT_EQ(AgeGroup(1991, kElectionDay), "35-44");
  EXPECT_EQ(AgeGroup(1962, kElectionDay), "55-64");
  EXPECT_EQ(AgeGroup(1961, kElectionDay), "65+");
  // The last moment of one year and the first of the next.
  constexpr int64_t kNewYear = 1'798'761'600'000'000;  // 2027-01-01T00:00:00Z
  EXPECT_EQ(AgeGroup(2009, kNewYear - 1), "0-17");
  EXPECT_EQ(AgeGroup(2009, kNewYear), "18-24");
}

TEST(ReferenceAgeTest, CountsFullYears) {
  EXPECT_EQ(ReferenceAge(std::nullopt, kElectionDay), "unknown");
  EXPECT_EQ(ReferenceAge(kElectionDay, kElectionDay), "0");
  EXPECT_EQ(ReferenceAge(kElectionDay + kHourUs, kElectionDay), "0");  // a clock that was wrong
  EXPECT_EQ(ReferenceAge(kElectionDay - 366 * 24 * kHourUs, kElectionDay), "1");
  EXPECT_EQ(ReferenceAge(0, kElectionDay), "10+");
}

// Values computed apart from this program, with decimals to spare.
TEST(WilsonIntervalTest, IsThatOfWilson) {
  EXPECT_NEAR(WilsonInterval(5, 100).low, 0.0215437, 1e-6);
  EXPECT_NEAR(WilsonInterval(5, 100).high, 0.1117505, 1e-6);
  EXPECT_NEAR(WilsonInterval(0, 10).low, 0, 1e-12);
  EXPECT_NEAR(WilsonInterval(0, 10).high, 0.277533, 1e-6);
  EXPECT_NEAR(WilsonInterval(10, 10).high, 1, 1e-12);
}

}  // namespace
}  // namespace taanu::test
