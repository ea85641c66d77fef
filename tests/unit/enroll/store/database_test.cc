#include "enroll/store/database.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <limits>
#include <stdexcept>
#include <thread>

#include "enroll/store/connection.h"
#include "tests/unit/enroll/store/notes_table.h"
#include "tests/unit/enroll/store/temp_folder.h"

namespace taanu::test {
namespace {

class DatabaseTest : public testing::Test {
 protected:
  void Open(size_t queue_max = 4096, size_t group_max = 256) {
    DatabaseOptions options = NotesOptions(folder_ / "register.db");
    options.write_queue_max = queue_max;
    options.group_max = group_max;
    auto opened = Database::Open(std::move(options));
    ASSERT_TRUE(opened) << opened.error().message;
    database_ = std::move(*opened);
  }

  // Holds the writer inside a write until `release_` is counted down; returns once it is there.
  void HoldWriter() {
    std::latch held(1);
    ASSERT_TRUE(database_->Submit(
        [this, &held](Connection&) -> Status {
          held.count_down();
          release_.wait();
          return {};
        },
        nullptr));
    held.wait();
  }

  TempFolder folder_;
  std::unique_ptr<Database> database_;
  std::latch release_{1};
};

TEST_F(DatabaseTest, AWriteIsReadableByTheTimeItIsAcknowledged) {
  Open();
  std::promise<int64_t> seen;
  ASSERT_TRUE(database_->Submit(AddNoteWork(1), [&](Status status) {
    seen.set_value(status ? CountNotes(*database_) : -2);
  }));
  EXPECT_EQ(seen.get_future().get(), 1);
}

TEST_F(DatabaseTest, WhatIsQueuedDuringACommitSharesTheNextOne) {
  Open();
  HoldWriter();
  std::promise<int64_t> seen_by_first;
  ASSERT_TRUE(database_->Submit(AddNoteWork(1),
                                [&](Status) { seen_by_first.set_value(CountNotes(*database_)); }));
  for (int id = 2; id <= 10; ++id) ASSERT_TRUE(database_->Submit(AddNoteWork(id), nullptr));
  release_.count_down();
  // All ten are there before the first of them is acknowledged: they had one commit.
  EXPECT_EQ(seen_by_first.get_future().get(), 10);
}

TEST_F(DatabaseTest, AGroupIsNoLargerThanItsLimit) {
  Open(4096, 3);
  HoldWriter();
  std::promise<int64_t> seen_by_first;
  ASSERT_TRUE(database_->Submit(AddNoteWork(1),
                                [&](Status) { seen_by_first.set_value(CountNotes(*database_)); }));
  for (int id = 2; id <= 10; ++id) ASSERT_TRUE(database_->Submit(AddNoteWork(id), nullptr));
  release_.count_down();
  EXPECT_EQ(seen_by_first.get_future().get(), 3);
}

TEST_F(DatabaseTest, AnErrorUndoesItsOwnWriteAlone) {
  Open();
  HoldWriter();
  std::promise<Status> first, second, third;
  ASSERT_TRUE(database_->Submit(AddNoteWork(1), [&](Status s) { first.set_value(s); }));
  ASSERT_TRUE(database_->Submit(
      [](Connection& connection) -> Status {
        TAANU_RETURN_IF_ERROR(AddNote(connection, 2));
        TAANU_RETURN_IF_ERROR(AddNote(connection, 3));
        return Fail(ErrorCode::kRefused, "CHANGED_MIND", "no");
      },
      [&](Status s) { second.set_value(s); }));
  ASSERT_TRUE(database_->Submit(AddNoteWork(4), [&](Status s) { third.set_value(s); }));
  release_.count_down();
  EXPECT_TRUE(first.get_future().get());
  EXPECT_EQ(second.get_future().get().error().reason, "CHANGED_MIND");
  EXPECT_TRUE(third.get_future().get());
  EXPECT_EQ(CountNotes(*database_), 2);
}

TEST_F(DatabaseTest, AnExceptionOfAWriteIsItsErrorAlone) {
  Open();
  const Status status = database_->Write([](Connection& connection) -> Status {
    TAANU_RETURN_IF_ERROR(AddNote(connection, 1));
    throw std::runtime_error("boom");
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().reason, "EXCEPTION");
  EXPECT_TRUE(database_->Write(AddNoteWork(2)));
  EXPECT_EQ(CountNotes(*database_), 1);
}

TEST_F(DatabaseTest, AnExceptionOfACallbackDoesNotStopTheWriter) {
  Open();
  ASSERT_TRUE(database_->Submit(AddNoteWork(1), [](Status) { throw std::runtime_error("boom"); }));
  EXPECT_TRUE(database_->Write(AddNoteWork(2)));
  EXPECT_EQ(CountNotes(*database_), 2);
}

TEST_F(DatabaseTest, AWriteThatEndsTheTransactionFailsItsGroup) {
  Open();
  const Status status = database_->Write([](Connection& connection) -> Status {
    TAANU_RETURN_IF_ERROR(AddNote(connection, 1));
    return connection.Run("ROLLBACK");
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(CountNotes(*database_), 0);
}

TEST_F(DatabaseTest, AFullQueueRefusesWithoutLosingWhatIsInIt) {
  Open(3);
  HoldWriter();
  std::promise<Status> results[3];
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(database_->Submit(
        AddNoteWork(i), [&results, i](Status status) { results[i].set_value(std::move(status)); }));
  }
  const Status refused = database_->Submit(AddNoteWork(3), nullptr);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kExhausted);
  EXPECT_EQ(refused.error().reason, "WRITE_QUEUE_FULL");
  release_.count_down();
  for (auto& result : results) EXPECT_TRUE(result.get_future().get());
  EXPECT_TRUE(database_->Write(AddNoteWork(4)));
  EXPECT_EQ(CountNotes(*database_), 4);
}

TEST_F(DatabaseTest, ClosingCommitsWhatIsQueued) {
  Open();
  HoldWriter();
  std::atomic<int> acknowledged = 0;
  for (int id = 1; id <= 100; ++id) {
    ASSERT_TRUE(
        database_->Submit(AddNoteWork(id), [&](Status status) { acknowledged += status ? 1 : 0; }));
  }
  release_.count_down();
  database_.reset();
  EXPECT_EQ(acknowledged, 100);
  Open();
  EXPECT_EQ(CountNotes(*database_), 100);
}

TEST_F(DatabaseTest, ClosingLeavesNothingInTheWriteAheadLog) {
  Open();
  ASSERT_TRUE(database_->Write(AddNoteWork(1, 100'000)));
  database_.reset();
  std::error_code none;
  const auto size = std::filesystem::file_size(folder_ / "register.db-wal", none);
  EXPECT_TRUE(none || size == 0) << size;
}

TEST_F(DatabaseTest, WaitingForAWriteInsideAWriteIsRefusedRatherThanHung) {
  Open();
  Status inner;
  ASSERT_TRUE(database_->Write([&](Connection&) -> Status {
    inner = database_->Write(AddNoteWork(1));
    return {};
  }));
  ASSERT_FALSE(inner);
  EXPECT_EQ(inner.error().reason, "WRITE_WITHIN_WRITE");
}

TEST_F(DatabaseTest, AReadSeesOneStateToItsEnd) {
  Open();
  ASSERT_TRUE(database_->Write(AddNoteWork(1)));
  const Status status = database_->Read([&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(const int64_t before, CountNotes(connection));
    TAANU_RETURN_IF_ERROR(database_->Write(AddNoteWork(2)));
    TAANU_ASSIGN_OR_RETURN(const int64_t after, CountNotes(connection));
    EXPECT_EQ(before, 1);
    EXPECT_EQ(after, 1);
    return {};
  });
  EXPECT_TRUE(status);
  EXPECT_EQ(CountNotes(*database_), 2);
}

TEST_F(DatabaseTest, AReaderCannotWrite) {
  Open();
  EXPECT_FALSE(database_->Read(AddNoteWork(1)));
  EXPECT_FALSE(database_->Read([](Connection& connection) {
    return connection.RunScript("PRAGMA query_only=OFF; DROP TABLE note");
  }));
  EXPECT_EQ(CountNotes(*database_), 0);
}

TEST_F(DatabaseTest, MoreReadersThanConnectionsAllGetTheirTurn) {
  Open();
  ASSERT_TRUE(database_->Write(AddNoteWork(1)));
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 20; ++j) right += CountNotes(*database_) == 1 ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 16 * 20);
}

TEST_F(DatabaseTest, ManyWritersEachGetTheirOwnAnswer) {
  Open(100'000);
  std::atomic<int> written = 0, existing = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int id = 1; id <= 100; ++id) {
        const Status status = database_->Write(AddNoteWork(id));
        written += status ? 1 : 0;
        existing += !status && status.error().reason == "EXISTS" ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(written, 100);
  EXPECT_EQ(existing, 300);
  EXPECT_EQ(CountNotes(*database_), 100);
}

TEST_F(DatabaseTest, EveryConnectionHasTheSettingsThatKeepDataSafe) {
  Open();
  const auto setting = [](Connection& connection, std::string_view pragma) -> Result<int64_t> {
    TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query(pragma));
    TAANU_RETURN_IF_ERROR(row.Step());
    return row.Int64(0);
  };
  const auto check = [&](bool writes) {
    return [&setting, writes](Connection& connection) -> Status {
      EXPECT_EQ(setting(connection, "PRAGMA foreign_keys"), 1);
      EXPECT_EQ(setting(connection, "PRAGMA trusted_schema"), 0);
      EXPECT_EQ(setting(connection, "PRAGMA cell_size_check"), 1);
      EXPECT_EQ(setting(connection, "PRAGMA mmap_size").value_or(0), 0);
      EXPECT_EQ(setting(connection, "PRAGMA application_id"), 0x5461616e);
      EXPECT_EQ(setting(connection, "PRAGMA user_version"), 1);
      if (writes) {
        EXPECT_EQ(setting(connection, "PRAGMA synchronous"), 2);  // FULL
      } else {
        EXPECT_EQ(setting(connection, "PRAGMA query_only"), 1);
        EXPECT_EQ(setting(connection, "PRAGMA wal_autocheckpoint"), 0);
      }
      return {};
    };
  };
  EXPECT_TRUE(database_->Write(check(true)));
  EXPECT_TRUE(database_->Read(check(false)));
}

TEST_F(DatabaseTest, ColumnsOfAnotherTypeAreAnErrorAndNotAGuess) {
  Open();
  ASSERT_TRUE(database_->Write(AddNoteWork(1, 5)));
  const Status status = database_->Read([](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query("SELECT id, body FROM note"));
    TAANU_RETURN_IF_ERROR(row.Step());
    EXPECT_EQ(row.Int64(0), 1);
    EXPECT_EQ(row.Blob(1).size(), 5u);
    EXPECT_TRUE(row.Check());
    EXPECT_EQ(row.Bytes<16>(1), (std::array<uint8_t, 16>{}));
    return row.Check();
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().reason, "STORAGE_DAMAGED");
}

TEST_F(DatabaseTest, ValuesComeBackAsTheyWereBound) {
  Open();
  const Status status = database_->Read([](Connection& connection) -> Status {
    const std::vector<uint8_t> bytes = {0, 1, 255};
    const std::optional<int64_t> none;
    TAANU_ASSIGN_OR_RETURN(
        Statement row, connection.Query("SELECT ?1, ?2, ?3, ?4, ?5, ?6", int64_t{-7}, 0.1,
                                        std::string("a\0b", 3), bytes, none, std::string_view()));
    TAANU_RETURN_IF_ERROR(row.Step());
    EXPECT_EQ(row.Int64(0), -7);
    EXPECT_EQ(row.Double(1), 0.1);
    EXPECT_EQ(row.Text(2), std::string("a\0b", 3));
    EXPECT_EQ(row.Blob(3), bytes);
    EXPECT_EQ(row.OptionalInt64(4), std::nullopt);
    EXPECT_FALSE(row.IsNull(5));
    EXPECT_EQ(row.Text(5), "");
    return row.Check();
  });
  EXPECT_TRUE(status) << status.error().message;
}

TEST_F(DatabaseTest, ANumberAboveSixtyThreeBitsIsRefusedRatherThanWrapped) {
  Open();
  const Status status = database_->Read([](Connection& connection) -> Status {
    auto row = connection.Query("SELECT ?1", std::numeric_limits<uint64_t>::max());
    return row ? Status{} : tl::make_unexpected(row.error());
  });
  EXPECT_FALSE(status);
}

}  // namespace
}  // namespace taanu::test
