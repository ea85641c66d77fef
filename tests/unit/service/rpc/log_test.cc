#include "service/rpc/log.h"

#include <gtest/gtest.h>

namespace taanu::log {
namespace {

TEST(LogTest, ALineIsOneJsonObject) {
  EXPECT_EQ(FormatLine(LogFormat::kJson, LogLevel::kInfo, 1'700'000'000'123'456, "call",
                       {{"method", std::string("/a/B")},
                        {"taken_ms", 1.5},
                        {"count", uint64_t{3}},
                        {"replayed", true}}),
            R"({"time":"2023-11-14T22:13:20.123Z","level":"info","event":"call","method":"/a/B",)"
            R"("taken_ms":1.5,"count":3,"replayed":true})");
}

TEST(LogTest, AValueCannotForgeALineInEitherFormat) {
  for (const LogFormat format : {LogFormat::kJson, LogFormat::kText}) {
    const std::string line = FormatLine(format, LogLevel::kWarning, 0, "event",
                                        {{"precinct", std::string("P1\n{\"level\":\"x\"}\"")}});
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
  }
}

TEST(LogTest, BytesThatAreNotUtf8DoNotThrow) {
  EXPECT_NE(
      FormatLine(LogFormat::kJson, LogLevel::kError, 0, "e", {{"k", std::string("\xFF\xC0")}}), "");
}

}  // namespace
}  // namespace taanu::log
