// `taanu dedup` against the real daemon: what it finds, what it says it has not looked at, and what
// is left of a search that was cut off.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "enroll/register/schema.h"
#include "enroll/store/database.h"
#include "service/ledger/duplicate_search_log.h"
#include "service/ledger/sqlite_ledger.h"
#include "tests/integration/cases/office_election.h"

namespace taanu::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class DedupTest : public OfficeElection {};

TEST_F(DedupTest, FindsThePlantedPairsAndSaysWhomNobodyLookedFor) {
  const CommandResult found = Dedup();
  ASSERT_EQ(found.status, 0) << found.output;
  EXPECT_THAT(found.output, HasSubstr("COMPLETE"));
  EXPECT_THAT(found.output, HasSubstr("0.0001 are to be expected"));
  EXPECT_THAT(found.output, HasSubstr("searched         32"));
  EXPECT_THAT(found.output, HasSubstr("not searched     1 without a reference"));
  EXPECT_THAT(found.output, HasSubstr("cases opened     2"));

  const CommandResult again = Dedup({"--json"});
  ASSERT_EQ(again.status, 0) << again.output;
  const nlohmann::json search = again.Json();
  EXPECT_EQ(search["state"], "DUPLICATE_SEARCH_STATE_COMPLETE");
  EXPECT_EQ(search["pair_count"], "2");
  EXPECT_EQ(search["case_count"], "0") << "each pair has its case";
  EXPECT_EQ(search["unsearched_count"], "1");
  EXPECT_GT(search["threshold_score"].get<double>(), 60);
}

TEST_F(DedupTest, WhoIsTakenOffTheRollIsNotSearched) {
  ASSERT_EQ(Run({"voter", "deactivate", "again-3", "--reason", "moved_away", "--operator", "bakyt"})
                .status,
            0);
  const CommandResult found = Dedup({"--json"});
  ASSERT_EQ(found.status, 0) << found.output;
  EXPECT_EQ(found.Json()["case_count"], "1");
  EXPECT_EQ(found.Json()["voter_count"], "31");
}

TEST_F(DedupTest, ASearchThatWasCutOffIsNeverToldAsOneThatFoundNobody) {
  EXPECT_EQ(Run({"dedup", "--status"}).status, 4);
  ASSERT_EQ(election_.Stop(), 0);
  {
    // What a daemon that is killed in a search leaves behind.
    DatabaseOptions options;
    options.path = election_.database();
    options.migrations = RegisterMigrations();
    for (const Migration& migration : ElectionMigrations()) options.migrations.push_back(migration);
    std::ranges::sort(options.migrations, {}, &Migration::number);
    const auto database = Database::Open(std::move(options));
    ASSERT_TRUE(database) << database.error().message;
    bool begun = false;
    ASSERT_TRUE(SearchLog(database->get()).Begin(NewRequestId(), {}, 1, &begun));
  }
  election_.Start();
  const CommandResult status = Run({"dedup", "--status"});
  EXPECT_EQ(status.status, 6) << status.output;
  EXPECT_THAT(status.output, HasSubstr("INCOMPLETE (INTERRUPTED)"));
  EXPECT_THAT(status.output, HasSubstr("not everybody was searched"));
  EXPECT_THAT(status.output, Not(HasSubstr("COMPLETE: everybody")));
  EXPECT_EQ(Dedup().status, 0) << "it can be started again";
  const CommandResult after = Run({"dedup", "--status"});
  EXPECT_EQ(after.status, 0);
  EXPECT_THAT(after.output, HasSubstr("search 2: COMPLETE"));
}

TEST_F(DedupTest, WrongOptionsBeginNoSearch) {
  EXPECT_EQ(Run({"dedup"}).status, 3) << "who does it is not told";
  EXPECT_EQ(Run({"dedup", "--operator", "aigul", "--false-pairs", "0"}).status, 3);
  EXPECT_EQ(Run({"dedup", "--operator", "aigul", "--false-pairs", "nan"}).status, 3);
  EXPECT_EQ(Run({"dedup", "--operator", "aigul", "--cancel"}).status, 4) << "there is none";
  EXPECT_EQ(Run({"dedup", "--status"}).status, 4);
  const CommandResult help = Run({"dedup", "--help"});
  EXPECT_THAT(help.output, HasSubstr("taanu dedup --false-pairs 10"));
}

}  // namespace
}  // namespace taanu::test
