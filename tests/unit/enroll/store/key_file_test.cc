// A key file with several keys, and a store whose key is changed.
#include "enroll/store/key_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "enroll/store/bind_vault.h"
#include "enroll/store/sealing.h"
#include "tests/unit/enroll/store/notes_table.h"
#include "tests/unit/enroll/store/temp_folder.h"

namespace taanu::test {
namespace {

class KeyFileTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(MakeKeyFile(key_)); }

  std::unique_ptr<Vault> Open() {
    auto vault = Vault::FromKeyFile(key_);
    EXPECT_TRUE(vault) << vault.error().message;
    return vault ? std::move(*vault) : nullptr;
  }
  std::unique_ptr<Database> OpenStore() {
    auto database = Database::Open(NotesOptions(folder_ / "register.db"));
    EXPECT_TRUE(database);
    return std::move(*database);
  }
  static std::string Text(const std::filesystem::path& path) {
    std::ifstream in(path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }

  TempFolder folder_;
  std::filesystem::path key_ = folder_ / "store.key";
};

const std::vector<uint8_t> kPlain = {1, 2, 3};

TEST_F(KeyFileTest, ANewKeyComesFirstAndTheOldOneStillOpens) {
  const auto before = Open();
  const auto sealed = before->Seal(kPlain, {});
  const std::string old_line = Text(key_);
  ASSERT_TRUE(AddKey(key_));
  EXPECT_TRUE(Text(key_).ends_with(old_line));
  struct stat info {};
  ASSERT_EQ(stat(key_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_FALSE(std::filesystem::exists(key_.string() + ".new"));
  const auto after = Open();
  EXPECT_EQ(after->retired_key_count(), 1u);
  EXPECT_NE(after->Fingerprint(), before->Fingerprint());
  EXPECT_EQ(after->Open(sealed, {}), kPlain);
  EXPECT_FALSE(before->Open(after->Seal(kPlain, {}), {}));
}

TEST_F(KeyFileTest, ADraftThatAPowerCutLeftBehindIsInNobodysWay) {
  std::ofstream(key_.string() + ".new") << "half a li";
  ASSERT_TRUE(AddKey(key_));
  EXPECT_EQ(Open()->retired_key_count(), 1u);
}

TEST_F(KeyFileTest, AFileHoldsAtMostFourKeys) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(AddKey(key_));
  const Status fifth = AddKey(key_);
  ASSERT_FALSE(fifth);
  EXPECT_EQ(fifth.error().reason, "TOO_MANY_KEYS");
  EXPECT_EQ(Open()->retired_key_count(), 3u);
}

TEST_F(KeyFileTest, RetiredKeysMoveToAFileOfTheirOwn) {
  EXPECT_EQ(RetireKeys(key_, folder_ / "none.key").error().reason, "NO_RETIRED_KEY");
  const auto before = Open();
  ASSERT_TRUE(AddKey(key_));
  ASSERT_TRUE(RetireKeys(key_, folder_ / "old.key"));
  EXPECT_EQ(Open()->retired_key_count(), 0u);
  const auto old = Vault::FromKeyFile(folder_ / "old.key");
  ASSERT_TRUE(old);
  EXPECT_EQ((*old)->Fingerprint(), before->Fingerprint());
  ASSERT_TRUE(AddKey(key_));
  EXPECT_EQ(RetireKeys(key_, folder_ / "old.key").error().code, ErrorCode::kConflict);
  EXPECT_EQ(Open()->retired_key_count(), 1u) << "nothing may go where it could not be kept";
}

TEST_F(KeyFileTest, ReferencesAndSealsOutliveTheKeyThatTheyBeganWith) {
  KeyedReference reference{};
  std::vector<uint8_t> old_seal;
  {
    const auto database = OpenStore();
    const auto vault = Open();
    ASSERT_TRUE(BindVault(*database, *vault));
    EXPECT_EQ(vault->epoch(), 1);
    reference = vault->Reference("voter", "1");
    old_seal = vault->Seal(kPlain, {});
    ASSERT_TRUE(AddKey(key_));
    // While the daemon runs.
    ASSERT_TRUE(RebindVault(*database, *vault));
    EXPECT_EQ(vault->epoch(), 2);
    EXPECT_EQ(vault->Reference("voter", "1"), reference);
    EXPECT_EQ(vault->Open(old_seal, {}), kPlain);
    ASSERT_TRUE(RebindVault(*database, *vault)) << "again, as after a lost answer";
    EXPECT_EQ(vault->epoch(), 2);
  }
  ASSERT_TRUE(RetireKeys(key_, folder_ / "old.key"));
  const auto database = OpenStore();
  const auto vault = Open();
  ASSERT_TRUE(BindVault(*database, *vault));
  EXPECT_EQ(vault->Reference("voter", "1"), reference);
  EXPECT_FALSE(vault->Open(old_seal, {}));
}

TEST_F(KeyFileTest, ANewKeyIsTakenIntoUseWhenTheStoreIsOpenedToo) {
  const auto before = Open();
  { ASSERT_TRUE(BindVault(*OpenStore(), *before)); }
  ASSERT_TRUE(AddKey(key_));
  const auto vault = Open();
  const auto database = OpenStore();
  ASSERT_TRUE(BindVault(*database, *vault));
  EXPECT_EQ(vault->epoch(), 2);
  EXPECT_EQ(vault->Reference("voter", "1"), before->Reference("voter", "1"));
}

TEST_F(KeyFileTest, AStoreWhoseKeyTheFileLacksIsRefusedAndLeftAsItIs) {
  { ASSERT_TRUE(BindVault(*OpenStore(), *Open())); }
  ASSERT_TRUE(AddKey(key_));
  ASSERT_TRUE(RetireKeys(key_, folder_ / "old.key"));  // before the store knew the new one
  const auto database = OpenStore();
  const Status bound = BindVault(*database, *Open());
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().reason, "WRONG_KEY");
  const auto old = Vault::FromKeyFile(folder_ / "old.key");
  ASSERT_TRUE(old);
  EXPECT_TRUE(BindVault(*database, **old));
}

}  // namespace
}  // namespace taanu::test
