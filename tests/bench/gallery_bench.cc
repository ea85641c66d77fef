// gallery_bench: the 1:N search, with every figure as a ratio to the scalar path of the same run.
//
// Google Benchmark; `--benchmark_filter=` as usual. The gallery is made up (gallery_prints.h), 40
// minutiae a print on average, and so are the probes, which are drawn as the gallery is.
#include <benchmark/benchmark.h>

#include <hwy/targets.h>
#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "matcher/compare/prepared.h"
#include "matcher/gallery/gallery.h"
#include "matcher/gallery/screen.h"
#include "matcher/gallery/segment.h"
#include "tests/bench/gallery_prints.h"

namespace taanu::bench {
namespace {

using gallery::PackedView;
using gallery::ProbeCode;

constexpr size_t kPrints = 10'000;
constexpr size_t kProbes = 16;

// What all benchmarks use, made once.
struct Prints {
  Prints() {
    PrintMaker maker(100, 1);
    for (size_t k = 0; k < kPrints + kProbes; ++k) views.push_back(maker.Next());
    gallery::SegmentBuilder builder;
    for (size_t k = 0; k < kPrints; ++k) {
      const auto packed = gallery::Pack(views[k]);
      builder.Append({SubjectId(k), 0, 0, {*packed}});
      minutiae += packed->places.size();
    }
    segment = builder.Build();
    for (size_t k = kPrints; k < views.size(); ++k) {
      codes.emplace_back(gallery::Describe(Prepared(views[k]).data()));
    }
  }

  std::vector<FingerView> views;
  std::vector<ProbeCode> codes;  // of the probes, which follow the gallery's prints
  std::shared_ptr<const gallery::Segment> segment;
  size_t minutiae = 0;
};

const Prints& ThePrints() {
  static const Prints prints;
  return prints;
}

double scalar_rate = 0;  // prints a second, of the benchmark that runs first

// Of this thread's processor time, since the machine may be busy with something else.
double SecondsOf(const auto& work) {
  const auto now = [] {
    timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
  };
  const double start = now();
  work();
  return now() - start;
}

// Screens all prints with one probe after another on `target`, or on the scalar reference for 0.
void ScreenAll(benchmark::State& state, int64_t target) {
  const Prints& prints = ThePrints();
  const size_t blocks = prints.segment->block_count();
  std::vector<uint8_t> strengths(blocks * gallery::kBlock);
  hwy::SetSupportedTargetsForTest(target);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  size_t probe = 0;
  double best = 1e9;  // the quickest pass
  for (auto _ : state) {
    const ProbeCode& code = prints.codes[probe++ % kProbes];
    const double seconds = SecondsOf([&] {
      (target == 0 ? gallery::ScreenScalar : gallery::Screen)(prints.segment->block(0), blocks,
                                                              code, strengths.data());
    });
    best = std::min(best, seconds * 40.0 / static_cast<double>(code.descriptors().size()));
    benchmark::DoNotOptimize(strengths.data());
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  const auto done = static_cast<double>(state.iterations() * kPrints);
  state.counters["prints/s"] = benchmark::Counter(done, benchmark::Counter::kIsRate);
  // Of the quickest pass, brought to a probe of 40 minutiae.
  const double rate = static_cast<double>(kPrints) / best;
  state.counters["best_prints/s"] = rate;
  if (target == 0) scalar_rate = rate;
  if (scalar_rate > 0) state.counters["x_scalar"] = rate / scalar_rate;
}

const Gallery& TheGallery(size_t size) {
  static std::map<size_t, std::unique_ptr<Gallery>> galleries;
  std::unique_ptr<Gallery>& gallery = galleries[size];
  if (!gallery) {
    gallery = std::make_unique<Gallery>();
    PrintMaker maker(100, 2);
    std::vector<GallerySubject> subjects;
    for (size_t k = 0; k < size; ++k) {
      subjects.push_back({SubjectId(k),
                          static_cast<uint32_t>(k / 1000),
                          static_cast<uint32_t>(k),
                          {maker.Next()}});
      if (subjects.size() == 4096 || k + 1 == size) {
        if (!gallery->InsertAll(subjects)) std::abort();
        subjects.clear();
      }
    }
  }
  return *gallery;
}

// Whole searches: the share compared in full as it is by default, and the probe's preparation.
void Search(benchmark::State& state) {
  const auto size = static_cast<size_t>(state.range(0));
  const Gallery& gallery = TheGallery(size);
  SearchOptions options;
  options.threads = static_cast<size_t>(state.range(1));
  size_t probe = 0;
  for (auto _ : state) {
    const FingerView& view = ThePrints().views[kPrints + probe++ % kProbes];
    auto result = gallery.Search({&view, 1}, options);
    benchmark::DoNotOptimize(result);
  }
  const auto done = static_cast<double>(state.iterations()) * static_cast<double>(size);
  state.counters["prints/s"] = benchmark::Counter(done, benchmark::Counter::kIsRate);
  const GallerySize total = gallery.size();
  state.counters["bytes/print"] =
      static_cast<double>(total.bytes) / static_cast<double>(total.views);
  state.counters["minutiae/print"] =
      static_cast<double>(total.minutiae) / static_cast<double>(total.views);
}

// One group of a thousand.
void SearchGroup(benchmark::State& state) {
  const Gallery& gallery = TheGallery(static_cast<size_t>(state.range(0)));
  SearchOptions options;
  options.groups = {3};
  const FingerView& view = ThePrints().views[kPrints];
  for (auto _ : state) {
    auto result = gallery.Search({&view, 1}, options);
    benchmark::DoNotOptimize(result);
  }
}

void PackOne(benchmark::State& state) {
  size_t k = 0;
  for (auto _ : state) {
    auto packed = gallery::Pack(ThePrints().views[k++ % kPrints]);
    benchmark::DoNotOptimize(packed);
  }
}

void InsertBatch(benchmark::State& state) {
  std::vector<GallerySubject> subjects;
  for (size_t k = 0; k < kPrints; ++k) {
    subjects.push_back({SubjectId(k), 0, 0, {ThePrints().views[k]}});
  }
  for (auto _ : state) {
    Gallery gallery;
    if (!gallery.InsertAll(subjects)) state.SkipWithError("refused");
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kPrints));
}

// One person replaced in a gallery of some size, with the publication of the new state.
void ReplaceOne(benchmark::State& state) {
  auto& gallery = const_cast<Gallery&>(TheGallery(static_cast<size_t>(state.range(0))));
  size_t k = 0;
  for (auto _ : state) {
    const size_t at = k++ % 1000;
    if (!gallery.Replace({SubjectId(at), 0, 0, {ThePrints().views[at]}})) {
      state.SkipWithError("refused");
    }
  }
}

}  // namespace

void Register() {
  benchmark::RegisterBenchmark("Screen/scalar", ScreenAll, 0)->Unit(benchmark::kMillisecond);
  for (const int64_t target : gallery::ScreenTargets()) {
    const std::string name = std::string("Screen/") + hwy::TargetName(target);
    benchmark::RegisterBenchmark(name.c_str(), ScreenAll, target)->Unit(benchmark::kMillisecond);
  }
  auto* search = benchmark::RegisterBenchmark("Search", Search);
  search->ArgNames({"size", "threads"})->Unit(benchmark::kMillisecond)->UseRealTime();
  for (const int size : {10'000, 100'000}) search->Args({size, 1})->Args({size, 2});
  benchmark::RegisterBenchmark("SearchGroup", SearchGroup)
      ->Arg(100'000)
      ->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("PackOne", PackOne)->Unit(benchmark::kMicrosecond);
  benchmark::RegisterBenchmark("InsertBatch", InsertBatch)->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("ReplaceOne", ReplaceOne)
      ->Arg(10'000)
      ->Arg(100'000)
      ->Unit(benchmark::kMicrosecond);
}

}  // namespace taanu::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  taanu::bench::Register();
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
