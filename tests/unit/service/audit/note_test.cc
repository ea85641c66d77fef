#include "service/audit/note.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <fstream>
#include <sstream>

#include "enroll/store/secret_file.h"
#include "service/audit/signer.h"
#include "tests/unit/enroll/store/temp_folder.h"

namespace taanu::test {
namespace {

// The example in the documentation of Go's golang.org/x/mod/sumdb/note.
constexpr std::string_view kPublishedKey =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view kPublishedText =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
constexpr std::string_view kPublishedSignature =
    "\u2014 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotp"
    "RZb6KE6RyyBwJnAM=\n";

// Of the right length, and good for nothing.
constexpr std::array<uint8_t, 64> kNoSignature{};

std::string PublishedNote() {
  return std::string(kPublishedText).append("\n").append(kPublishedSignature);
}

std::string Read(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

class SignerTest : public testing::Test {
 protected:
  std::unique_ptr<Signer> MakeSigner(const std::string& file, std::string_view name) {
    EXPECT_TRUE(Signer::CreateKeyFile(folder_ / file, name));
    auto signer = Signer::FromKeyFile(folder_ / file);
    EXPECT_TRUE(signer) << signer.error().message;
    return std::move(*signer);
  }

  TempFolder folder_;
};

TEST(NoteTest, ThePublishedExampleVerifies) {
  const auto key = note::ParseVerifierKey(kPublishedKey);
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ(key->name, "PeterNeumann");
  EXPECT_EQ(note::FormatVerifierKey(key->name, key->key), kPublishedKey);
  const auto text = note::Verify(PublishedNote(), *key);
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(*text, kPublishedText);
}

TEST(NoteTest, EveryChangedByteOfTheTextIsFound) {
  const auto key = note::ParseVerifierKey(kPublishedKey);
  ASSERT_TRUE(key);
  for (size_t i = 0; i < kPublishedText.size(); ++i) {
    std::string changed = PublishedNote();
    changed[i] = changed[i] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(note::Verify(changed, *key)) << i;
  }
}

TEST(NoteTest, SignaturesOfOthersArePassedOver) {
  const auto key = note::ParseVerifierKey(kPublishedKey);
  ASSERT_TRUE(key);
  const std::string other = note::FormatSignature("someone.else", {1, 2, 3, 4}, kNoSignature);
  EXPECT_TRUE(note::Verify(PublishedNote().append(other), *key));
  const std::string alone = std::string(kPublishedText).append("\n").append(other);
  EXPECT_EQ(note::Verify(alone, *key).error().reason, "BAD_SIGNATURE");
}

TEST(NoteTest, AWrongSignatureOfThisKeyIsRefusedBesideAGoodOne) {
  const auto key = note::ParseVerifierKey(kPublishedKey);
  ASSERT_TRUE(key);
  const std::string wrong =
      note::FormatSignature(key->name, note::HashKey(key->name, key->key), kNoSignature);
  EXPECT_EQ(note::Verify(PublishedNote().append(wrong), *key).error().reason, "BAD_SIGNATURE");
}

TEST(NoteTest, WhatIsNoNoteIsRefused) {
  const auto key = note::ParseVerifierKey(kPublishedKey);
  ASSERT_TRUE(key);
  const std::string good = PublishedNote();
  for (const std::string& bad :
       {std::string(), std::string("\n\n"), std::string(kPublishedText),
        good.substr(0, good.size() - 1), std::string(good).append("\n"),
        std::string(good).append("no signature\n"), std::string(good).append("\u2014 name !!!\n"),
        std::string(good).append("\u2014 name AAAA\n"), std::string(good).append("\x01\n"),
        std::string(2 << 20, 'a')}) {
    const auto text = note::Verify(bad, *key);
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().code, ErrorCode::kBadInput);
  }
}

TEST(NoteTest, WhatIsNoVerifierKeyIsRefused) {
  for (const char* bad :
       {"", "a", "a+b", "a+b+c",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AhpcXQcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc", "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"}) {
    EXPECT_FALSE(note::ParseVerifierKey(bad)) << bad;
  }
}

TEST_F(SignerTest, WhatItSignsVerifiesWithTheKeyBesideIt) {
  const auto signer = MakeSigner("key", "taanu.example/2026");
  EXPECT_EQ(signer->name(), "taanu.example/2026");
  std::string text = Read((folder_ / "key.pub"));
  ASSERT_TRUE(text.ends_with('\n'));
  text.pop_back();
  const auto key = note::ParseVerifierKey(text);
  ASSERT_TRUE(key) << text;
  EXPECT_EQ(key->key, signer->public_key());
  const std::string checkpoint = note::CheckpointText(signer->name(), 42, {});
  EXPECT_EQ(checkpoint, "taanu.example/2026\n42\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
  EXPECT_EQ(note::Verify(signer->SignNote(checkpoint), *key), checkpoint);
}

TEST_F(SignerTest, AnotherKeyOfTheSameNameDoesNotVerify) {
  const auto signer = MakeSigner("key", "a");
  const auto other = MakeSigner("other", "a");
  EXPECT_FALSE(note::Verify(signer->SignNote("text\n"), {"a", other->public_key()}));
}

// RFC 8032 section 7.1, test 1: the seed gives this public key, and the empty message this
// signature.
TEST_F(SignerTest, AKnownSeedGivesThePublishedPublicKey) {
  const std::string seed_base64 = "AZ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g";
  const note::PublicKey published = {0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7,
                                     0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a,
                                     0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25,
                                     0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a};
  std::ostringstream hash;
  for (const uint8_t byte : note::HashKey("rfc8032", published)) {
    hash << "0123456789abcdef"[byte >> 4] << "0123456789abcdef"[byte & 15];
  }
  const auto path = folder_ / "known";
  ASSERT_TRUE(
      WriteNewFile(path, "PRIVATE+KEY+rfc8032+" + hash.str() + "+" + seed_base64 + "\n", 0600));
  const auto signer = Signer::FromKeyFile(path);
  ASSERT_TRUE(signer) << signer.error().message;
  EXPECT_EQ((*signer)->public_key(), published);
}

TEST_F(SignerTest, AKeyFileIsPrivateAndItsVerifierKeyIsNot) {
  const auto signer = MakeSigner("key", "a");
  struct stat info {};
  ASSERT_EQ(stat((folder_ / "key").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  ASSERT_EQ(stat((folder_ / "key.pub").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0644u);
  EXPECT_EQ(Signer::CreateKeyFile(folder_ / "key", "a").error().code, ErrorCode::kConflict);
  ASSERT_EQ(chmod((folder_ / "key").c_str(), 0644), 0);
  EXPECT_EQ(Signer::FromKeyFile(folder_ / "key").error().code, ErrorCode::kRefused);
}

TEST_F(SignerTest, AKeyWithoutItsVerifierKeyIsNotLeftBehind) {
  ASSERT_TRUE(WriteNewFile(folder_ / "key.pub", "taken\n", 0644));
  EXPECT_EQ(Signer::CreateKeyFile(folder_ / "key", "a").error().code, ErrorCode::kConflict);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "key"));
  EXPECT_EQ(Read(folder_ / "key.pub"), "taken\n");
}

TEST_F(SignerTest, NamesThatANoteCannotCarryAreRefused) {
  for (const std::string& bad : {std::string(), std::string("a b"), std::string("a+b"),
                                 std::string("a\n"), std::string("é"), std::string(201, 'a')}) {
    EXPECT_EQ(Signer::CreateKeyFile(folder_ / "key", bad).error().reason, "BAD_KEY_NAME") << bad;
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "key"));
}

TEST_F(SignerTest, WhatIsNoKeyFileIsRefused) {
  const auto signer = MakeSigner("good", "a");
  const std::string good = Read(folder_ / "good");
  std::string wrong_hash = good;
  wrong_hash[14] = wrong_hash[14] == '0' ? '1' : '0';
  int number = 0;
  for (const std::string& bad :
       {std::string(), std::string("PRIVATE+KEY+"), std::string("PRIVATE+KEY+a+b"), good.substr(1),
        good.substr(0, good.size() - 3), std::string(good).append("x"), wrong_hash,
        std::string(5000, 'A')}) {
    const auto path = folder_ / std::string("bad").append(std::to_string(number++));
    ASSERT_TRUE(WriteNewFile(path, bad, 0600));
    EXPECT_EQ(Signer::FromKeyFile(path).error().code, ErrorCode::kBadInput) << bad.size();
  }
}

}  // namespace
}  // namespace taanu::test
