#include "enroll/store/sealing.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "enroll/store/bind_vault.h"
#include "enroll/store/secret_file.h"
#include "tests/unit/enroll/store/notes_table.h"
#include "tests/unit/enroll/store/temp_folder.h"

namespace taanu::test {
namespace {

// 32 bytes 0, 1, 2, ... 31.
constexpr std::string_view kKnownKey =
    "taanu-store-key-v1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";

class SealingTest : public testing::Test {
 protected:
  std::filesystem::path WriteKey(const std::string& name, std::string_view text,
                                 unsigned mode = 0600) {
    const auto path = folder_ / name;
    EXPECT_TRUE(WriteNewFile(path, text, 0600));
    EXPECT_EQ(chmod(path.c_str(), mode), 0);
    return path;
  }

  std::unique_ptr<Vault> MakeVault(const std::string& name) {
    EXPECT_TRUE(Vault::CreateKeyFile(folder_ / name));
    auto vault = Vault::FromKeyFile(folder_ / name);
    EXPECT_TRUE(vault);
    return std::move(*vault);
  }

  TempFolder folder_;
};

const std::vector<uint8_t> kPlain = {1, 2, 3, 4, 5};
const std::vector<uint8_t> kAssociated = {9, 8, 7};

TEST_F(SealingTest, WhatIsSealedOpensWithTheSameKeyAndAssociatedData) {
  const auto vault = MakeVault("key");
  const auto sealed = vault->Seal(kPlain, kAssociated);
  EXPECT_EQ(sealed.size(), kPlain.size() + 40);
  EXPECT_EQ(vault->Open(sealed, kAssociated), kPlain);
  EXPECT_EQ(vault->Open(vault->Seal({}, {}), {}), std::vector<uint8_t>());
}

TEST_F(SealingTest, EverySealHasItsOwnNonce) {
  const auto vault = MakeVault("key");
  EXPECT_NE(vault->Seal(kPlain, kAssociated), vault->Seal(kPlain, kAssociated));
}

TEST_F(SealingTest, EveryChangedBitBreaksTheSeal) {
  const auto vault = MakeVault("key");
  const auto sealed = vault->Seal(kPlain, kAssociated);
  for (size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    auto changed = sealed;
    changed[bit / 8] = static_cast<uint8_t>(changed[bit / 8] ^ (1u << (bit % 8)));
    const auto opened = vault->Open(changed, kAssociated);
    ASSERT_FALSE(opened) << bit;
    EXPECT_EQ(opened.error().reason, "SEAL_BROKEN");
  }
  for (size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_FALSE(vault->Open(std::span(sealed).first(size), kAssociated)) << size;
  }
}

TEST_F(SealingTest, OtherAssociatedDataOrAnotherKeyBreaksTheSeal) {
  const auto vault = MakeVault("key");
  const auto other = MakeVault("other");
  const auto sealed = vault->Seal(kPlain, kAssociated);
  EXPECT_FALSE(vault->Open(sealed, kPlain));
  EXPECT_FALSE(other->Open(sealed, kAssociated));
}

TEST_F(SealingTest, AReferenceIsTheSameForTheSameTextAndDomainAlone) {
  const auto vault = MakeVault("key");
  const auto other = MakeVault("other");
  EXPECT_EQ(vault->Reference("voter", "42"), vault->Reference("voter", "42"));
  EXPECT_NE(vault->Reference("voter", "42"), vault->Reference("voter", "43"));
  EXPECT_NE(vault->Reference("voter", "42"), vault->Reference("operator", "42"));
  EXPECT_NE(vault->Reference("voter", "42"), vault->Reference("voter4", "2"));
  EXPECT_NE(vault->Reference("voter", "42"), other->Reference("voter", "42"));
}

// References are keys of rows: were they computed in another way, no voter would be found again.
TEST_F(SealingTest, ReferencesAndFingerprintOfAKnownKeyNeverChange) {
  const auto vault = Vault::FromKeyFile(WriteKey("known", kKnownKey));
  ASSERT_TRUE(vault) << vault.error().message;
  EXPECT_EQ(ToHex((*vault)->Reference("voter", "AA-0001")), "51e073f5777180b16e29249fa89d0490");
  EXPECT_EQ(ToHex((*vault)->Fingerprint()), "73ec6fa0ad9cae0902711a170e9d3bb5");
}

TEST_F(SealingTest, AKeyFileIsForItsOwnerAloneAndNeverOverwritten) {
  ASSERT_TRUE(Vault::CreateKeyFile(folder_ / "key"));
  struct stat info {};
  ASSERT_EQ(stat((folder_ / "key").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  const Status again = Vault::CreateKeyFile(folder_ / "key");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kConflict);
}

TEST_F(SealingTest, AKeyFileThatOthersMayReadIsRefused) {
  for (const unsigned mode : {0640u, 0604u, 0660u, 0602u, 0644u, 0610u}) {
    const auto path = WriteKey("mode" + std::to_string(mode), kKnownKey, mode);
    const auto vault = Vault::FromKeyFile(path);
    ASSERT_FALSE(vault) << std::oct << mode;
    EXPECT_EQ(vault.error().code, ErrorCode::kRefused);
    EXPECT_NE(vault.error().message.find("chmod 600"), std::string::npos);
  }
  EXPECT_TRUE(Vault::FromKeyFile(WriteKey("strict", kKnownKey, 0400)));
}

TEST_F(SealingTest, ASystemdCredentialOfRootMayShowAGroupBit) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can make a file of root";
  const auto path = WriteKey("credential", kKnownKey, 0440);
  EXPECT_FALSE(Vault::FromKeyFile(path));
  setenv("CREDENTIALS_DIRECTORY", path.parent_path().c_str(), 1);
  EXPECT_TRUE(Vault::FromKeyFile(path));
  EXPECT_FALSE(Vault::FromKeyFile(WriteKey("open", kKnownKey, 0444)));
  unsetenv("CREDENTIALS_DIRECTORY");
}

TEST_F(SealingTest, WhatIsNoKeyFileIsRefused) {
  const std::string good(kKnownKey);
  const std::string_view bad[] = {
      "",
      "\n",
      "taanu-store-key-v1:\n",
      "taanu-store-key-v2:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
      "taanu-store-key-v1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==\n",
      "taanu-store-key-v1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gIQ==\n",
      "taanu-store-key-v1:!!ECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
      "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
  };
  int number = 0;
  for (const std::string_view text : bad) {
    const auto vault = Vault::FromKeyFile(WriteKey("bad" + std::to_string(number++), text));
    ASSERT_FALSE(vault) << text;
    EXPECT_EQ(vault.error().code, ErrorCode::kBadInput);
    EXPECT_EQ(vault.error().message.find("AAEC"), std::string::npos) << "a key in a message";
  }
  EXPECT_FALSE(Vault::FromKeyFile(WriteKey("twice", good + good)));
  EXPECT_FALSE(Vault::FromKeyFile(WriteKey("long", std::string(10'000, 'A'))));
  EXPECT_EQ(Vault::FromKeyFile(folder_ / "absent").error().code, ErrorCode::kNotFound);
  std::filesystem::create_directory(folder_ / "folder");
  EXPECT_EQ(Vault::FromKeyFile(folder_ / "folder").error().code, ErrorCode::kRefused);
}

TEST_F(SealingTest, AFileIsBoundToTheKeyThatItWasMadeWith) {
  const auto vault = MakeVault("key");
  const auto other = MakeVault("other");
  {
    auto database = Database::Open(NotesOptions(folder_ / "register.db"));
    ASSERT_TRUE(database);
    EXPECT_TRUE(BindVault(**database, *vault));
    EXPECT_TRUE(BindVault(**database, *vault));
  }
  auto database = Database::Open(NotesOptions(folder_ / "register.db"));
  ASSERT_TRUE(database);
  const Status bound = BindVault(**database, *other);
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().reason, "WRONG_KEY");
  EXPECT_TRUE(BindVault(**database, *vault));
}

}  // namespace
}  // namespace taanu::test
