#include "tests/bench/ratio_reporter.h"

#include <array>
#include <cstdio>
#include <ostream>
#include <utility>

namespace taanu::bench {

RatioReporter::RatioReporter(std::vector<Ratio> ratios)
    : benchmark::ConsoleReporter(OO_Tabular), ratios_(std::move(ratios)) {}

void RatioReporter::ReportRuns(const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    if (run.error_occurred || run.iterations == 0 || run.run_type != Run::RT_Iteration) continue;
    // A benchmark that takes its own time has it as the real time.
    const bool own = !run.run_name.time_type.empty();
    seconds_[run.run_name.function_name] =
        (own ? run.real_accumulated_time : run.cpu_accumulated_time) /
        static_cast<double>(run.iterations);
  }
  ConsoleReporter::ReportRuns(runs);
}

void RatioReporter::Finalize() {
  ConsoleReporter::Finalize();
  for (const Ratio& ratio : ratios_) {
    const auto slow = seconds_.find(ratio.slow);
    const auto fast = seconds_.find(ratio.fast);
    if (slow == seconds_.end() || fast == seconds_.end() || !(fast->second > 0)) continue;
    std::array<char, 256> line{};
    std::snprintf(line.data(), line.size(), "%s: %.1f us against %.1f us, x %.1f\n",
                  ratio.what.c_str(), fast->second * 1e6, slow->second * 1e6,
                  slow->second / fast->second);
    GetOutputStream() << line.data();
  }
}

}  // namespace taanu::bench
