#include "service/cli/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace taanu::cli {
namespace {

using ::testing::HasSubstr;

TEST(CommandTest, TheRunOfTheNamedCommandGivesTheStatus) {
  CLI::App app;
  Context context;
  bool other = false;
  AddCommand(app, context, {"one", "Do one", "taanu one"}, [] { return ExitStatus::kUnavailable; });
  AddCommand(app, context, {"two", "Do two", "taanu two"}, [&other] {
    other = true;
    return ExitStatus::kSuccess;
  });
  app.parse("one --json");
  EXPECT_EQ(context.status, ExitStatus::kUnavailable);
  EXPECT_TRUE(context.json);
  EXPECT_FALSE(other);
}

TEST(CommandTest, AGroupNeedsOneOfItsCommands) {
  CLI::App app;
  Context context;
  CLI::App* group = AddCommand(app, context, {"group", "Group", "taanu group one"});
  AddCommand(*group, context, {"one", "Do one", "taanu group one"},
             [] { return ExitStatus::kRefused; });
  EXPECT_THROW(app.parse("group"), CLI::ParseError);
  app.clear();
  app.parse("group one");
  EXPECT_EQ(context.status, ExitStatus::kRefused);
}

TEST(CommandTest, HelpShowsEveryLineOfTheExample) {
  CLI::App app;
  Context context;
  const CLI::App* command = AddCommand(app, context, {"one", "Do one", "taanu one\ntaanu two"},
                                       [] { return ExitStatus::kSuccess; });
  EXPECT_THAT(command->help(), HasSubstr("Example:\n  taanu one\n  taanu two"));
}

}  // namespace
}  // namespace taanu::cli
