// A file of the register that cannot grow: the load stops with a clear error, nothing that was
// acknowledged is lost, and the load goes on once there is room.
//
// The room is that of RLIMIT_FSIZE of the daemon, which needs no right that a test might lack.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <string>

#include "tests/integration/load/manifest_text.h"
#include "tests/integration/load/taanu_command.h"
#include "tests/support/election.h"

namespace taanu::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr int kVoters = 4000;

class LoadFullDiskTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string text;
    for (int i = 0; i < kVoters; ++i) text += JsonVoter(i, "P0");
    WriteTextFile(manifest(), text);
  }

  fs::path manifest() const { return election_.folder() / "register" / "voters.jsonl"; }

  void LimitFiles(rlim_t bytes) {
    rlimit limit{};
    ASSERT_EQ(prlimit(election_.process().pid(), RLIMIT_FSIZE, nullptr, &limit), 0);
    limit.rlim_cur = bytes;
    ASSERT_EQ(prlimit(election_.process().pid(), RLIMIT_FSIZE, &limit, nullptr), 0);
  }

  uint64_t Voters() {
    v1::GetServerInfoResponse info;
    EXPECT_TRUE(election_.Connect().ServerInfo(&info).ok());
    return info.voter_count();
  }

  Election election_;
};

TEST_F(LoadFullDiskTest, TheLoadStopsNothingIsLostAndItGoesOnOnceThereIsRoom) {
  ASSERT_NO_FATAL_FAILURE(LimitFiles(1 << 20));
  const CommandResult cut =
      RunTaanu(election_.socket(), {"load", manifest(), "--create-precincts", "--json"});
  EXPECT_EQ(cut.status, 6) << cut.output;
  EXPECT_THAT(cut.output, HasSubstr("STORAGE_F"));
  EXPECT_THAT(cut.output, HasSubstr("the register's file"));
  EXPECT_THAT(cut.output, HasSubstr("--resume"));
  // The first line of JSON is the error, the last one the report.
  const nlohmann::json report =
      nlohmann::json::parse(cut.output.substr(cut.output.rfind("{\"already_enrolled\"")));
  EXPECT_EQ(report["rejected"], 0) << "a full disk says nothing about a row";
  const auto acknowledged = report["loaded"].get<uint64_t>();
  EXPECT_GE(Voters(), acknowledged);

  // Neither while the disk is full nor after the daemon starts again is anything lost.
  ASSERT_EQ(election_.Stop(), 0);
  election_.Start();
  const uint64_t kept = Voters();
  EXPECT_GE(kept, acknowledged);
  EXPECT_LT(kept, uint64_t{kVoters});
  const CommandResult resumed =
      RunTaanu(election_.socket(), {"load", manifest(), "--resume", "--json"});
  EXPECT_EQ(resumed.status, 0) << resumed.output;
  EXPECT_EQ(resumed.Json()["loaded"], kVoters - kept);
  EXPECT_EQ(Voters(), uint64_t{kVoters});
}

TEST_F(LoadFullDiskTest, TheDaemonTakesWritesAgainOnceThereIsRoomWithoutARestart) {
  const std::string again = manifest().string();
  ASSERT_NO_FATAL_FAILURE(LimitFiles(1 << 20));
  ASSERT_EQ(RunTaanu(election_.socket(), {"load", again, "--create-precincts"}).status, 6);
  ASSERT_NO_FATAL_FAILURE(LimitFiles(RLIM_INFINITY));
  CommandResult loaded;
  // The daemon looks for room twice a second.
  for (int attempt = 0; attempt < 200; ++attempt) {
    loaded = RunTaanu(election_.socket(), {"load", again, "--json"});
    if (loaded.status == 0) break;
  }
  EXPECT_EQ(loaded.status, 0) << loaded.output;
  EXPECT_EQ(Voters(), uint64_t{kVoters});
}

}  // namespace
}  // namespace taanu::test
