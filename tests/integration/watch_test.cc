// What a terminal does too fast, or too often with one finger, over TLS: who is told to wait, and
// what the auditors read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/election.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

constexpr auto kIndex = v1::FINGER_POSITION_RIGHT_INDEX;

class WatchTest : public testing::Test {
 protected:
  WatchTest() {
    OpenPrecinct(office_, "P1");
    for (uint64_t k = 1; k <= 4; ++k) {
      v1::EnrollVoterResponse response;
      EXPECT_TRUE(
          office_
              .Enroll(EnrollRequest("V-" + std::to_string(k), "P1", {RecordSample(k, 1, kIndex)}),
                      &response)
              .ok());
    }
  }

  static grpc::Status Try(Client& client, const std::string& number, uint64_t finger,
                          uint64_t impression) {
    v1::VerifyVoterResponse response;
    return client.Verify(VerifyRequest(number, "P1", {RecordSample(finger, impression, kIndex)}),
                         &response);
  }
  int CountInLog(const std::string& text) {
    int count = 0;
    for (const v1::Event& event : AllEvents(office_)) {
      count += event.leaf().find(text) != std::string::npos ? 1 : 0;
    }
    return count;
  }

  // One attempt a minute, so that the bucket does not fill while the test runs.
  Election election_{
      {.tls = true, .limits = "terminal_attempts_per_minute = 1\nterminal_attempts_burst = 5"}};
  Client office_ = election_.Connect();
};

TEST_F(WatchTest, ATerminalThatIsTooFastIsToldToWaitAndIsInTheLogOnce) {
  Client terminal = election_.ConnectTls(election_.Issue("terminal", "t-1", "P1"));
  for (uint64_t k = 0; k < 5; ++k) EXPECT_TRUE(Try(terminal, "V-1", 50 + k, 1).ok());
  for (uint64_t k = 0; k < 3; ++k) {
    const grpc::Status refused = Try(terminal, "V-1", 1, 2 + k);
    EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
    EXPECT_EQ(ReasonOf(refused), "TERMINAL_TOO_FAST");
    EXPECT_GT(RetryDelayOf(refused), 1);
    EXPECT_LE(RetryDelayOf(refused), 60);
  }
  // Another terminal and the Unix socket go on.
  Client other = election_.ConnectTls(election_.Issue("terminal", "t-2", "P1"));
  EXPECT_TRUE(Try(other, "V-1", 60, 1).ok());
  EXPECT_TRUE(Try(office_, "V-1", 61, 1).ok());
  // What was answered after the entry was queued was written after it.
  EXPECT_EQ(CountInLog("\"type\":\"terminal_too_fast\""), 1);
  EXPECT_EQ(CountInLog("\"type\":\"attempt\""), 7);
  v1::IdentifyVoterResponse identified;
  EXPECT_EQ(
      ReasonOf(terminal.Identify(IdentifyRequest("P1", {RecordSample(1, 9, kIndex)}), &identified)),
      "TERMINAL_TOO_FAST");
}

TEST_F(WatchTest, OneFingerUnderThreeNumbersIsInTheLogAndThoseOfAQueueAreNot) {
  // Four people fail, each with a finger of their own and one of them twice.
  for (uint64_t k = 1; k <= 4; ++k) {
    EXPECT_TRUE(Try(office_, "V-" + std::to_string(k), 70 + k, 1).ok());
  }
  EXPECT_TRUE(Try(office_, "V-4", 74, 2).ok());
  EXPECT_EQ(CountInLog("suspicious_attempts"), 0);
  EXPECT_TRUE(Try(office_, "V-1", 99, 1).ok());
  EXPECT_TRUE(Try(office_, "V-2", 99, 2).ok());
  EXPECT_EQ(CountInLog("suspicious_attempts"), 0);
  EXPECT_TRUE(Try(office_, "V-3", 99, 3).ok());
  EXPECT_EQ(CountInLog("\"identities\":3"), 1);
  // The last one of a log names the attempts and no voter.
  const std::string leaf = AllEvents(office_).back().leaf();
  EXPECT_THAT(leaf, testing::HasSubstr("\"type\":\"suspicious_attempts\""));
  EXPECT_THAT(leaf, testing::Not(testing::HasSubstr("\"voter\"")));
}

}  // namespace
}  // namespace taanu::test
