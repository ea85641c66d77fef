#include "service/cli/pair_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace taanu::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(PairListTest, ANameIsKeptOnceHoweverOftenItIsUsed) {
  const auto list = ParsePairList("a\tb\nb\ta\na\ta\n");
  ASSERT_TRUE(list.has_value());
  EXPECT_THAT(list->names, ElementsAre("a", "b"));
  ASSERT_EQ(list->pairs.size(), 3U);
  EXPECT_EQ(list->pairs[1].probe, 1U);
  EXPECT_EQ(list->pairs[1].reference, 0U);
  EXPECT_EQ(list->pairs[2].reference, 0U);
}

TEST(PairListTest, TheLastLineNeedsNoEndAndCrLfIsTaken) {
  const auto list = ParsePairList("a b.tif\tb\r\n\r\n\nc\td");
  ASSERT_TRUE(list.has_value());
  EXPECT_THAT(list->names, ElementsAre("a b.tif", "b", "c", "d"));
}

TEST(PairListTest, AnEmptyListHasNoPairs) {
  const auto list = ParsePairList("");
  ASSERT_TRUE(list.has_value());
  EXPECT_THAT(list->pairs, IsEmpty());
}

TEST(PairListTest, ABadLineIsNamedByItsNumber) {
  struct Case {
    std::string text;
    const char* line;
    const char* fault;
  };
  const Case cases[] = {{"a\tb\nabc\n", "line 2", "no tab"},
                        {"a\tb\tc\n", "line 1", "more than one tab"},
                        {"\n\n\tb\n", "line 3", "no probe"},
                        {"a\t\r\n", "line 1", "no reference"},
                        {std::string("a\tb\0c\n", 6), "line 1", "NUL"}};
  for (const Case& c : cases) {
    const auto list = ParsePairList(c.text);
    ASSERT_FALSE(list.has_value()) << c.fault;
    EXPECT_EQ(list.error().code, ErrorCode::kBadInput);
    EXPECT_EQ(list.error().reason, "BAD_PAIR");
    EXPECT_THAT(list.error().message, HasSubstr(c.line));
    EXPECT_THAT(list.error().message, HasSubstr(c.fault));
  }
}

}  // namespace
}  // namespace taanu::cli
