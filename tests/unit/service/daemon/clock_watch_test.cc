#include "service/daemon/clock_watch.h"

#include <gtest/gtest.h>

#include <future>

namespace taanu {
namespace {

constexpr int64_t kSecond = 1'000'000;

TEST(ClockJudgeTest, TimeThatPassesIsNoJump) {
  ClockJudge judge({1000 * kSecond, 5 * kSecond});
  // A night's sleep counts on both.
  for (const int64_t passed : {0, 1, 2, 3, 40'000, 40'001}) {
    EXPECT_FALSE(judge.Observe({(1000 + passed) * kSecond, (5 + passed) * kSecond})) << passed;
  }
}

TEST(ClockJudgeTest, WhatATimeServerSlewsIsNoJumpHoweverLongItTakes) {
  ClockJudge judge({0, 0});
  // 500 microseconds a second, for a day.
  for (int64_t second = 1; second <= 86'400; ++second) {
    EXPECT_FALSE(judge.Observe({second * kSecond + second * 500, second * kSecond}));
  }
}

TEST(ClockJudgeTest, AJumpIsToldOnceWithBothTimes) {
  ClockJudge judge({1000 * kSecond, 5 * kSecond});
  const auto back = judge.Observe({400 * kSecond, 6 * kSecond});
  ASSERT_TRUE(back);
  EXPECT_EQ(back->expected_us, 1001 * kSecond);
  EXPECT_EQ(back->found_us, 400 * kSecond);
  EXPECT_FALSE(judge.Observe({401 * kSecond, 7 * kSecond}));
  const auto forward = judge.Observe({5000 * kSecond, 8 * kSecond});
  ASSERT_TRUE(forward);
  EXPECT_EQ(forward->expected_us, 402 * kSecond);
  EXPECT_EQ(forward->found_us, 5000 * kSecond);
}

TEST(ClockJudgeTest, TheToleranceIsASecond) {
  ClockJudge judge({1000 * kSecond, 0});
  EXPECT_FALSE(judge.Observe({1000 * kSecond + kClockToleranceUs, 0}));
  EXPECT_TRUE(judge.Observe({1000 * kSecond + 2 * kClockToleranceUs + 1, 0}));
}

TEST(ClockWatchTest, ItStopsAtOnceAndReportsNothingWhereTheClockIsLeftAlone) {
  int reports = 0;
  {
    const ClockWatch watch([&](const ClockJump&) {
      ++reports;
      return true;
    });
  }
  EXPECT_EQ(reports, 0);
}

TEST(ReadClocksTest, BothGoOn) {
  const ClockReading first = ReadClocks();
  const ClockReading second = ReadClocks();
  EXPECT_GT(first.wall_us, 1'600'000'000 * kSecond);
  EXPECT_GT(first.boot_us, 0);
  EXPECT_GE(second.boot_us, first.boot_us);
}

}  // namespace
}  // namespace taanu
