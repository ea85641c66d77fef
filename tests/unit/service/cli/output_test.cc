#include "service/cli/output.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace taanu::cli {
namespace {

TEST(OutputTest, AnErrorIsOneLineThatSaysWhatAndWhere) {
  const Context context;
  ::testing::internal::CaptureStderr();
  const ExitStatus status =
      PrintError(context, {ErrorCode::kNotFound, "GONE", "is gone; look elsewhere"}, "a.tif");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "taanu: a.tif: is gone; look elsewhere\n");
  EXPECT_EQ(status, ExitStatus::kNotFound);
}

TEST(OutputTest, ANameCannotBreakTheLineNorWorkOnTheTerminal) {
  const Context context;
  ::testing::internal::CaptureStderr();
  PrintError(context, {ErrorCode::kBadInput, "BAD", "is bad"}, "a\x1b[2J\nb\x7f");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "taanu: a?[2J?b?: is bad\n");
}

TEST(OutputTest, WithJsonAnErrorIsAnObjectWhateverBytesAreInTheName) {
  Context context;
  context.json = true;
  ::testing::internal::CaptureStderr();
  PrintError(context, {ErrorCode::kBadInput, "BAD", "is bad"}, "\xff\xfe\".tif");
  const auto object = nlohmann::json::parse(::testing::internal::GetCapturedStderr());
  EXPECT_EQ(object["error"]["reason"], "BAD");
}

TEST(OutputTest, EveryKindOfErrorHasItsStatus) {
  EXPECT_EQ(StatusFor(ErrorCode::kInternal), ExitStatus::kInternal);
  EXPECT_EQ(StatusFor(ErrorCode::kBadInput), ExitStatus::kBadInput);
  EXPECT_EQ(StatusFor(ErrorCode::kUnsupported), ExitStatus::kBadInput);
  EXPECT_EQ(StatusFor(ErrorCode::kNotFound), ExitStatus::kNotFound);
  EXPECT_EQ(StatusFor(ErrorCode::kRefused), ExitStatus::kRefused);
  EXPECT_EQ(StatusFor(ErrorCode::kConflict), ExitStatus::kRefused);
  EXPECT_EQ(StatusFor(ErrorCode::kUnavailable), ExitStatus::kUnavailable);
  EXPECT_EQ(StatusFor(ErrorCode::kExhausted), ExitStatus::kUnavailable);
  EXPECT_EQ(StatusFor(ErrorCode::kCancelled), ExitStatus::kUnavailable);
}

}  // namespace
}  // namespace taanu::cli
