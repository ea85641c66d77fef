#include "service/terminal/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace taanu::terminal {
namespace {

class AccessTest : public testing::Test {
 protected:
  std::string Token() const { return urls_.back().substr(urls_.back().find('=') + 1); }
  // As a browser sends back what it was given.
  static std::string Sent(const std::string& set_cookie) {
    return set_cookie.substr(0, set_cookie.find(';'));
  }

  std::vector<std::string> urls_;
  Access access_{7412, [this](const std::string& url) { urls_.push_back(url); }};
};

TEST_F(AccessTest, TheTokenIsGoodOnceAndAFreshOneTakesItsPlace) {
  ASSERT_EQ(urls_.size(), 1U);
  EXPECT_THAT(urls_[0], testing::StartsWith("http://127.0.0.1:7412/start?token="));
  const std::string token = Token();
  EXPECT_EQ(token.size(), 64U);
  const auto cookie = access_.Exchange(token);
  ASSERT_TRUE(cookie);
  EXPECT_THAT(*cookie, testing::HasSubstr("HttpOnly"));
  EXPECT_THAT(*cookie, testing::HasSubstr("SameSite=Strict"));
  EXPECT_EQ(cookie->find(token), std::string::npos);
  EXPECT_FALSE(access_.Exchange(token));
  ASSERT_EQ(urls_.size(), 2U);
  EXPECT_NE(Token(), token);
}

TEST_F(AccessTest, AWrongTokenGetsNothing) {
  const std::string token = Token();
  EXPECT_FALSE(access_.Exchange(""));
  EXPECT_FALSE(access_.Exchange(token.substr(1)));
  EXPECT_FALSE(access_.Exchange(token + "0"));
  std::string other = token;
  other[0] = other[0] == '0' ? '1' : '0';
  EXPECT_FALSE(access_.Exchange(other));
  EXPECT_EQ(urls_.size(), 1U);
  EXPECT_FALSE(access_.SessionOf("taanu_terminal_7412="));
  EXPECT_FALSE(access_.SessionOf(""));
}

TEST_F(AccessTest, TheLatestSessionAloneIsInCharge) {
  const std::string first = Sent(access_.Exchange(Token()).value());
  EXPECT_EQ(access_.SessionOf(first), 1U);
  EXPECT_EQ(access_.SessionOf("a=b; " + first + "; c=d"), 1U);
  const std::string second = Sent(access_.Exchange(Token()).value());
  EXPECT_FALSE(access_.SessionOf(first));
  EXPECT_EQ(access_.SessionOf(second), 2U);
  EXPECT_FALSE(access_.SessionOf("x" + second));
  EXPECT_FALSE(access_.SessionOf(second + "0"));
}

TEST_F(AccessTest, OnlyTheNamesOfLoopbackAreThisServer) {
  EXPECT_TRUE(access_.IsOwnHost("127.0.0.1:7412"));
  EXPECT_TRUE(access_.IsOwnHost("localhost:7412"));
  for (const char* host : {"", "127.0.0.1", "127.0.0.1:80", "evil.example:7412", "127.0.0.1:74121",
                           "127.0.0.1:7412.evil.example", "LOCALHOST:7412"}) {
    EXPECT_FALSE(access_.IsOwnHost(host)) << host;
  }
  EXPECT_TRUE(access_.IsOwnOrigin("http://127.0.0.1:7412"));
  for (const char* origin : {"", "null", "https://127.0.0.1:7412", "http://127.0.0.1:7412/",
                             "http://evil.example", "http://127.0.0.1:7413"}) {
    EXPECT_FALSE(access_.IsOwnOrigin(origin)) << origin;
  }
}

}  // namespace
}  // namespace taanu::terminal
