#include "service/watch/terminal_pace.h"

#include <gtest/gtest.h>

namespace taanu {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr KeyedReference kOne = {1};
constexpr KeyedReference kOther = {2};

class TerminalPaceTest : public testing::Test {
 protected:
  // How many of `count` attempts at this moment are taken.
  int Taken(int count, const KeyedReference& terminal = kOne) {
    int taken = 0;
    for (int i = 0; i < count; ++i) taken += pace_.Take(terminal, now_) ? 0 : 1;
    return taken;
  }

  TerminalPace pace_{{.per_minute = 60, .burst = 10}};
  TerminalPace::Clock::time_point now_ = TerminalPace::Clock::now();
};

TEST_F(TerminalPaceTest, ABurstIsTakenAndThenOneASecond) {
  EXPECT_EQ(Taken(20), 10);
  now_ += seconds(3);
  EXPECT_EQ(Taken(20), 3);
  now_ += seconds(100);
  EXPECT_EQ(Taken(20), 10) << "what was not used is not saved up";
}

TEST_F(TerminalPaceTest, TheRefusalSaysWhenToComeAgainAndThatIsTrue) {
  EXPECT_EQ(Taken(10), 10);
  now_ += milliseconds(400);
  const auto refusal = pace_.Take(kOne, now_);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_NEAR(static_cast<double>(refusal->retry_delay.count()), 600, 1);
  now_ += refusal->retry_delay;
  EXPECT_EQ(Taken(2), 1);
}

TEST_F(TerminalPaceTest, ABurstIsToldOnce) {
  EXPECT_EQ(Taken(10), 10);
  EXPECT_TRUE(pace_.Take(kOne, now_)->first);
  EXPECT_FALSE(pace_.Take(kOne, now_)->first);
  now_ += seconds(5);
  EXPECT_EQ(Taken(5), 5);
  EXPECT_FALSE(pace_.Take(kOne, now_)->first) << "the terminal has not rested";
  now_ += seconds(10);
  EXPECT_EQ(Taken(10), 10);
  EXPECT_TRUE(pace_.Take(kOne, now_)->first);
}

TEST_F(TerminalPaceTest, OneTerminalDoesNotSlowAnother) {
  EXPECT_EQ(Taken(20), 10);
  EXPECT_EQ(Taken(20, kOther), 10);
}

// Four captures to a voter, a second each, and a new voter every five seconds, for an hour.
TEST(TerminalPaceDefaultTest, AnHonestQueueNeverMeetsIt) {
  TerminalPace pace({.per_minute = 120, .burst = 60});
  auto now = TerminalPace::Clock::now();
  for (int voter = 0; voter < 720; ++voter) {
    for (int capture = 0; capture < 4; ++capture) {
      ASSERT_FALSE(pace.Take(kOne, now).has_value()) << voter;
      now += seconds(1);
    }
    now += seconds(1);
  }
}

TEST(TerminalPaceMemoryTest, TerminalsThatRestedAreForgotten) {
  TerminalPace pace({.per_minute = 60, .burst = 1});
  auto now = TerminalPace::Clock::now();
  for (int i = 0; i < 20'000; ++i) {
    KeyedReference terminal{};
    terminal[0] = static_cast<uint8_t>(i);
    terminal[1] = static_cast<uint8_t>(i >> 8);
    EXPECT_FALSE(pace.Take(terminal, now).has_value());
    now += milliseconds(10);
  }
  EXPECT_LE(pace.terminals(), 4096U);
}

TEST(TerminalPaceOffTest, WithoutALimitNothingIsRefusedOrRemembered) {
  TerminalPace pace({.per_minute = 0, .burst = 1});
  const auto now = TerminalPace::Clock::now();
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(pace.Take(kOne, now).has_value());
  EXPECT_EQ(pace.terminals(), 0U);
}

}  // namespace
}  // namespace taanu
