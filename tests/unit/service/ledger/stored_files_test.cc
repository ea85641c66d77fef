// Files as earlier versions of the program stored them, opened by this one.
//
// tests/fixtures/stored has a file for each version of the schema that was ever written; a new
// version adds one, and edits none.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <sstream>

#include "enroll/register/resealer.h"
#include "enroll/register/schema.h"
#include "enroll/register/sqlite_register.h"
#include "enroll/register/voter_editor.h"
#include "enroll/store/bind_vault.h"
#include "enroll/store/secret_file.h"
#include "service/ledger/figures.h"
#include "service/ledger/sqlite_ledger.h"
#include "service/ledger/store_check.h"
#include "tests/unit/enroll/store/temp_folder.h"

namespace taanu::test {
namespace {

std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<Migration> AllMigrations() {
  std::vector<Migration> migrations = RegisterMigrations();
  for (const Migration& migration : ElectionMigrations()) migrations.push_back(migration);
  return migrations;
}

int Newest() {
  int newest = 0;
  for (const Migration& migration : AllMigrations()) newest = std::max(newest, migration.number);
  return newest;
}

class StoredFileTest : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    // The key 00 01 02 ... 1f.
    ASSERT_TRUE(WriteNewFile(folder_ / "key",
                             "taanu-store-key-v1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
                             0600));
    MakeFile(ReadAll(std::string(TAANU_SOURCE_DIR "/tests/fixtures/stored/version_") +
                     std::to_string(GetParam()) + ".sql"));
  }

  void MakeFile(const std::string& sql) {
    ASSERT_FALSE(sql.empty());
    sqlite3* file = nullptr;
    ASSERT_EQ(sqlite3_open((folder_ / "taanu.db").c_str(), &file), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(file, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(file);
    sqlite3_close(file);
  }

  void Open() {
    database_.reset();
    vault_ = std::move(*Vault::FromKeyFile(folder_ / "key"));
    DatabaseOptions options;
    options.path = folder_ / "taanu.db";
    options.migrations = AllMigrations();
    auto opened = Database::Open(std::move(options));
    ASSERT_TRUE(opened) << opened.error().message;
    database_ = std::move(*opened);
    const Status bound = BindVault(*database_, *vault_);
    ASSERT_TRUE(bound) << bound.error().message;
    ASSERT_TRUE(database_->Write(CompleteFigures));
  }

  void ExpectTheThreeVoters() {
    const SqliteRegister voters(database_.get(), vault_.get());
    for (int i = 1; i <= 3; ++i) {
      const auto voter =
          voters.Find(voters.ReferenceOf(std::string("OLD-").append(std::to_string(i))));
      ASSERT_TRUE(voter) << voter.error().message;
      EXPECT_EQ(voter->data.family_name, std::string("Family-").append(std::to_string(i)));
      EXPECT_EQ(voter->data.birth_year, 1950 + i);
      EXPECT_EQ(voter->data.precinct_id, i == 3 ? "P2" : "P1");
      EXPECT_FALSE(voter->inactive);
      ASSERT_EQ(voter->fingers.size(), static_cast<size_t>(i - 1));
      for (const FingerReference& finger : voter->fingers) {
        EXPECT_EQ(finger.extractor_version, "taanu-old");
        ASSERT_EQ(finger.view.minutiae.size(), 2u);
        EXPECT_EQ(finger.view.minutiae[0].x_um, 1000 * i);
        EXPECT_EQ(finger.view.minutiae[0].y_um, 2000 * static_cast<int>(finger.view.position));
      }
    }
    EXPECT_EQ(voters.Count(""), 3u);
  }

  void ExpectSound() {
    StoreCheck check;
    ASSERT_TRUE(database_->Read([&](Connection& connection) -> Status {
      TAANU_ASSIGN_OR_RETURN(check, CheckStore(connection, vault_.get()));
      return {};
    }));
    EXPECT_TRUE(check.problems.empty()) << check.problems.front();
    EXPECT_EQ(check.voter_count, 3u);
    EXPECT_EQ(check.reference_count, 3u);
  }

  TempFolder folder_;
  std::unique_ptr<Vault> vault_;
  std::unique_ptr<Database> database_;
};

TEST_P(StoredFileTest, ItsVotersAreReadAsTheyAre) {
  Open();
  ExpectTheThreeVoters();
  ExpectSound();
  Open();
  ExpectTheThreeVoters();
}

TEST_P(StoredFileTest, ItsVotersGetDataKeysInTheBackground) {
  Open();
  {
    Resealer resealer(database_.get(), vault_.get());
    ASSERT_TRUE(resealer.CheckKeys());
    EXPECT_EQ(resealer.Remaining(), 3u);
    resealer.Start();
    while (resealer.Remaining() != 0u) {
      ASSERT_TRUE(database_->Write([](Connection&) -> Status { return {}; }));
    }
  }
  ExpectTheThreeVoters();
  ExpectSound();
  Open();
  ExpectTheThreeVoters();
}

TEST_P(StoredFileTest, AVoterOfItCanBeChangedBeforeThat) {
  Open();
  const SqliteRegister voters(database_.get(), vault_.get());
  ASSERT_TRUE(database_->Write([&](Connection& connection) -> Status {
    VoterEditor editor(&connection, vault_.get());
    TAANU_RETURN_IF_ERROR(editor.Load(voters.ReferenceOf("OLD-3")));
    return editor.Move("P1");
  }));
  const auto voter = voters.Find(voters.ReferenceOf("OLD-3"));
  ASSERT_TRUE(voter) << voter.error().message;
  EXPECT_EQ(voter->data.precinct_id, "P1");
  EXPECT_EQ(voter->fingers.size(), 2u);
  ExpectSound();
}

// Tables that are made again by a later version keep their rows, and what refers to them.
TEST_P(StoredFileTest, ItsAttemptsAndCasesComeThrough) {
  if (GetParam() < 2) GTEST_SKIP() << "version 1 had no election";
  MakeFile("INSERT INTO duplicate_case(case_id, event_index, precinct_id) VALUES (1, 6, 'P1')");
  Open();
  ExpectSound();
  ASSERT_TRUE(database_->Read([](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(
        Statement row,
        connection.Query("SELECT c.case_id, a.request_id, a.outcome, a.method, a.score, "
                         "a.fallback_reason FROM duplicate_case AS c JOIN attempt AS a "
                         "USING (event_index)"));
    TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
    EXPECT_TRUE(found);
    EXPECT_EQ(row.Int64(0), 1);
    EXPECT_EQ(row.Text(1), "00000000-0000-4000-8000-000000000002");
    EXPECT_EQ(row.Int64(2), 1);
    EXPECT_EQ(row.Int64(3), 1);
    EXPECT_GT(row.Double(4), 0);
    EXPECT_TRUE(row.IsNull(5));
    return row.Check();
  }));
  // Foreign keys and triggers hold as before.
  for (const char* change :
       {"UPDATE attempt SET outcome = 2", "DELETE FROM attempt",
        "INSERT INTO duplicate_case(case_id, event_index, precinct_id) VALUES (2, 99, 'P1')"}) {
    EXPECT_FALSE(database_->Write([&](Connection& connection) {
      return connection.RunScript(change);
    })) << change;
  }
}

TEST_P(StoredFileTest, WithAnotherKeyItIsRefused) {
  Open();
  database_.reset();
  std::filesystem::remove(folder_ / "key");
  ASSERT_TRUE(Vault::CreateKeyFile(folder_ / "key"));
  vault_ = std::move(*Vault::FromKeyFile(folder_ / "key"));
  DatabaseOptions options;
  options.path = folder_ / "taanu.db";
  options.migrations = AllMigrations();
  auto opened = Database::Open(std::move(options));
  ASSERT_TRUE(opened);
  EXPECT_EQ(BindVault(**opened, *vault_).error().reason, "WRONG_KEY");
}

TEST_P(StoredFileTest, AFileOfANewerVersionIsRefusedAndLeftAsItIs) {
  MakeFile("PRAGMA user_version=" + std::to_string(Newest() + 1));
  const std::string before = ReadAll(folder_ / "taanu.db");
  DatabaseOptions options;
  options.path = folder_ / "taanu.db";
  options.migrations = AllMigrations();
  const auto opened = Database::Open(std::move(options));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().reason, "NEWER_FILE");
  EXPECT_EQ(ReadAll(folder_ / "taanu.db"), before);
}

INSTANTIATE_TEST_SUITE_P(EveryVersion, StoredFileTest, testing::Values(1, 2),
                         [](const auto& version) {
                           return std::string("Version").append(std::to_string(version.param));
                         });

}  // namespace
}  // namespace taanu::test
