#include "service/rpc/page_token.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace taanu::rpc {
namespace {

class PageTokenTest : public testing::Test {
 protected:
  std::unique_ptr<Vault> MakeVault(const char* name) {
    EXPECT_TRUE(Vault::CreateKeyFile(folder_.path() / name).has_value());
    return *Vault::FromKeyFile(folder_.path() / name);
  }

  test::TempDir folder_;
  const std::unique_ptr<Vault> vault_ = MakeVault("a.key");
  const PageQuestion question_{"/s/List", "P1"};
};

TEST_F(PageTokenTest, ACursorOfAnyBytesComesBack) {
  for (const std::string& cursor : {std::string("17"), std::string("\0\xFF\n", 3), std::string()}) {
    const auto read = ReadPageToken(*vault_, question_, MakePageToken(*vault_, question_, cursor));
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(*read, cursor);
  }
}

TEST_F(PageTokenTest, NoTokenAsksForTheFirstPage) {
  EXPECT_EQ(*ReadPageToken(*vault_, question_, ""), "");
}

TEST_F(PageTokenTest, ATokenOfAnotherQuestionOrKeyIsRefused) {
  const std::string token = MakePageToken(*vault_, question_, "17");
  EXPECT_FALSE(ReadPageToken(*vault_, {"/s/List", "P2"}, token).has_value());
  EXPECT_FALSE(ReadPageToken(*vault_, {"/s/Other", "P1"}, token).has_value());
  EXPECT_FALSE(ReadPageToken(*vault_, {"/s/Lis", "tP1"}, token).has_value());
  EXPECT_FALSE(ReadPageToken(*MakeVault("b.key"), question_, token).has_value());
}

TEST_F(PageTokenTest, ATokenOfWhichAnyCharacterWasChangedIsRefused) {
  const std::string token = MakePageToken(*vault_, question_, "17");
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    const auto read = ReadPageToken(*vault_, question_, changed);
    ASSERT_FALSE(read.has_value()) << i;
    EXPECT_EQ(read.error().reason, "BAD_PAGE_TOKEN");
  }
  for (size_t length = 1; length < token.size(); ++length) {
    EXPECT_FALSE(ReadPageToken(*vault_, question_, token.substr(0, length)).has_value()) << length;
  }
  EXPECT_FALSE(ReadPageToken(*vault_, question_, std::string(100'000, 'A')).has_value());
}

}  // namespace
}  // namespace taanu::rpc
