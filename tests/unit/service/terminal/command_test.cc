#include "service/terminal/command.h"

#include <gtest/gtest.h>

#include <string>

namespace taanu::terminal {
namespace {

TEST(CommandTest, EachActionIsRead) {
  const auto start = ParseCommand(R"({"action":"start","step":7,"number":"20101199012345"})");
  ASSERT_TRUE(start);
  EXPECT_EQ(start->action, Action::kStart);
  EXPECT_EQ(start->step, 7U);
  EXPECT_EQ(start->text, "20101199012345");
  const auto again = ParseCommand(R"({"step":1,"next_finger":true,"action":"try_again"})");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->action, Action::kTryAgain);
  EXPECT_TRUE(again->next_finger);
  EXPECT_EQ(ParseCommand(R"({"action":"sign_on","step":0,"operator":"Б"})")->text, "Б");
  EXPECT_EQ(ParseCommand(R"({"action":"sign_off","step":0})")->action, Action::kSignOff);
  EXPECT_EQ(ParseCommand(R"({"action":"search","step":0})")->action, Action::kSearch);
  EXPECT_EQ(ParseCommand(R"({"action":"reissue","step":0})")->action, Action::kReissue);
  EXPECT_EQ(ParseCommand(R"({"action":"cancel","step":0})")->action, Action::kCancel);
  EXPECT_EQ(ParseCommand(R"({"action":"finish","step":0})")->action, Action::kFinish);
}

TEST(CommandTest, AFallbackIsReadWithAllThatTwoOfficersState) {
  const auto take_over =
      ParseCommand(R"({"action":"take_over","step":3,"reason":"device_lost","second_officer":"A",)"
                   R"("operator_code":"12","second_code":"34"})");
  ASSERT_TRUE(take_over);
  EXPECT_EQ(take_over->action, Action::kTakeOver);
  EXPECT_EQ(take_over->take_over.reason, v1::TAKE_OVER_REASON_DEVICE_LOST);
  EXPECT_EQ(take_over->take_over.second_code, "34");
  EXPECT_FALSE(
      ParseCommand(R"({"action":"take_over","step":3,"reason":"no_reference","second_officer":"A",)"
                   R"("operator_code":"12","second_code":"34"})"));
  const auto fallback =
      ParseCommand(R"({"action":"fallback","step":2,"reason":"no_reference","second_officer":"A",)"
                   R"("operator_code":"12","second_code":"34"})");
  ASSERT_TRUE(fallback);
  EXPECT_EQ(fallback->action, Action::kFallback);
  EXPECT_EQ(fallback->fallback.reason, v1::FALLBACK_REASON_NO_REFERENCE);
  EXPECT_EQ(fallback->fallback.second_officer, "A");
  EXPECT_EQ(fallback->fallback.operator_code, "12");
  EXPECT_EQ(fallback->fallback.second_code, "34");
  EXPECT_FALSE(
      ParseCommand(R"({"action":"fallback","step":2,"reason":"because","second_officer":"A",)"
                   R"("operator_code":"","second_code":""})"));
  EXPECT_FALSE(ParseCommand(
      R"({"action":"fallback","step":2,"reason":"no_reference","second_officer":"A"})"));
}

TEST(CommandTest, EverythingElseIsRefused) {
  const std::string bad[] = {
      "",
      "null",
      "[]",
      "7",
      "{",
      "{}",
      R"({"action":"finish"})",
      R"({"action":"finish","step":-1})",
      R"({"action":"finish","step":1.5})",
      R"({"action":"finish","step":"1"})",
      R"({"action":"finish","step":18446744073709551616})",
      R"({"action":"finish","step":1,"more":1})",
      R"({"action":"finish","step":1}x)",
      R"({"action":"vote","step":1})",
      R"({"action":7,"step":1})",
      R"({"action":"start","step":1})",
      R"({"action":"start","step":1,"operator":"x"})",
      R"({"action":"start","step":1,"number":7})",
      R"({"action":"start","step":1,"number":["7"]})",
      R"({"action":"start","step":1,"number":{"a":1}})",
      R"({"action":"start","step":1,"number":null})",
      R"({"action":"try_again","step":1,"next_finger":"yes"})",
      R"({"action":"start","step":1,"number":"1","number":"2"})",
      R"({"action":"finish","action":"cancel","step":1})",
      "{\"action\":\"start\",\"step\":1,\"number\":\"\xFF\"}",
      std::string("{\"action\":\"finish\",\"step\":1}\0", 29),
  };
  for (const std::string& body : bad) {
    const auto command = ParseCommand(body);
    ASSERT_FALSE(command) << body;
    EXPECT_EQ(command.error().reason, "BAD_COMMAND");
  }
}

TEST(CommandTest, DepthAndLengthAreBounded) {
  std::string deep(kCommandBytesMax, '[');
  EXPECT_FALSE(ParseCommand(deep));
  std::string nested =
      R"({"action":"finish","step":)" + std::string(900, '[') + std::string(900, ']') + "}";
  EXPECT_FALSE(ParseCommand(nested));
  const std::string long_number =
      R"({"action":"start","step":1,"number":")" + std::string(kCommandBytesMax, '1') + "\"}";
  EXPECT_FALSE(ParseCommand(long_number));
}

}  // namespace
}  // namespace taanu::terminal
