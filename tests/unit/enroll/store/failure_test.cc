// What the store does when the machine fails it: the process is killed, the disk is full.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <future>
#include <set>
#include <thread>

#include "enroll/store/database.h"
#include "tests/unit/enroll/store/child_process.h"
#include "tests/unit/enroll/store/notes_table.h"
#include "tests/unit/enroll/store/temp_folder.h"

namespace taanu::test {
namespace {

// Limits the size of every file that this process writes: what a full disk is to SQLite.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

Result<std::set<int64_t>> ReadIds(Database& database) {
  std::set<int64_t> ids;
  const auto read = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query("SELECT id FROM note"));
    for (;;) {
      TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
      if (!more) return {};
      ids.insert(row.Int64(0));
    }
  };
  TAANU_RETURN_IF_ERROR(database.Read(read));
  return ids;
}

// Writes rising numbers with many writes under way, and reports each once it is acknowledged.
void WriteForever(const std::filesystem::path& path, int64_t first,
                  const std::function<void(const int64_t&)>& report) {
  auto database = Database::Open(NotesOptions(path));
  if (!database) return;
  for (int64_t id = first;; ++id) {
    const auto done = [&report, id](Status status) {
      if (status) report(id);
    };
    while (!(*database)->Submit(AddNoteWork(id, 500), done)) std::this_thread::yield();
  }
}

TEST(StoreFailureTest, WhatWasAcknowledgedSurvivesKill) {
  const TempFolder folder;
  const auto path = folder / "register.db";
  std::set<int64_t> acknowledged;
  for (int round = 0; round < 10; ++round) {
    ChildProcess<int64_t> child(
        [&](const auto& report) { WriteForever(path, 1 + round * 1'000'000, report); });
    for (int i = 0; i < 100 + 37 * round; ++i) {
      const auto id = child.Next();
      ASSERT_TRUE(id) << "the writer ended by itself";
      acknowledged.insert(*id);
    }
    child.Kill();
    while (const auto id = child.Next()) acknowledged.insert(*id);

    auto database = Database::Open(NotesOptions(path));
    ASSERT_TRUE(database) << database.error().message;
    const auto kept = ReadIds(**database);
    ASSERT_TRUE(kept) << kept.error().message;
    for (const int64_t id : acknowledged) ASSERT_TRUE(kept->contains(id)) << id;
    const Status sound = (*database)->Write([](Connection& connection) -> Status {
      TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query("PRAGMA integrity_check"));
      TAANU_RETURN_IF_ERROR(row.Step());
      EXPECT_EQ(row.Text(0), "ok");
      return {};
    });
    EXPECT_TRUE(sound);
  }
}

TEST(StoreFailureTest, AFullDiskAcknowledgesNothingAndRefusesUntilThereIsSpace) {
  const TempFolder folder;
  auto opened = Database::Open(NotesOptions(folder / "register.db"));
  ASSERT_TRUE(opened);
  Database& database = **opened;
  std::set<int64_t> acknowledged;
  int64_t id = 0;
  {
    const FileSizeLimit limit(2 << 20);
    Status status;
    Status while_full;
    while (status) {
      ASSERT_LT(++id, 1000) << "the disk never filled";
      std::promise<Status> promise;
      ASSERT_TRUE(database.Submit(AddNoteWork(id, 300'000), [&](Status result) {
        // Asked on the writer's thread, where no trial can come between.
        if (!result) while_full = database.Submit(AddNoteWork(-1), nullptr);
        promise.set_value(std::move(result));
      }));
      status = promise.get_future().get();
      if (status) acknowledged.insert(id);
    }
    EXPECT_EQ(status.error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(status.error().reason, "STORAGE_FULL")
        << "as from a quota: " << status.error().message;
    EXPECT_NE(status.error().message.find("nothing was written"), std::string::npos);
    ASSERT_FALSE(while_full);
    EXPECT_EQ(while_full.error().code, ErrorCode::kUnavailable);
    const auto kept = ReadIds(database);
    ASSERT_TRUE(kept) << "reading goes on: " << kept.error().message;
    EXPECT_EQ(*kept, acknowledged);
  }
  // There is space again: a trial finds that out by itself.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  Status status = database.Write(AddNoteWork(1000, 300'000));
  while (!status && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
    status = database.Write(AddNoteWork(1000, 300'000));
  }
  ASSERT_TRUE(status) << status.error().message;
  acknowledged.insert(1000);
  const auto kept = ReadIds(database);
  ASSERT_TRUE(kept);
  EXPECT_EQ(*kept, acknowledged);
}

TEST(StoreFailureTest, OneWriteThatDoesNotFitFailsItsWholeGroup) {
  const TempFolder folder;
  auto opened = Database::Open(NotesOptions(folder / "register.db"));
  ASSERT_TRUE(opened);
  Database& database = **opened;
  std::promise<void> held, release;
  auto released = release.get_future();
  ASSERT_TRUE(database.Submit(
      [&](Connection& connection) -> Status {
        held.set_value();
        released.wait();
        // SQLite refuses to let the file grow: SQLITE_FULL, as from a full disk.
        return connection.RunScript("PRAGMA max_page_count=16");
      },
      nullptr));
  held.get_future().wait();
  std::promise<Status> small, large;
  ASSERT_TRUE(database.Submit(AddNoteWork(1), [&](Status s) { small.set_value(s); }));
  ASSERT_TRUE(database.Submit(AddNoteWork(2, 400'000), [&](Status s) { large.set_value(s); }));
  release.set_value();
  const Status small_status = small.get_future().get();
  const Status large_status = large.get_future().get();
  ASSERT_FALSE(small_status);
  ASSERT_FALSE(large_status);
  EXPECT_EQ(small_status.error().reason, "STORAGE_FULL");
  EXPECT_EQ(large_status.error().reason, "STORAGE_FULL");
  EXPECT_EQ(CountNotes(database), 0);
}

}  // namespace
}  // namespace taanu::test
