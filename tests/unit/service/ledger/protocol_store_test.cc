// Imports on a real SQLite file: kept, superseded and never erased; figures as they were known.
#include "service/ledger/protocol_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "enroll/store/connection.h"
#include "service/ledger/protocol_queries.h"
#include "service/ledger/store_check.h"
#include "service/reconcile/draw.h"
#include "service/reconcile/report.h"
#include "tests/unit/service/ledger/election_fixture.h"

namespace taanu::test {
namespace {

constexpr const char* kHeader =
    "precinct,source,issued,spoiled,found_in_box,counted_by_machine,counted_by_hand,X/A,X/B\n";

class ProtocolStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* precinct : {"P1", "P2"}) {
      election_.AddPrecinct(precinct);
      election_.AddVoter(std::string("V-") + precinct, precinct);
      ASSERT_TRUE(election_.Polls(true, ++request_, precinct));
      ASSERT_TRUE(election_.MakeAttempt(
          election_.Attempt(++request_, std::string("V-") + precinct, precinct)));
      ASSERT_TRUE(election_.Polls(false, ++request_, precinct));
    }
  }

  ProtocolImport File(const std::string& rows, const std::string& reason = "") {
    ProtocolImport import;
    import.request_id = RequestId(++request_);
    import.operator_ref = election_.vault->Reference("operator", "O1");
    import.reason = reason;
    import.file = kHeader + rows;
    reconcile::ProtocolFile file = reconcile::ReadProtocols(import.file);
    EXPECT_TRUE(file.Check()) << file.Check().error().message;
    import.rows = std::move(file.rows);
    return import;
  }

  ElectionFigures Figures(std::optional<int64_t> as_of_us = std::nullopt) {
    return Election::Expect(store_.Figures(as_of_us));
  }

  // Of the count by hand in the first precinct.
  static uint64_t VotesForA(const ElectionFigures& figures) {
    return figures.precincts.at(0).hand.back().protocol.votes.at(0).votes;
  }

  // Runs one statement as a fault of the program might; what it is refused with.
  std::string RefusalOf(std::string_view sql) {
    const Status status = election_.database->Write(
        [&](Connection& connection) -> Status { return connection.RunScript(sql); });
    return status ? "" : status.error().message;
  }

  TempFolder folder_;
  Election election_{folder_ / ""};
  ProtocolStore store_{election_.database.get()};
  uint64_t request_ = 0;
};

TEST_F(ProtocolStoreTest, AnImportIsLoggedWithTheDigestOfItsFileAndKept) {
  const ProtocolImport import = File("P1,machine,,,,1,,1,0\nP1,hand,1,0,1,,1,1,0\n");
  const ProtocolImportAnswer answer = Election::Expect(store_.Import(import));
  EXPECT_EQ(answer.import_id, 1U);
  EXPECT_EQ(answer.protocol_count, 2U);
  EXPECT_EQ(answer.superseded_count, 0U);
  EXPECT_FALSE(answer.replayed);
  const auto leaf = nlohmann::json::parse(election_.Log().at(answer.event_index).leaf);
  EXPECT_EQ(leaf["type"], "protocol_imported");
  EXPECT_EQ(leaf["file_sha256"], reconcile::Sha256Hex(import.file));
  EXPECT_EQ(leaf["protocols"], 2);
  EXPECT_EQ(leaf["time_us"], answer.time_us);
  EXPECT_FALSE(leaf.contains("reason_sha256"));
  EXPECT_TRUE(election_.RootIsThatOfTheLeaves());
  EXPECT_EQ(Election::Expect(store_.File(1)), import.file);
  EXPECT_EQ(store_.File(2).error().reason, "UNKNOWN_IMPORT");

  const ElectionFigures figures = Figures();
  ASSERT_EQ(figures.precincts.size(), 2U);
  EXPECT_EQ(figures.precincts[0].machine.at(0).protocol, import.rows[0].protocol);
  EXPECT_EQ(figures.precincts[0].hand.at(0).protocol, import.rows[1].protocol);
  EXPECT_EQ(figures.precincts[1].Hand(), nullptr);
  EXPECT_EQ(figures.precincts[0].Accredited(), 1U);
  EXPECT_EQ(figures.precincts[0].slip_count, 1U);
  EXPECT_EQ(figures.precincts[0].sealed, 1U);
  EXPECT_EQ(figures.as_of_us, answer.time_us);
}

TEST_F(ProtocolStoreTest, ARepeatedRequestGetsItsFirstAnswerAndAnotherFileUnderItIsRefused) {
  ProtocolImport import = File("P1,hand,1,0,1,,1,1,0\n");
  const ProtocolImportAnswer first = Election::Expect(store_.Import(import));
  const size_t entries = election_.Log().size();
  const ProtocolImportAnswer again = Election::Expect(store_.Import(import));
  EXPECT_TRUE(again.replayed);
  EXPECT_EQ(again.event_index, first.event_index);
  EXPECT_EQ(again.time_us, first.time_us);
  EXPECT_EQ(again.file_bytes, import.file.size());
  EXPECT_EQ(election_.Log().size(), entries);
  import.file += "\n";
  EXPECT_EQ(store_.Import(import).error().reason, "REQUEST_ID_REUSED");
}

TEST_F(ProtocolStoreTest, ALaterImportSupersedesAndTheEarlierOneIsShownAsOfItsTime) {
  const auto first = Election::Expect(store_.Import(File("P1,hand,1,0,1,,1,1,0\n")));
  EXPECT_EQ(store_.Import(File("P2,hand,1,0,1,,1,1,0\nP1,hand,1,0,1,,1,0,1\n")).error().reason,
            "REASON_REQUIRED");
  EXPECT_EQ(Figures().precincts[1].Hand(), nullptr) << "the whole file was refused";
  const auto second =
      Election::Expect(store_.Import(File("P1,hand,1,0,1,,1,0,1\n", "a digit was misread")));
  EXPECT_EQ(second.superseded_count, 1U);
  EXPECT_EQ(second.changed_count, 1U);
  const auto third = Election::Expect(store_.Import(File("P1,hand,1,0,1,,1,0,1\n")));
  EXPECT_EQ(third.superseded_count, 1U);
  EXPECT_EQ(third.changed_count, 0U) << "the same figures need no reason";

  EXPECT_EQ(VotesForA(Figures(first.time_us)), 1U);
  EXPECT_EQ(Figures(first.time_us).precincts[0].hand.size(), 1U);
  EXPECT_TRUE(Figures(first.time_us - 1).precincts[0].hand.empty());
  EXPECT_EQ(VotesForA(Figures()), 0U);
  EXPECT_EQ(Figures().precincts[0].hand.size(), 3U);
  const auto moved = reconcile::MovedTotals(Figures().precincts[0]);
  ASSERT_EQ(moved.size(), 2U);
  EXPECT_EQ(moved[0].figure, "hand: X/A");
  EXPECT_EQ(moved[0].reason, "a digit was misread");
}

TEST_F(ProtocolStoreTest, FiguresOfTheLogAreThoseOfTheMoment) {
  const std::vector<PollsEntry> polls = Election::Expect(store_.History("P1")).polls;
  ASSERT_EQ(polls.size(), 2U);
  const ElectionFigures open = Figures(polls[0].time_us);
  EXPECT_EQ(open.precincts[0].polls, rules::PollsState::kOpen);
  EXPECT_EQ(open.precincts[0].Accredited(), 0U);
  EXPECT_EQ(open.precincts[0].slip_count, 0U);
  EXPECT_EQ(open.precincts[0].voter_count, 1U);
  EXPECT_EQ(open.precincts[1].polls, rules::PollsState::kNotOpen);
  const ElectionFigures closed = Figures(polls[1].time_us);
  EXPECT_EQ(closed.precincts[0].polls, rules::PollsState::kClosed);
  EXPECT_EQ(closed.precincts[0].Accredited(), 1U);
  EXPECT_EQ(closed.precincts[0].sealed, 1U);
  EXPECT_EQ(store_.Figures(closed.as_of_us + 3'600'000'000).error().reason, "FUTURE_TIME");
}

TEST_F(ProtocolStoreTest, ACorrectedTotalIsWhatThePrecinctAnswersForAndIsToldWithItsReason) {
  const int64_t before_us = Figures().as_of_us;
  ASSERT_TRUE(election_.Correct(election_.CorrectionOf(++request_, "P1", 0)));
  const ElectionFigures figures = Figures();
  ASSERT_EQ(figures.precincts[0].corrections.size(), 1U);
  EXPECT_TRUE(figures.precincts[1].corrections.empty());
  EXPECT_EQ(figures.precincts[0].Accredited(), 1U) << "the log stands";
  EXPECT_EQ(figures.precincts[0].Identified(), 0U);
  const auto moved = reconcile::MovedTotals(figures.precincts[0]);
  ASSERT_EQ(moved.size(), 1U);
  EXPECT_EQ(moved[0].reason, "UNRECORDED, act 17-2026");
  EXPECT_EQ(moved[0].before, 1U);
  EXPECT_EQ(moved[0].after, 0U);
  EXPECT_EQ(moved[0].event_index, election_.Log().size() - 1);
  EXPECT_EQ(Election::Expect(store_.History("P1")).figures.corrections.size(), 1U);
  EXPECT_TRUE(Figures(before_us).precincts[0].corrections.empty()) << "not made yet";
}

TEST_F(ProtocolStoreTest, AnUnknownPrecinctIsRefusedWithItsLine) {
  const auto refused = store_.Import(File("P1,hand,1,0,1,,1,1,0\nP9,hand,1,0,1,,1,1,0\n"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "UNKNOWN_PRECINCT");
  EXPECT_THAT(refused.error().message, testing::HasSubstr("line 3"));
  EXPECT_EQ(store_.History("P9").error().reason, "UNKNOWN_PRECINCT");
  EXPECT_EQ(store_.File(1).error().reason, "UNKNOWN_IMPORT");
}

TEST_F(ProtocolStoreTest, WhatWasImportedIsNeverChangedOrDeleted) {
  Election::Expect(store_.Import(File("P1,hand,1,0,1,,1,1,0\n")));
  Election::Expect(store_.SetTolerance({.ballots = 2, .share_ppm = 0}));
  for (const char* table : {"protocol_import", "protocol", "reconciliation_tolerance"}) {
    EXPECT_THAT(RefusalOf(std::string("DELETE FROM ") + table), testing::Not(""));
  }
  EXPECT_THAT(RefusalOf("UPDATE protocol SET by_hand = 2"), testing::Not(""));
  EXPECT_THAT(RefusalOf("UPDATE protocol_import SET reason = 'x'"), testing::Not(""));
  EXPECT_THAT(RefusalOf("UPDATE reconciliation_tolerance SET ballots = 9"), testing::Not(""));
  EXPECT_EQ(RefusalOf("UPDATE protocol SET by_hand = 2 WHERE import_id = 7"), "");
}

TEST_F(ProtocolStoreTest, ATamperedFileIsFound) {
  Election::Expect(store_.Import(File("P1,hand,1,0,1,,1,1,0\n")));
  ASSERT_EQ(RefusalOf("DROP TRIGGER protocol_import_no_update;"
                      "UPDATE protocol_import SET file = CAST('other' AS BLOB)"),
            "");
  EXPECT_EQ(store_.File(1).error().reason, "PROTOCOL_DAMAGED");
}

TEST_F(ProtocolStoreTest, ATamperedRowIsFoundByTheFullCheck) {
  Election::Expect(store_.Import(File("P1,hand,1,0,1,,1,1,0\n")));
  const auto problems = [&] {
    StoreCheck check;
    EXPECT_TRUE(election_.database->Read([&](Connection& connection) -> Status {
      TAANU_ASSIGN_OR_RETURN(check, CheckStore(connection, election_.vault.get()));
      return {};
    }));
    return check.problems;
  };
  EXPECT_THAT(problems(), testing::IsEmpty());
  ASSERT_EQ(RefusalOf("DROP TRIGGER protocol_no_update;"
                      "UPDATE protocol SET votes = '[[\"X\",\"A\",0],[\"X\",\"B\",1]]'"),
            "");
  EXPECT_THAT(problems(), testing::ElementsAre(testing::HasSubstr("import 1")));
}

TEST_F(ProtocolStoreTest, AToleranceIsLoggedOnceAndHoldsFromThenOn) {
  const size_t entries = election_.Log().size();
  Election::Expect(store_.SetTolerance({}));
  EXPECT_EQ(election_.Log().size(), entries) << "none is what holds without any entry";
  Election::Expect(store_.SetTolerance({.ballots = 2, .share_ppm = 500}));
  Election::Expect(store_.SetTolerance({.ballots = 2, .share_ppm = 500}));
  ASSERT_EQ(election_.Log().size(), entries + 1);
  const auto leaf = nlohmann::json::parse(election_.Log().back().leaf);
  EXPECT_EQ(leaf["type"], "reconciliation_tolerance_set");
  EXPECT_EQ(leaf["ballots"], 2);
  const int64_t set_us = leaf["time_us"];
  EXPECT_EQ(Figures().tolerance.share_ppm, 500U);
  EXPECT_EQ(Figures(set_us).tolerance.ballots, 2U);
  EXPECT_EQ(Figures(set_us - 1).tolerance, reconcile::Tolerance());
}

TEST(VotesTextTest, EveryNameComesBackAndDamageIsFound) {
  const std::vector<reconcile::ChoiceVotes> votes = {{"\"Кеңеш\"", "<A>, \\ B", 7},
                                                     {"X", "Y", reconcile::kCountMax}};
  EXPECT_EQ(*ParseVotes(VotesText(votes)), votes);
  for (const char* text : {"", "{}", "[1]", "[[\"a\",\"b\"]]", "[[\"a\",\"b\",-1]]", "[["}) {
    EXPECT_EQ(ParseVotes(text).error().reason, "PROTOCOL_DAMAGED") << text;
  }
}

}  // namespace
}  // namespace taanu::test
