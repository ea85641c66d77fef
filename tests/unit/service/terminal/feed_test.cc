#include "service/terminal/feed.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace taanu::terminal {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kLong{60'000};

TEST(FeedTest, WhoeverComesLaterGetsTheLatestScreenAtOnce) {
  Feed feed;
  EXPECT_FALSE(feed.Next(0, milliseconds(0)));
  feed.Publish("a");
  feed.Publish("b");
  const auto screen = feed.Next(0, kLong);
  ASSERT_TRUE(screen);
  EXPECT_EQ(screen->json, "b");
  EXPECT_FALSE(feed.Next(screen->number, milliseconds(0)));
  // What everybody has already is not sent again.
  feed.Publish("b");
  EXPECT_FALSE(feed.Next(screen->number, milliseconds(0)));
}

TEST(FeedTest, AWaitEndsWithANewScreenAWakeOrTheEnd) {
  Feed feed;
  {
    std::jthread publisher([&] { feed.Publish("a"); });
    EXPECT_EQ(feed.Next(0, kLong)->json, "a");
  }
  std::jthread ender([&] { feed.End(); });
  EXPECT_FALSE(feed.Next(1, kLong));
  EXPECT_TRUE(feed.ended());
  EXPECT_FALSE(feed.Next(0, kLong));
}

}  // namespace
}  // namespace taanu::terminal
