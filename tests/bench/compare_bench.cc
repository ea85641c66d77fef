// compare_bench: preparation and 1:1 comparison, beside the scalar path and libfprint's own matcher
// in the same run.
//
// The prints (bench_pairs.h) and the distribution of their minutiae are printed first; items are
// preparations or comparisons, on one thread. libfprint needs images and compares synthetic prints,
// which are easier than real ones; non-mated pairs take all fingers in turn, never a favourable
// probe. TAANU_TARGET names a target of Highway other than the best one, such as AVX2.
#include <benchmark/benchmark.h>

#include <hwy/targets.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "matcher/compare/comparator.h"
#include "matcher/compare/kernels.h"
#include "tests/bench/bench_pairs.h"
#include "tests/bench/bench_prints.h"
#include "tests/bench/libfprint_gallery.h"
#include "tests/bench/ratio_reporter.h"
#include "tests/support/kernel_target.h"

namespace taanu::bench {
namespace {

using Pairs = std::vector<std::pair<size_t, size_t>>;

void Prepare(benchmark::State& state, int64_t target) {
  const auto& views = ThePairs().views;
  const test::KernelTargetChoice choice(target);
  size_t next = 0;
  for (auto _ : state) {
    Prepared prepared(views[next]);
    benchmark::DoNotOptimize(prepared);
    next = (next + 1) % views.size();
  }
  state.SetItemsProcessed(state.iterations());
}

void Compare(benchmark::State& state, int64_t target, const Pairs& pairs) {
  const auto& prints = ThePairs().prepared;
  const test::KernelTargetChoice choice(target);
  Comparator comparator;
  size_t next = 0;
  for (auto _ : state) {
    const auto& [probe, reference] = pairs[next];
    benchmark::DoNotOptimize(comparator.Compare(prints[probe], prints[reference]));
    next = (next + 1) % pairs.size();
  }
  state.SetItemsProcessed(state.iterations());
}

// Each on the best target of this processor and on the scalar one, or on one that is named.
void Register(const std::string& ending, int64_t target) {
  const BenchPairs& all = ThePairs();
  const auto add = [&ending](const char* name, auto run) {
    benchmark::RegisterBenchmark((name + ending).c_str(), run)->Unit(benchmark::kMicrosecond);
  };
  add("Prepare", [target](benchmark::State& state) { Prepare(state, target); });
  const auto add_pairs = [&add, target](const char* name, const Pairs& pairs) {
    add(name, [target, &pairs](benchmark::State& state) { Compare(state, target, pairs); });
  };
  add_pairs("CompareMated", all.mated);
  add_pairs("CompareNonMated", all.non_mated);
  add_pairs("CompareMixed", all.mixed);
}

// The prints that libfprint compares below: the second impressions of all other fingers in turn,
// for each probe.
void CompareSyntheticNonMated(benchmark::State& state) {
  const auto& prints = BenchPrints();
  Comparator comparator;
  size_t probe = 0;
  size_t step = 0;
  for (auto _ : state) {
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
BENCHMARK(CompareSyntheticNonMated)->Unit(benchmark::kMicrosecond);

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

// The name and number of the target that is measured beside the scalar one: TAANU_TARGET, such as
// AVX2, or the best of this processor.
int64_t MeasuredTarget() {
  const char* named = std::getenv("TAANU_TARGET");
  for (const int64_t target : compare::KernelTargets()) {
    if (named == nullptr || std::string(hwy::TargetName(target)) == named) return target;
  }
  return 0;
}

int Main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  const int64_t target = MeasuredTarget();
  const int64_t scalar = test::ScalarKernelTarget();
  if (target == 0) {
    std::fprintf(stderr, "compare_bench: this processor has no target TAANU_TARGET\n");
    return 2;
  }
  Register("", target);
  Register("Scalar", scalar);
  benchmark::AddCustomContext("algorithm", std::string(AlgorithmVersion()));
  benchmark::AddCustomContext(
      "target", std::string(hwy::TargetName(target)) + ", beside " + hwy::TargetName(scalar));
  benchmark::AddCustomContext("prints", ThePairs().source);
  benchmark::AddCustomContext("their minutiae", ThePairs().distribution);
  benchmark::AddCustomContext("minutiae of the synthetic prints for libfprint",
                              MinutiaeDistribution());
  RatioReporter reporter(
      {{"preparation, against the scalar path", "PrepareScalar", "Prepare"},
       {"a mated comparison, against the scalar path", "CompareMatedScalar", "CompareMated"},
       {"a non-mated comparison, against the scalar path", "CompareNonMatedScalar",
        "CompareNonMated"},
       {"mated and not in turns, against the scalar path", "CompareMixedScalar", "CompareMixed"},
       {"a non-mated comparison, against libfprint", "LibfprintNonMated",
        "CompareSyntheticNonMated"},
       {"preparation, against a non-mated comparison", "CompareNonMated", "Prepare"}});
  benchmark::RunSpecifiedBenchmarks(&reporter);
  benchmark::Shutdown();
  return 0;
}

}  // namespace
}  // namespace taanu::bench

int main(int argc, char** argv) { return taanu::bench::Main(argc, argv); }
