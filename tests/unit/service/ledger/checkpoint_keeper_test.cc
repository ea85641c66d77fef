#include "service/ledger/checkpoint_keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <sstream>

#include "service/ledger/activity_log.h"
#include "service/ledger/daemon_runs.h"
#include "tests/unit/service/ledger/stored_log.h"

namespace taanu::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class CheckpointKeeperTest : public testing::Test {
 protected:
  fs::path File() const { return log_ / "last.checkpoint"; }
  CheckpointKeeper Keeper() { return {log_.database(), log_.signer(), File()}; }

  void Copy(const fs::path& from, const fs::path& to) {
    fs::copy_file(from, to, fs::copy_options::overwrite_existing);
  }
  // The reason for which the daemon would not start; empty where it would.
  std::string Refusal() {
    const auto checked = Keeper().CheckLog();
    return checked ? std::string() : checked.error().reason;
  }
  std::vector<std::string> Leaves() {
    std::vector<std::string> leaves;
    const auto entries = SqliteLedger(log_.database(), log_.signer()).ListEvents(0, 100'000);
    EXPECT_TRUE(entries);
    for (const LogEntry& entry : *entries) leaves.push_back(entry.leaf);
    return leaves;
  }

  StoredLog log_;
};

TEST_F(CheckpointKeeperTest, WhatWasKeptIsSignedOnceForEachSize) {
  ASSERT_TRUE(Keeper().Keep());
  log_.Append(0, 3, 1000);
  ASSERT_TRUE(Keeper().Keep());
  ASSERT_TRUE(Keeper().Keep());
  log_.Append(3, 5, 1000);
  ASSERT_TRUE(Keeper().Keep());
  const auto kept = Keeper().List(0, 10);
  ASSERT_TRUE(kept);
  ASSERT_EQ(kept->size(), 2U) << "an empty log is not listed after size 0";
  EXPECT_EQ((*kept)[0].log_size, 3U);
  EXPECT_EQ((*kept)[1].log_size, 5U);
  EXPECT_GT((*kept)[1].time_us, 0);
  for (const KeptCheckpoint& checkpoint : *kept) {
    const auto head = note::VerifyCheckpoint(checkpoint.signed_note, log_.key());
    ASSERT_TRUE(head) << head.error().message;
    EXPECT_EQ(head->size, checkpoint.log_size);
  }
  const auto checked = Keeper().CheckLog();
  ASSERT_TRUE(checked) << checked.error().message;
  EXPECT_TRUE(*checked) << "the file is there";
}

TEST_F(CheckpointKeeperTest, AnOlderDatabaseInThePlaceOfTheNewestIsFound) {
  log_.Append(0, 30, 1000);
  ASSERT_TRUE(Keeper().Keep());
  log_.Close();
  Copy(log_.path(), log_ / "older.db");
  log_.Open();
  log_.Append(30, 31, 1000);
  ASSERT_TRUE(Keeper().Keep());
  EXPECT_EQ(Refusal(), "");
  log_.Close();
  Copy(log_.path(), log_ / "newest.db");
  Copy(log_ / "older.db", log_.path());
  log_.Open();
  const auto refused = Keeper().CheckLog();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "LOG_ROLLED_BACK");
  EXPECT_THAT(refused.error().message, HasSubstr("Put the newest database in its place"));
  // Nor where it went on, and has grown past what was signed.
  log_.Append(500, 540, 1000);
  EXPECT_EQ(Refusal(), "LOG_ROLLED_BACK");
  // What the message says to do, either way.
  log_.Close();
  Copy(log_ / "newest.db", log_.path());
  log_.Open();
  EXPECT_EQ(Refusal(), "");
  log_.Close();
  Copy(log_ / "older.db", log_.path());
  fs::rename(File(), log_ / "evidence");
  log_.Open();
  const auto moved = Keeper().CheckLog();
  ASSERT_TRUE(moved) << moved.error().message;
  EXPECT_FALSE(*moved) << "the log will say that the file was missing";
}

TEST_F(CheckpointKeeperTest, EditsSinceTheLastCheckpointAndOfWhatItCoversAreFoundAtTheStart) {
  log_.Append(0, 40, 1000);
  ASSERT_TRUE(Keeper().Keep());
  log_.Append(40, 50, 1000);
  log_.Close();
  Copy(log_.path(), log_ / "good.db");
  const auto refusal_after = [&](std::string_view sql) {
    log_.Close();
    Copy(log_ / "good.db", log_.path());
    EXPECT_TRUE(log_.Edit()->RunScript(sql));
    log_.Open();
    return Refusal();
  };
  EXPECT_EQ(refusal_after("SELECT 1"), "");
  EXPECT_EQ(refusal_after("UPDATE event SET leaf = '{}' WHERE idx = 45"), "LOG_CHANGED");
  EXPECT_EQ(refusal_after("DELETE FROM event WHERE idx = 44"), "LOG_CHANGED");
  EXPECT_EQ(refusal_after("DELETE FROM event WHERE idx >= 39"), "LOG_ROLLED_BACK");
  EXPECT_EQ(refusal_after("UPDATE event_node SET hash = zeroblob(32) WHERE level = 5"),
            "LOG_ROLLED_BACK");
  EXPECT_EQ(refusal_after("DELETE FROM checkpoint; UPDATE event SET leaf = '{}' WHERE idx = 5"),
            "LOG_CHANGED");
}

TEST_F(CheckpointKeeperTest, AnotherKeyIsRefused) {
  log_.Append(0, 4, 1000);
  ASSERT_TRUE(Keeper().Keep());
  ASSERT_TRUE(Signer::CreateKeyFile(log_ / "other", log_.signer()->name()));
  const auto other = std::move(*Signer::FromKeyFile(log_ / "other"));
  const auto checked = CheckpointKeeper(log_.database(), other.get(), File()).CheckLog();
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().reason, "AUDIT_KEY_CHANGED");
  fs::remove(File());
  EXPECT_FALSE(CheckpointKeeper(log_.database(), other.get(), File()).CheckLog())
      << "the table has its note too";
}

TEST_F(CheckpointKeeperTest, ItKeepsOneSoonWhenAskedAndALastOneAtTheStop) {
  log_.Append(0, 4, 1000);
  CheckpointKeeper keeper(log_.database(), log_.signer(), File());
  std::promise<void> called;
  keeper.Start({.interval = std::chrono::hours(1),
                .before =
                    [&, first = true]() mutable {
                      if (std::exchange(first, false)) called.set_value();
                    },
                .failed = [](const Error& error) { ADD_FAILURE() << error.message; }});
  keeper.KeepSoon();
  ASSERT_EQ(called.get_future().wait_for(std::chrono::seconds(60)), std::future_status::ready);
  log_.Append(4, 9, 1000);
  keeper.Stop();
  const auto kept = keeper.List(0, 10);
  ASSERT_TRUE(kept);
  ASSERT_FALSE(kept->empty());
  EXPECT_EQ(kept->back().log_size, 9U);
}

TEST_F(CheckpointKeeperTest, RefusalsAndQueriesAreCountedAndLoggedTogether) {
  ActivityLog activity(log_.database());
  for (int i = 0; i < 1000; ++i) activity.CountRefusal("terminal", "METHOD_NOT_ALLOWED");
  activity.CountRefusal("none", "METHOD_NOT_ALLOWED");
  for (int i = 0; i < 5000; ++i) {
    activity.CountQuery("/taanu.v1.AuditService/ListEvents", "auditor", std::to_string(i));
  }
  ASSERT_TRUE(activity.Flush());
  ASSERT_TRUE(activity.Flush()) << "nothing to log";
  const auto leaves = Leaves();
  // Those beyond the limit are together in one.
  EXPECT_LE(leaves.size(), kAskersMax + 1);
  EXPECT_THAT(leaves, testing::Contains(testing::AllOf(HasSubstr(R"("count":1000)"),
                                                       HasSubstr(R"("type":"calls_refused")"),
                                                       HasSubstr(R"("roles":"terminal")"))));
  uint64_t queries = 0;
  for (const std::string& leaf : leaves) {
    const size_t at = leaf.find(R"("count":)");
    ASSERT_NE(at, std::string::npos) << leaf;
    if (leaf.find("log_queried") != std::string::npos) queries += std::stoull(leaf.substr(at + 8));
  }
  EXPECT_EQ(queries, 5000U);
}

TEST_F(CheckpointKeeperTest, ARunThatWasCutOffIsToldFromOneThatWasStopped) {
  DaemonIdentity daemon{"1.0", "extractor comparator", "c0ffee", "store-1", "audit-1", true};
  const auto run = [&](bool stop) {
    DaemonRuns runs(log_.database(), daemon);
    ASSERT_TRUE(runs.LogStart());
    ASSERT_TRUE(runs.LogStart()) << "once";
    ASSERT_TRUE(!stop || runs.LogStop());
    ASSERT_TRUE(runs.LogStart()) << "not after the stop";
  };
  run(true);
  run(false);
  daemon.store_key = "store-2";
  run(true);
  const auto leaves = Leaves();
  ASSERT_EQ(leaves.size(), 8U);
  const auto has = [&](size_t index, const std::string& text) {
    return leaves[index].find(text) != std::string::npos;
  };
  EXPECT_TRUE(has(0, "daemon_started"));
  EXPECT_FALSE(has(0, "clean_stop_before")) << "the first";
  EXPECT_TRUE(has(1, R"("key":"store-1")"));
  EXPECT_TRUE(has(2, R"("key":"audit-1")"));
  EXPECT_TRUE(has(3, "daemon_stopped"));
  EXPECT_TRUE(has(4, R"("clean_stop_before":true)"));
  EXPECT_TRUE(has(5, R"("clean_stop_before":false)"));
  EXPECT_TRUE(has(6, R"("key":"store-2","key_before":"store-1")"));
  EXPECT_TRUE(has(7, "daemon_stopped"));
}

}  // namespace
}  // namespace taanu::test
