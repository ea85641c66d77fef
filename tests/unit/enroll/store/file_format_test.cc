#include "enroll/store/file_format.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "enroll/store/database.h"
#include "tests/unit/enroll/store/child_process.h"
#include "tests/unit/enroll/store/notes_table.h"
#include "tests/unit/enroll/store/temp_folder.h"

namespace taanu::test {
namespace {

class FileFormatTest : public testing::Test {
 protected:
  Result<std::unique_ptr<Database>> Open(std::vector<Migration> migrations) {
    DatabaseOptions options;
    options.path = path_;
    options.migrations = std::move(migrations);
    return Database::Open(std::move(options));
  }

  std::string Bytes() const {
    std::ifstream in(path_, std::ios::binary);
    std::ostringstream bytes;
    bytes << in.rdbuf();
    return std::move(bytes).str();
  }

  TempFolder folder_;
  std::filesystem::path path_ = folder_ / "register.db";
};

TEST_F(FileFormatTest, MigrationsRunInTheOrderOfTheirNumbersOnceEach) {
  const Migration second{2, "INSERT INTO note(id, body) VALUES (1, x'00');"};
  const Migration fifth{5, "INSERT INTO note(id, body) VALUES (2, x'00');"};
  ASSERT_TRUE(Open({second, {1, kNotesSchema}}));
  auto later = Open({fifth, second, {1, kNotesSchema}});
  ASSERT_TRUE(later) << later.error().message;
  EXPECT_EQ(CountNotes(**later), 2);
}

TEST_F(FileFormatTest, AFileOfANewerVersionIsRefusedAndLeftAlone) {
  ASSERT_TRUE(Open({{1, kNotesSchema}, {2, "CREATE TABLE later(a INTEGER) STRICT;"}}));
  const std::string before = Bytes();
  const auto opened = Open({{1, kNotesSchema}});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(opened.error().reason, "NEWER_FILE");
  EXPECT_EQ(Bytes(), before);
}

TEST_F(FileFormatTest, AFileOfAnotherProgramIsRefusedAndLeftAlone) {
  sqlite3* foreign = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &foreign), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(foreign, "CREATE TABLE note(x)", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(foreign);
  const std::string before = Bytes();
  const auto opened = Open({{1, kNotesSchema}});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kBadInput);
  EXPECT_EQ(opened.error().reason, "NOT_A_REGISTER");
  EXPECT_EQ(Bytes(), before);
}

TEST_F(FileFormatTest, AFileThatIsNoDatabaseIsRefusedAndLeftAlone) {
  const std::string text(5000, 'x');
  std::ofstream(path_) << text;
  const auto opened = Open({{1, kNotesSchema}});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().reason, "NOT_A_REGISTER");
  EXPECT_EQ(Bytes(), text);
}

TEST_F(FileFormatTest, AMigrationThatFailsLeavesTheVersionBeforeIt) {
  const auto failed = Open({{1, kNotesSchema}, {2, "CREATE TABLE half(a INTEGER); nonsense;"}});
  ASSERT_FALSE(failed);
  const auto opened = Open({{1, kNotesSchema}, {2, "CREATE TABLE half(a INTEGER) STRICT;"}});
  EXPECT_TRUE(opened) << opened.error().message;
}

TEST_F(FileFormatTest, TwoMigrationsOfOneNumberAreRefused) {
  EXPECT_EQ(Open({{1, kNotesSchema}, {1, "SELECT 1"}}).error().reason, "MIGRATION_ORDER");
  EXPECT_EQ(Open({{0, kNotesSchema}}).error().reason, "MIGRATION_ORDER");
}

TEST_F(FileFormatTest, ANewFileIsReadableByItsOwnerAlone) {
  const auto opened = Open({{1, kNotesSchema}});
  ASSERT_TRUE(opened);
  ASSERT_TRUE((*opened)->Write(AddNoteWork(1)));
  for (const char* name :
       {"register.db", "register.db-wal", "register.db-shm", "register.db.lock"}) {
    struct stat info {};
    ASSERT_EQ(stat((folder_ / name).c_str(), &info), 0) << name;
    EXPECT_EQ(info.st_mode & 0777, 0600u) << name;
  }
}

TEST_F(FileFormatTest, AFolderThatDoesNotExistIsNamedInTheError) {
  path_ = folder_ / "absent/register.db";
  const auto opened = Open({{1, kNotesSchema}});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(opened.error().message.find("absent"), std::string::npos) << opened.error().message;
}

TEST_F(FileFormatTest, ASecondOpeningInTheSameProcessIsRefused) {
  const auto first = Open({{1, kNotesSchema}});
  ASSERT_TRUE(first);
  const auto second = Open({{1, kNotesSchema}});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, "STORE_IN_USE");
}

TEST_F(FileFormatTest, ASecondOpeningThroughALinkIsRefused) {
  const auto first = Open({{1, kNotesSchema}});
  ASSERT_TRUE(first);
  std::filesystem::create_symlink(path_, folder_ / "link.db");
  path_ = folder_ / "link.db";
  const auto second = Open({{1, kNotesSchema}});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, "STORE_IN_USE");
}

TEST_F(FileFormatTest, ASecondProcessIsRefusedUntilTheFirstIsGone) {
  ChildProcess<pid_t> holder([this](const auto& report) {
    const auto opened = Open({{1, kNotesSchema}});
    report(opened ? getpid() : 0);
    for (;;) pause();
  });
  const auto pid = holder.Next();
  ASSERT_TRUE(pid.has_value() && *pid != 0);
  const auto refused = Open({{1, kNotesSchema}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(refused.error().reason, "STORE_IN_USE");
  EXPECT_NE(refused.error().message.find(std::to_string(*pid)), std::string::npos)
      << refused.error().message;
  holder.Kill();
  EXPECT_TRUE(Open({{1, kNotesSchema}}));
}

}  // namespace
}  // namespace taanu::test
