// Drives VerifyVoter against a daemon: a number of calls on their way at a time, or a given rate.
//
// Thread-safety: a LoadRun belongs to one thread; answers are counted on gRPC's.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tests/support/client.h"

namespace taanu::test {

struct LoadTally {
  uint64_t answered = 0;                     // calls that were accepted
  std::map<v1::Outcome, uint64_t> outcomes;  // of them
  uint64_t refused = 0;                      // RESOURCE_EXHAUSTED with RetryInfo
  uint64_t failed = 0;                       // anything else
  std::string first_failure;
  std::vector<double> answer_ms;
  std::vector<double> refusal_ms;
  double seconds = 0;

  // `share` of 0.5 is the median; 0 where there are none.
  static double Percentile(std::vector<double> values, double share);
};

class LoadRun {
 public:
  // Gives the request of call `n`.
  using Request = std::function<v1::VerifyVoterRequest(uint64_t n)>;

  // `connections` to the daemon, among which calls are shared out.
  LoadRun(std::vector<std::shared_ptr<grpc::Channel>> connections, Request request);
  // Waits for every answer.
  ~LoadRun();

  // Makes `calls` calls with `window` on their way at a time.
  LoadTally Closed(uint64_t calls, size_t window);
  // Makes calls at `rate` a second, whatever becomes of them.
  LoadTally Open(double rate, std::chrono::seconds time);

 private:
  struct Call;
  void Send(uint64_t n);
  void Done(Call* call, const grpc::Status& status);
  void Wait(size_t on_their_way_max);

  std::vector<std::unique_ptr<v1::VerificationService::Stub>> stubs_;
  const Request request_;
  std::mutex mutex_;  // over the two below
  LoadTally tally_;
  size_t on_their_way_ = 0;
  std::condition_variable answered_;
};

}  // namespace taanu::test
