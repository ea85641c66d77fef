// compare_bench: preparation and 1:1 comparison, beside libfprint's own matcher in the same run.
//
// The prints and the distribution of their minutiae are printed first. They are synthetic, and so
// easier than real ones; non-mated pairs take all fingers in turn, never a favourable probe.
#include <benchmark/benchmark.h>

#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "matcher/compare/comparator.h"
#include "tests/bench/bench_prints.h"
#include "tests/bench/libfprint_gallery.h"
#include "tests/bench/ratio_reporter.h"

namespace taanu::bench {
namespace {

void Prepare(benchmark::State& state) {
  const auto& prints = BenchPrints();
  size_t next = 0;
  for (auto _ : state) {
    Prepared prepared(prints[next].view);
    benchmark::DoNotOptimize(prepared);
    next = (next + 1) % prints.size();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(Prepare)->Unit(benchmark::kMicrosecond);

void CompareMated(benchmark::State& state) {
  const auto& prints = BenchPrints();
  Comparator comparator;
  size_t finger = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        comparator.Compare(prints[2 * finger].prepared, prints[2 * finger + 1].prepared));
    finger = (finger + 1) % kFingers;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(CompareMated)->Unit(benchmark::kMicrosecond);

void CompareNonMated(benchmark::State& state) {
  const auto& prints = BenchPrints();
  Comparator comparator;
  size_t probe = 0;
  size_t step = 0;
  for (auto _ : state) {
    // The second impressions of all other fingers in turn, for each probe.
    const size_t other = (probe + 1 + step) % kFingers;
    benchmark::DoNotOptimize(
        comparator.Compare(prints[2 * probe].prepared, prints[2 * other + 1].prepared));
    if (++step == kFingers - 1) {
      step = 0;
      probe = (probe + 1) % kFingers;
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(CompareNonMated)->Unit(benchmark::kMicrosecond);

// One probe against the second impressions of all other fingers, in memory.
std::vector<size_t> NonMatesOf(size_t finger, size_t rounds) {
  std::vector<size_t> places;
  for (size_t r = 0; r < rounds; ++r) {
    for (size_t other = 0; other < kFingers; ++other) {
      if (other != finger) places.push_back(other);
    }
  }
  return places;
}

// A gallery of the second impression of each finger, in which each first impression must be found:
// otherwise the minutiae were not given to libfprint as it means them.
Result<std::unique_ptr<LibfprintMatcher>> OpenChecked(std::string* remarks) {
  TAANU_ASSIGN_OR_RETURN(auto matcher, LibfprintMatcher::Open());
  const auto& prints = BenchPrints();
  for (size_t finger = 0; finger < kFingers; ++finger) {
    TAANU_ASSIGN_OR_RETURN([[maybe_unused]] const size_t place,
                           matcher->Add(prints[2 * finger + 1].view));
  }
  std::vector<size_t> all(kFingers);
  std::iota(all.begin(), all.end(), size_t{0});
  constexpr int kChecked = 12;
  int found = 0;
  std::vector<size_t> probe_minutiae;
  for (int finger = 0; finger < kChecked; ++finger) {
    TAANU_ASSIGN_OR_RETURN(const LibfprintMatcher::Identified identified,
                           matcher->Identify(prints[2 * static_cast<size_t>(finger)].image, all));
    if (identified.match == finger) ++found;
    probe_minutiae.push_back(identified.probe_minutiae);
  }
  if (found < kChecked / 2) {
    return Fail(ErrorCode::kInternal, "LIBFPRINT_FINDS_NOTHING",
                "libfprint found only " + std::to_string(found) + " of " +
                    std::to_string(kChecked) + " mates");
  }
  *remarks = "it found " + std::to_string(found) + " of " + std::to_string(kChecked) +
             " mates; its minutiae of the probes: " + Distribution(std::move(probe_minutiae));
  return matcher;
}

void LibfprintNonMated(benchmark::State& state) {
  std::string remarks;
  const auto matcher = OpenChecked(&remarks);
  if (!matcher) {
    state.SkipWithError(matcher.error().message.c_str());
    return;
  }
  constexpr size_t kRounds = 20;
  size_t finger = 0;
  size_t comparisons = 0;
  for (auto _ : state) {
    // A false match would end the search early, and says nothing of the time: the next probe then.
    bool measured = false;
    for (int attempt = 0; attempt < kFingers && !measured; ++attempt) {
      const auto& image = BenchPrints()[2 * finger].image;
      const auto few = NonMatesOf(finger, 1);
      const auto many = NonMatesOf(finger, 1 + kRounds);
      finger = (finger + 1) % kFingers;
      const auto quick = (*matcher)->Identify(image, few);
      const auto slow = (*matcher)->Identify(image, many);
      if (!quick || !slow) {
        state.SkipWithError((quick ? slow : quick).error().message.c_str());
        return;
      }
      measured = quick->match < 0 && slow->match < 0;
      const size_t more = many.size() - few.size();
      state.SetIterationTime((slow->cpu_seconds - quick->cpu_seconds) / static_cast<double>(more));
      if (measured) comparisons += more;
    }
    if (!measured) {
      state.SkipWithError("every probe matches another finger");
      return;
    }
  }
  state.counters["comparisons"] = static_cast<double>(comparisons);
  state.SetLabel(remarks);
}
BENCHMARK(LibfprintNonMated)->Unit(benchmark::kMicrosecond)->UseManualTime()->Iterations(12);

}  // namespace
}  // namespace taanu::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::AddCustomContext("minutiae of the synthetic prints",
                              taanu::bench::MinutiaeDistribution());
  benchmark::AddCustomContext("algorithm", std::string(taanu::AlgorithmVersion()));
  taanu::bench::RatioReporter reporter(
      {{"a non-mated comparison, against libfprint", "LibfprintNonMated", "CompareNonMated"},
       {"preparation, against a non-mated comparison", "CompareNonMated", "Prepare"}});
  benchmark::RunSpecifiedBenchmarks(&reporter);
  benchmark::Shutdown();
  return 0;
}
