#include "service/polls/merge.h"

#include <gmock/gmock.h>

#include "tests/unit/service/polls/polls_fixture.h"

namespace taanu::test {
namespace {

using testing::HasSubstr;

class PollsMergeTest : public PollsTest {
 protected:
  polls::PollsReport Report(LogInMemory log, const std::string& precinct,
                            const std::string& references = std::string(32, 'a')) {
    auto report = Verify(log.File(precinct, *signer_, references));
    EXPECT_TRUE(report) << report.error().message;
    return *std::move(report);
  }
  static LogInMemory OnePrecinct(const std::string& precinct, const std::vector<int>& voters) {
    LogInMemory log;
    log.Open(precinct);
    for (const int voter : voters) log.Attempt(precinct, voter, "ACCREDITED");
    log.Close(precinct);
    return log;
  }
};

TEST_F(PollsMergeTest, TotalsAreAddedUp) {
  const auto merged =
      polls::MergePolls(std::vector{Report(TwoPrecincts(), "P1"), Report(TwoPrecincts(), "P2"),
                                    Report(OnePrecinct("P3", {}), "P3")});
  ASSERT_TRUE(merged) << merged.error().message;
  EXPECT_EQ(merged->precincts, 3U);
  EXPECT_EQ(merged->voters, 300U);
  EXPECT_EQ(merged->accreditations, 5U);
  EXPECT_EQ(merged->voters_accredited, 5U);
  EXPECT_EQ(merged->accredited_by_method.at("FINGER"), 3U);
  EXPECT_TRUE(merged->multiple.empty());
}

TEST_F(PollsMergeTest, AVoterWhoWasAccreditedInTwoPrecinctsIsFoundWithBothPlaces) {
  const auto merged = polls::MergePolls(std::vector{Report(OnePrecinct("P1", {1, 2, 3}), "P1"),
                                                    Report(OnePrecinct("P2", {4, 2}), "P2"),
                                                    Report(OnePrecinct("P3", {3, 2}), "P3")});
  ASSERT_TRUE(merged) << merged.error().message;
  EXPECT_EQ(merged->accreditations, 7U);
  EXPECT_EQ(merged->voters_accredited, 4U);
  ASSERT_EQ(merged->multiple.size(), 2U);
  EXPECT_EQ(merged->multiple[0].voter, VoterReference(2));
  ASSERT_EQ(merged->multiple[0].places.size(), 3U);
  EXPECT_EQ(merged->multiple[0].places[0].entry.slip_number, 2U);
  EXPECT_EQ(merged->multiple[1].voter, VoterReference(3));
  // By time: voter 3 was the first one in P3, and the third in P1.
  EXPECT_EQ(merged->multiple[1].places[0].precinct_id, "P3");
  EXPECT_EQ(merged->multiple[1].places[1].precinct_id, "P1");
}

TEST_F(PollsMergeTest, FilesThatNameVotersWithDifferentKeysAreNotMerged) {
  const auto merged =
      polls::MergePolls(std::vector{Report(OnePrecinct("P1", {1}), "P1"),
                                    Report(OnePrecinct("P2", {1}), "P2", std::string(32, 'b'))});
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error().reason, "KEYS_DIFFER");
  EXPECT_THAT(merged.error().message, HasSubstr(std::string(32, 'b')));
}

TEST_F(PollsMergeTest, TwoFilesOfOnePrecinctAreNotMerged) {
  const auto merged = polls::MergePolls(
      std::vector{Report(OnePrecinct("P1", {1}), "P1"), Report(OnePrecinct("P1", {1, 2}), "P1")});
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error().reason, "PRECINCT_TWICE");
}

TEST_F(PollsMergeTest, PreliminaryFiguresAndOtherElectionsAreNotMerged) {
  LogInMemory open;
  open.Open("P1");
  EXPECT_EQ(polls::MergePolls(std::vector{Report(open, "P1")}).error().reason, "PRELIMINARY");
  std::vector<polls::PollsReport> two = {Report(OnePrecinct("P1", {1}), "P1"),
                                         Report(OnePrecinct("P2", {2}), "P2")};
  two[1].statement.election = "another";
  EXPECT_EQ(polls::MergePolls(two).error().reason, "ELECTIONS_DIFFER");
}

}  // namespace
}  // namespace taanu::test
