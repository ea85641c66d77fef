// More than the daemon takes: who is refused, how, and who is not.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <vector>

#include "tests/support/election.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

// An image of ridge-like noise, large enough that it keeps a worker busy for a while.
v1::FingerSample SlowSample() {
  constexpr uint32_t kSide = 1000;
  v1::FingerSample sample;
  sample.mutable_raw()->set_width(kSide);
  sample.mutable_raw()->set_height(kSide);
  sample.mutable_raw()->set_dpi(500);
  std::string pixels(size_t{kSide} * kSide, '\0');
  for (size_t i = 0; i < pixels.size(); ++i) {
    pixels[i] = static_cast<char>((i / kSide + i % kSide) % 9 < 4 ? 40 : 210);
  }
  sample.mutable_raw()->set_pixels(std::move(pixels));
  return sample;
}

TEST(OverloadTest, AFullQueueIsToldToComeAgainAndVotersAreNotStarvedByEnrolment) {
  Election election({.limits = "worker_threads = 1\nverification_queue_max = 1\n"
                               "enrollment_queue_max = 3\nbulk_window = 2"});
  Client client = election.Connect();
  OpenPrecinct(client, "P1");
  v1::EnrollVoterResponse enrolled;
  ASSERT_TRUE(client.Enroll(EnrollRequest("V-1", "P1", {RecordSample(1, 1)}), &enrolled).ok());

  // One is worked on, one waits, and the rest is refused.
  constexpr int kCalls = 12;
  const auto request = VerifyRequest("V-1", "P1", {SlowSample()});
  std::vector<std::future<grpc::Status>> calls;
  for (int i = 0; i < kCalls; ++i) {
    calls.push_back(std::async(std::launch::async, [&] {
      auto own = request;
      own.set_request_id(NewRequestId());
      v1::VerifyVoterResponse response;
      return client.Verify(own, &response);
    }));
  }
  int served = 0;
  int refused = 0;
  for (auto& call : calls) {
    const grpc::Status status = call.get();
    if (status.ok()) {
      ++served;
      continue;
    }
    ++refused;
    EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << status.error_message();
    EXPECT_EQ(ReasonOf(status), "QUEUE_FULL");
    EXPECT_GT(RetryDelayOf(status), 0);
    EXPECT_LE(RetryDelayOf(status), 5);
  }
  EXPECT_GE(served, 1);
  EXPECT_GE(refused, 1);

  // A flood of enrolments fills its own queue, and a voter is still served.
  std::vector<std::future<grpc::Status>> flood;
  for (int i = 0; i < kCalls; ++i) {
    flood.push_back(std::async(std::launch::async, [&, i] {
      v1::EnrollVoterResponse response;
      return client.Enroll(EnrollRequest("F-" + std::to_string(i), "P1", {SlowSample()}),
                           &response);
    }));
  }
  v1::VerifyVoterResponse response;
  const grpc::Status voter =
      client.Verify(VerifyRequest("V-1", "P1", {RecordSample(1, 2)}), &response);
  EXPECT_TRUE(voter.ok()) << voter.error_message();
  for (auto& call : flood) {
    const grpc::Status status = call.get();
    EXPECT_TRUE(status.ok() || ReasonOf(status) == "QUEUE_FULL") << status.error_message();
  }
}

TEST(OverloadTest, ABulkLoadForWhichThereIsNoWindowIsRefusedAsAWhole) {
  Election election({.limits = "enrollment_queue_max = 3\nbulk_window = 2"});
  Client client = election.Connect();
  grpc::ClientContext first_context;
  const auto first = client.enrollment().BulkEnroll(&first_context);
  // The answer to an item shows that the first load has its window.
  v1::BulkEnrollRequest item;
  ASSERT_TRUE(first->Write(item));
  v1::BulkEnrollResponse response;
  ASSERT_TRUE(first->Read(&response));

  grpc::ClientContext second_context;
  const auto second = client.enrollment().BulkEnroll(&second_context);
  const grpc::Status refused = second->Finish();
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonOf(refused), "QUEUE_FULL");
  EXPECT_GT(RetryDelayOf(refused), 0);

  first->WritesDone();
  EXPECT_FALSE(first->Read(&response));
  EXPECT_TRUE(first->Finish().ok());
}

TEST(OverloadTest, ACallThatWasGivenUpBeforeItWasBegunLeavesNoTrace) {
  Election election({.limits = "worker_threads = 1"});
  Client client = election.Connect();
  OpenPrecinct(client, "P1");

  // Calls that keep the only worker for long: when one of them is done, the others are in the
  // queue, and a call that comes now is behind them when its deadline passes.
  constexpr int kBusy = 6;
  std::promise<void> one_done;
  std::atomic<int> done = 0;
  std::vector<std::future<grpc::Status>> busy;
  for (int i = 0; i < kBusy; ++i) {
    busy.push_back(std::async(std::launch::async, [&] {
      v1::VerifyVoterResponse response;
      const grpc::Status status = client.Verify(
          VerifyRequest("V-1", "P1", {SlowSample(), SlowSample(), SlowSample(), SlowSample()}),
          &response);
      if (++done == 1) one_done.set_value();
      return status;
    }));
  }
  one_done.get_future().wait();
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(50));
  v1::VerifyVoterResponse response;
  const auto stub = v1::VerificationService::NewStub(client.channel());
  EXPECT_EQ(stub->VerifyVoter(&context, VerifyRequest("V-2", "P1", {RecordSample(1, 2)}), &response)
                .error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);
  for (auto& call : busy) EXPECT_TRUE(call.get().ok());
  EXPECT_EQ(election.Stop(), 0);
  election.Start();
  Client again = election.Connect();
  int attempts = 0;
  for (const v1::Event& event : AllEvents(again)) {
    attempts += event.leaf().find("\"type\":\"attempt\"") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(attempts, kBusy) << "the busy calls alone";
}

}  // namespace
}  // namespace taanu::test
