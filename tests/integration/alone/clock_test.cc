// The clock of the precinct's machine jumps: no outcome changes, and each jump is in the log. The
// daemon runs under libfaketime, which gives it the time that a file says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/election.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

using nlohmann::json;

constexpr int64_t kSecondUs = 1'000'000;
constexpr int64_t kDayUs = 86'400 * kSecondUs;
constexpr int kVoters = 6;

std::string Number(int voter) { return std::string("V-").append(std::to_string(voter)); }

// The time that programs started from here on are told, as an offset to the real one.
class FakeClock {
 public:
  FakeClock() {
    Set("+0");
    setenv("LD_PRELOAD", FAKETIME_LIBRARY, 1);
    setenv("FAKETIME_TIMESTAMP_FILE", file().c_str(), 1);
    setenv("FAKETIME_NO_CACHE", "1", 1);
    setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1", 1);
  }
  ~FakeClock() {
    for (const char* name : {"LD_PRELOAD", "FAKETIME_TIMESTAMP_FILE", "FAKETIME_NO_CACHE",
                             "FAKETIME_DONT_FAKE_MONOTONIC", "TZ"}) {
      unsetenv(name);
    }
  }
  FakeClock(const FakeClock&) = delete;
  FakeClock& operator=(const FakeClock&) = delete;

  void Set(const std::string& offset) const {
    // Renamed, so that no reader finds it empty.
    const std::string draft = file() + ".new";
    std::ofstream(draft) << offset << "\n";
    std::filesystem::rename(draft, file());
  }

 private:
  std::string file() const { return (folder_.path() / "time").string(); }
  TempDir folder_;
};

class ClockTest : public testing::Test {
 protected:
  void SetUp() override {
    Client client = election_.Connect();
    OpenPrecinct(client, "P1");
    for (int voter = 0; voter < kVoters; ++voter) {
      v1::EnrollVoterResponse enrolled;
      ASSERT_TRUE(client
                      .Enroll(EnrollRequest(Number(voter), "P1",
                                            {RecordSample(static_cast<uint64_t>(voter) + 1, 1)}),
                              &enrolled)
                      .ok());
    }
  }

  static v1::VerifyVoterRequest Request(int voter) {
    return VerifyRequest(Number(voter), "P1", {RecordSample(static_cast<uint64_t>(voter) + 1, 2)});
  }
  v1::VerifyVoterResponse Send(const v1::VerifyVoterRequest& request) {
    v1::VerifyVoterResponse response;
    const grpc::Status status = election_.Connect().Verify(request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  std::vector<json> Jumps() {
    Client client = election_.Connect();
    std::vector<json> jumps;
    for (const v1::Event& event : AllEvents(client)) {
      json leaf = json::parse(event.leaf());
      if (leaf["type"] == "clock_jumped") jumps.push_back(std::move(leaf));
    }
    return jumps;
  }
  // The watch looks once a second.
  std::vector<json> WaitForJumps(size_t count) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    std::vector<json> jumps = Jumps();
    while (jumps.size() < count && std::chrono::steady_clock::now() < end) jumps = Jumps();
    return jumps;
  }
  static int64_t Distance(const json& jump) {
    return jump["time_us"].get<int64_t>() - jump["expected_us"].get<int64_t>();
  }

  FakeClock clock_;
  Election election_;
};

TEST_F(ClockTest, JumpsChangeNoOutcomeAndEachIsLoggedWithBothTimes) {
  struct Sent {
    v1::VerifyVoterRequest request;
    v1::VerifyVoterResponse answer;
  };
  std::vector<Sent> sent;
  const std::vector<std::pair<std::string, int64_t>> offsets = {
      {"-86400", -kDayUs}, {"+172800", 3 * kDayUs}, {"-1200000000", 0}, {"+1000000000", 0}};
  size_t jumps = 0;
  for (const auto& [offset, distance_us] : offsets) {
    clock_.Set(offset);
    const auto logged = WaitForJumps(++jumps);
    ASSERT_EQ(logged.size(), jumps) << offset;
    EXPECT_EQ(logged.back()["seen"], "running");
    if (distance_us != 0) {
      EXPECT_NEAR(static_cast<double>(Distance(logged.back())), static_cast<double>(distance_us),
                  static_cast<double>(kSecondUs));
    }
    const int voter = static_cast<int>(sent.size());
    const v1::VerifyVoterRequest request = Request(voter);
    sent.push_back({request, Send(request)});
    EXPECT_EQ(sent.back().answer.outcome(), v1::OUTCOME_ACCREDITED);
    EXPECT_EQ(sent.back().answer.accreditation().slip_number(), sent.size());
    // Whoever was accredited, in whatever year, is not accredited again.
    for (int earlier = 0; earlier <= voter; ++earlier) {
      EXPECT_EQ(Send(Request(earlier)).outcome(), v1::OUTCOME_ALREADY_ACCREDITED);
    }
    for (const Sent& first : sent) {
      v1::VerifyVoterResponse again = Send(first.request);
      EXPECT_TRUE(again.replayed());
      again.set_replayed(false);
      EXPECT_EQ(again.SerializeAsString(), first.answer.SerializeAsString());
    }
  }
  // 1988 and 2058 are on the slips as they were on the clock.
  EXPECT_LT(sent[2].answer.decision_time().seconds(), 1'000'000'000);
  EXPECT_GT(sent[3].answer.decision_time().seconds(), 2'500'000'000);

  v1::ClosePollsResponse closed;
  ASSERT_TRUE(election_.Connect().ClosePolls("P1", &closed).ok());
  EXPECT_EQ(closed.precinct().accredited_count(), sent.size());
  clock_.Set("-86400");
  EXPECT_EQ(Send(Request(kVoters - 1)).outcome(), v1::OUTCOME_POLLS_CLOSED)
      << "closed is closed, also on a clock before it";
  EXPECT_THAT(election_.Log(), testing::HasSubstr("clock_jumped"));
}

TEST_F(ClockTest, AClockBehindTheLogIsSeenAtTheStart) {
  const v1::VerifyVoterRequest request = Request(0);
  const v1::VerifyVoterResponse first = Send(request);
  ASSERT_EQ(election_.Stop(), 0);
  clock_.Set("-86400");
  election_.Start();
  const auto jumps = WaitForJumps(1);
  ASSERT_EQ(jumps.size(), 1U);
  EXPECT_EQ(jumps[0]["seen"], "start");
  EXPECT_LT(Distance(jumps[0]), -kDayUs + 600 * kSecondUs);
  EXPECT_EQ(Send(Request(0)).outcome(), v1::OUTCOME_ALREADY_ACCREDITED);
  v1::VerifyVoterResponse again = Send(request);
  again.set_replayed(false);
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
}

TEST_F(ClockTest, ATimeZoneIsNoJumpAndChangesNoSlip) {
  const v1::VerifyVoterRequest request = Request(0);
  const v1::VerifyVoterResponse first = Send(request);
  for (const char* zone : {"Asia/Bishkek", "America/New_York"}) {
    ASSERT_EQ(election_.Stop(), 0);
    setenv("TZ", zone, 1);
    election_.Start();
    v1::VerifyVoterResponse again = Send(request);
    again.set_replayed(false);
    EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
  }
  EXPECT_TRUE(Jumps().empty());
}

}  // namespace
}  // namespace taanu::test
