// Searches of everybody against everybody on a real SQLite file.
#include "service/ledger/duplicate_search_log.h"

#include <gtest/gtest.h>

#include "tests/unit/service/ledger/election_fixture.h"

namespace taanu::test {
namespace {

using nlohmann::json;

class SearchLogTest : public testing::Test {
 protected:
  Result<SearchRecord> Begin(uint64_t request, double false_pairs = 10) {
    return log_.Begin(RequestId(request), election_.vault->Reference("operator", "aigul"),
                      false_pairs, &begun_);
  }
  json LastLeaf() const { return json::parse(election_.Log().back().leaf); }

  TempFolder folder_;
  Election election_{folder_ / ""};
  SearchLog log_{election_.database.get()};
  bool begun_ = false;
};

TEST_F(SearchLogTest, OneSearchRunsAtATimeAndEachIsLogged) {
  EXPECT_EQ(log_.Find(0).error().reason, "UNKNOWN_SEARCH");
  SearchRecord first = Election::Expect(Begin(1));
  EXPECT_TRUE(begun_);
  EXPECT_EQ(first.search_id, 1U);
  EXPECT_EQ(LastLeaf()["type"], "duplicate_search_started");
  EXPECT_EQ(LastLeaf()["false_pairs"], "10");
  EXPECT_EQ(Begin(2).error().reason, "SEARCH_RUNNING");
  EXPECT_FALSE(log_.Find(0)->ended());

  first.end_reason = kSearchComplete;
  first.figures = SearchFigures{.people = 30,
                                .searched = 30,
                                .unsearched = 2,
                                .fmr = 1e-6,
                                .score_min = 60,
                                .times_claimed = 1,
                                .pairs = 3,
                                .cases = 2};
  ASSERT_TRUE(log_.End(first));
  const json leaf = LastLeaf();
  EXPECT_EQ(leaf["type"], "duplicate_search_ended");
  EXPECT_EQ(leaf["end"], "COMPLETE");
  EXPECT_EQ(leaf["searched"], 30);
  EXPECT_EQ(leaf["unsearched"], 2);
  EXPECT_EQ(leaf["cases"], 2);
  const SearchRecord ended = Election::Expect(log_.Find(1));
  EXPECT_TRUE(ended.ended());
  EXPECT_EQ(ended.figures->pairs, 3U);
  EXPECT_EQ(Election::Expect(Begin(3)).search_id, 2U);
  EXPECT_EQ(Election::Expect(log_.Find(0)).search_id, 2U);
  EXPECT_TRUE(election_.RootIsThatOfTheLeaves());
}

TEST_F(SearchLogTest, ARepeatedRequestGetsItsSearchAndBeginsNone) {
  ASSERT_TRUE(Begin(1));
  const size_t log_size = election_.Log().size();
  const SearchRecord again = Election::Expect(Begin(1));
  EXPECT_FALSE(begun_);
  EXPECT_EQ(again.search_id, 1U);
  EXPECT_EQ(election_.Log().size(), log_size);
  EXPECT_EQ(Begin(1, 11).error().reason, "REQUEST_ID_REUSED");
}

TEST_F(SearchLogTest, ASearchThatWasCutOffIsToldAsInterruptedAndNotAsComplete) {
  ASSERT_TRUE(log_.EndInterrupted());
  EXPECT_TRUE(election_.Log().empty()) << "there was none";
  ASSERT_TRUE(Begin(1));
  ASSERT_TRUE(log_.EndInterrupted());
  const SearchRecord search = Election::Expect(log_.Find(1));
  EXPECT_TRUE(search.ended());
  EXPECT_EQ(search.end_reason, kSearchInterrupted);
  EXPECT_FALSE(search.figures.has_value());
  EXPECT_EQ(LastLeaf()["end"], "INTERRUPTED");
  EXPECT_EQ(LastLeaf().count("searched"), 0U);
  EXPECT_TRUE(Begin(2));
}

TEST_F(SearchLogTest, HowASearchEndedStands) {
  SearchRecord search = Election::Expect(Begin(1));
  search.end_reason = kSearchCancelled;
  ASSERT_TRUE(log_.End(search));
  for (const char* change :
       {"UPDATE duplicate_search SET end_reason = 'COMPLETE'",
        "UPDATE duplicate_search SET searched = 1, people = 1", "DELETE FROM duplicate_search"}) {
    EXPECT_FALSE(election_.database->Write([&](Connection& connection) {
      return connection.RunScript(change);
    })) << change;
  }
  EXPECT_EQ(log_.Find(9).error().reason, "UNKNOWN_SEARCH");
  EXPECT_EQ(log_.Find(~0ull).error().reason, "UNKNOWN_SEARCH");
}

}  // namespace
}  // namespace taanu::test
