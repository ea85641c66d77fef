#include "service/rpc/validate.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace taanu::rpc {
namespace {

TEST(ValidateTest, AUuidIsBroughtToLowerCase) {
  EXPECT_EQ(*CanonicalRequestId("3F2504E0-4F89-41D3-9A0C-0305E82C3301"),
            "3f2504e0-4f89-41d3-9a0c-0305e82c3301");
  for (const char* bad :
       {"", "3f2504e0", "3f2504e0-4f89-41d3-9a0c-0305e82c330",
        "3f2504e0-4f89-41d3-9a0c-0305e82c33011", "{3f2504e0-4f89-41d3-9a0c-0305e82c330}",
        "3f2504e04f89-41d3-9a0c-0305e82c3301--", "3f2504e0-4f89-41d3-9a0c-0305e82c330g"}) {
    EXPECT_FALSE(CanonicalRequestId(bad).has_value()) << bad;
  }
}

TEST(ValidateTest, PlainUtf8IsWellFormedAndWithoutControlCharacters) {
  EXPECT_TRUE(IsPlainUtf8("Айгүл Ж. \xF0\x9F\x98\x80"));
  EXPECT_TRUE(IsPlainUtf8(""));
  for (const std::string& bad :
       {std::string("a\0b", 3), std::string("a\n"), std::string("\x7F"), std::string("\xC2\x80"),
        std::string("\xC0\x80"), std::string("\xE0\x80\x80"), std::string("\xED\xA0\x80"),
        std::string("\xF4\x90\x80\x80"), std::string("\xF8\x88\x80\x80\x80"), std::string("\xC3"),
        std::string("\x80"), std::string("\xE2\x82")}) {
    EXPECT_FALSE(IsPlainUtf8(bad)) << testing::PrintToString(bad);
  }
}

TEST(ValidateTest, IdentifiersHaveOneTo64Bytes) {
  EXPECT_TRUE(ValidateIdentifier("f", "R", std::string(64, 'x')).has_value());
  EXPECT_FALSE(ValidateIdentifier("f", "R", std::string(65, 'x')).has_value());
  const Status empty = ValidateIdentifier("f", "R", "");
  ASSERT_FALSE(empty.has_value());
  EXPECT_EQ(empty.error().reason, "R");
}

TEST(ValidateTest, PageSizesAreOneToAThousandOrTheDefault) {
  EXPECT_EQ(*PageSize(0), 100);
  EXPECT_EQ(*PageSize(1), 1);
  EXPECT_EQ(*PageSize(1000), 1000);
  EXPECT_FALSE(PageSize(1001).has_value());
  EXPECT_FALSE(PageSize(-1).has_value());
}

TEST(ValidateTest, TimesOutsideOfTheContractAreRefused) {
  google::protobuf::Timestamp time;
  time.set_seconds(2);
  time.set_nanos(3'000);
  EXPECT_EQ(*TimeUs("t", time), 2'000'003);
  time.set_nanos(-1);
  EXPECT_FALSE(TimeUs("t", time).has_value());
  time.set_nanos(1'000'000'000);
  EXPECT_FALSE(TimeUs("t", time).has_value());
  time.set_nanos(0);
  time.set_seconds(std::numeric_limits<int64_t>::min());
  EXPECT_FALSE(TimeUs("t", time).has_value());
}

}  // namespace
}  // namespace taanu::rpc
