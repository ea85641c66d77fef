// Prints, after the benchmarks, how their times stand to each other in the same run. Times are of
// the processor, so that other work on the machine counts little.
//
// Not thread-safe: Google Benchmark reports from one thread.
#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

namespace taanu::bench {

// Shown as "`what`: 20.1 us against 310.2 us, x 15.4": the time of `fast`, that of `slow`, and how
// many times as long the latter takes. Both are names of benchmarks.
struct Ratio {
  std::string what;
  std::string slow;
  std::string fast;
};

class RatioReporter : public benchmark::ConsoleReporter {
 public:
  explicit RatioReporter(std::vector<Ratio> ratios);

  void ReportRuns(const std::vector<Run>& runs) override;
  void Finalize() override;

 private:
  std::vector<Ratio> ratios_;
  std::map<std::string, double> seconds_;  // of one iteration, by the benchmark's name
};

}  // namespace taanu::bench
