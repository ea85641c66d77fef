// gallery_bench: the 1:N search, with every figure as a ratio to the scalar path and to libfprint's
// own matcher in the same run.
//
// Google Benchmark; `--benchmark_filter=` as usual; `--avx2` uses nothing above AVX2. The gallery
// is made up (gallery_prints.h), 40 minutiae a print on average, and so are the probes, which are
// drawn as the gallery is.
#include <benchmark/benchmark.h>

#include <hwy/targets.h>
#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "matcher/compare/prepared.h"
#include "matcher/gallery/gallery.h"
#include "matcher/gallery/screen.h"
#include "matcher/gallery/segment.h"
#include "tests/bench/bench_prints.h"
#include "tests/bench/gallery_prints.h"
#include "tests/bench/libfprint_gallery.h"

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
      codes.emplace_back(gallery::DescribeProbe(Prepared(views[k]).data()));
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

// Prints a second, of the benchmarks that run first.
double scalar_rate = 0;
double libfprint_rate = 0;

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
  if (libfprint_rate > 0) state.counters["x_libfprint"] = rate / libfprint_rate;
}

const Gallery& TheGallery(size_t size, GalleryKind kind) {
  static std::map<std::pair<size_t, GalleryKind>, std::unique_ptr<Gallery>> galleries;
  std::unique_ptr<Gallery>& gallery = galleries[{size, kind}];
  if (!gallery) {
    gallery = std::make_unique<Gallery>(kind);
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

// Whole searches with the probe's preparation, and what is compared in full as it is by default.
void Search(benchmark::State& state, SearchMode mode) {
  const auto size = static_cast<size_t>(state.range(0));
  const bool indexed = mode == SearchMode::kIndexed;
  const Gallery& gallery = TheGallery(size, indexed ? GalleryKind::kIndexed : GalleryKind::kPlain);
  SearchOptions options;
  options.mode = mode;
  options.threads = static_cast<size_t>(state.range(1));
  size_t probe = 0;
  double best = 1e9;
  for (auto _ : state) {
    const FingerView& view = ThePrints().views[kPrints + probe++ % kProbes];
    const double seconds = SecondsOf([&] {
      auto result = gallery.Search({&view, 1}, options);
      benchmark::DoNotOptimize(result);
    });
    best = std::min(best, seconds * 40.0 / static_cast<double>(view.minutiae.size()));
  }
  const auto done = static_cast<double>(state.iterations()) * static_cast<double>(size);
  state.counters["prints/s"] = benchmark::Counter(done, benchmark::Counter::kIsRate);
  // Of the caller's thread in the quickest search, brought to a probe of 40 minutiae.
  if (options.threads == 1) {
    const double rate = static_cast<double>(size) / best;
    state.counters["best_prints/s"] = rate;
    if (scalar_rate > 0) state.counters["x_scalar"] = rate / scalar_rate;
    if (libfprint_rate > 0) state.counters["x_libfprint"] = rate / libfprint_rate;
  }
  const GallerySize total = gallery.size();
  state.counters["bytes/print"] =
      static_cast<double>(total.bytes) / static_cast<double>(total.views);
  state.counters["minutiae/print"] =
      static_cast<double>(total.minutiae) / static_cast<double>(total.views);
}

// One group of a thousand.
void SearchGroup(benchmark::State& state) {
  const Gallery& gallery = TheGallery(static_cast<size_t>(state.range(0)), GalleryKind::kPlain);
  SearchOptions options;
  options.groups = {3};
  const FingerView& view = ThePrints().views[kPrints];
  for (auto _ : state) {
    auto result = gallery.Search({&view, 1}, options);
    benchmark::DoNotOptimize(result);
  }
}

// libfprint's own matcher over its own gallery of 48 prints, and then of 20 times as many: the time
// of a comparison is the slope, so that its capture and extraction drop out.
void LibfprintIdentify(benchmark::State& state) {
  const auto& prints = BenchPrints();
  auto matcher = LibfprintMatcher::Open();
  for (size_t k = 0; matcher && k < kFingers; ++k) {
    if (!(*matcher)->Add(prints[2 * k + 1].view)) {
      state.SkipWithError("libfprint refuses a print");
      return;
    }
  }
  if (!matcher) {
    state.SkipWithError(matcher.error().message.c_str());
    return;
  }
  constexpr size_t kRounds = 20;
  double seconds = 0;
  double comparisons = 0;
  size_t finger = 0;
  for (auto _ : state) {
    std::vector<size_t> few;
    for (size_t other = 0; other < kFingers; ++other) {
      if (other != finger) few.push_back(other);
    }
    std::vector<size_t> many;
    for (size_t r = 0; r <= kRounds; ++r) many.insert(many.end(), few.begin(), few.end());
    const auto& image = prints[2 * finger].image;
    finger = (finger + 1) % kFingers;
    const auto quick = (*matcher)->Identify(image, few);
    const auto slow = (*matcher)->Identify(image, many);
    // A false match ends a search early, and says nothing of the time.
    if (!quick || !slow || quick->match >= 0 || slow->match >= 0) continue;
    seconds += slow->cpu_seconds - quick->cpu_seconds;
    comparisons += static_cast<double>(many.size() - few.size());
  }
  if (comparisons == 0) {
    state.SkipWithError("every probe matches another finger");
    return;
  }
  libfprint_rate = comparisons / seconds;
  state.counters["best_prints/s"] = libfprint_rate;
}

void PackOne(benchmark::State& state) {
  size_t k = 0;
  for (auto _ : state) {
    auto packed = gallery::Pack(ThePrints().views[k++ % kPrints]);
    benchmark::DoNotOptimize(packed);
  }
}

void InsertBatch(benchmark::State& state, GalleryKind kind) {
  std::vector<GallerySubject> subjects;
  for (size_t k = 0; k < kPrints; ++k) {
    subjects.push_back({SubjectId(k), 0, 0, {ThePrints().views[k]}});
  }
  for (auto _ : state) {
    Gallery gallery(kind);
    if (!gallery.InsertAll(subjects)) state.SkipWithError("refused");
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kPrints));
}

// One person replaced in a gallery of some size, with the publication of the new state.
void ReplaceOne(benchmark::State& state) {
  auto& gallery =
      const_cast<Gallery&>(TheGallery(static_cast<size_t>(state.range(0)), GalleryKind::kPlain));
  size_t k = 0;
  for (auto _ : state) {
    const size_t at = k++ % 1000;
    if (!gallery.Replace({SubjectId(at), 0, 0, {ThePrints().views[at]}})) {
      state.SkipWithError("refused");
    }
  }
}

}  // namespace

std::string GalleryMinutiae() {
  std::vector<size_t> counts;
  for (const FingerView& view : ThePrints().views) counts.push_back(view.minutiae.size());
  return Distribution(std::move(counts));
}

void Register() {
  benchmark::RegisterBenchmark("Libfprint", LibfprintIdentify)
      ->Unit(benchmark::kMillisecond)
      ->Iterations(12);
  benchmark::RegisterBenchmark("Screen/scalar", ScreenAll, 0)->Unit(benchmark::kMillisecond);
  for (const int64_t target : gallery::ScreenTargets()) {
    const std::string name = std::string("Screen/") + hwy::TargetName(target);
    benchmark::RegisterBenchmark(name.c_str(), ScreenAll, target)->Unit(benchmark::kMillisecond);
  }
  for (const auto& [name, mode] : {std::pair{"Exhaustive", SearchMode::kExhaustive},
                                   std::pair{"Indexed", SearchMode::kIndexed}}) {
    auto* search = benchmark::RegisterBenchmark(name, Search, mode);
    search->ArgNames({"size", "threads"})->Unit(benchmark::kMillisecond)->UseRealTime();
    for (const int size : {10'000, 100'000, 1'000'000}) search->Args({size, 1})->Args({size, 2});
  }
  benchmark::RegisterBenchmark("SearchGroup", SearchGroup)
      ->Arg(100'000)
      ->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("PackOne", PackOne)->Unit(benchmark::kMicrosecond);
  benchmark::RegisterBenchmark("InsertBatch/plain", InsertBatch, GalleryKind::kPlain)
      ->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("InsertBatch/indexed", InsertBatch, GalleryKind::kIndexed)
      ->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("ReplaceOne", ReplaceOne)
      ->Arg(10'000)
      ->Arg(100'000)
      ->Unit(benchmark::kMicrosecond);
}

}  // namespace taanu::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc == 2 && std::string(argv[1]) == "--avx2") {
    hwy::DisableTargets(HWY_AVX3 | HWY_AVX3_DL);
    argc = 1;
  }
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  taanu::bench::Register();
  benchmark::AddCustomContext("minutiae of the gallery's prints", taanu::bench::GalleryMinutiae());
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
