// extract_bench: milliseconds from an image to its minutiae, beside libfprint's own detection on
// the same images in the same run.
//
//   extract_bench [FOLDER] [DPI]
//
// takes every image of the folder (such as a set of the Fingerprint Verification Competitions) in
// turn; without a folder, impressions of synthetic fingers.
#include <benchmark/benchmark.h>
#include <fprint.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "enroll/capture/glib_handles.h"
#include "enroll/extract/extractor.h"
#include "enroll/image/image.h"
#include "enroll/synth/synth.h"
#include "tests/bench/ratio_reporter.h"

namespace taanu::bench {
namespace {

namespace fs = std::filesystem;
using capture::GErrorPtr;
using capture::GObjectPtr;

std::vector<GrayImage>& Images() {
  static std::vector<GrayImage> images;
  return images;
}

bool ReadFolder(const fs::path& folder, double dpi) {
  std::vector<fs::path> paths;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  for (const fs::path& path : paths) {
    std::ifstream in(path, std::ios::binary);
    const std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(in), {}};
    if (auto image = DecodeImage(bytes, dpi)) Images().push_back(std::move(*image));
  }
  return !Images().empty();
}

void MakeSynthetic() {
  constexpr uint64_t kFingers = 16;
  for (uint64_t finger = 0; finger < kFingers; ++finger) {
    Images().push_back(SyntheticFinger(finger).Impression(0));
  }
}

// `times` copies side by side and one above the other.
GrayImage Tile(const GrayImage& image, int times) {
  GrayImage tiled{image.width * times, image.height * times, image.dpi, {}};
  for (int y = 0; y < tiled.height; ++y) {
    const auto row = image.pixels.begin() + ptrdiff_t{y % image.height} * image.width;
    for (int t = 0; t < times; ++t) {
      tiled.pixels.insert(tiled.pixels.end(), row, row + image.width);
    }
  }
  return tiled;
}

void RunExtract(benchmark::State& state, const std::vector<GrayImage>& images) {
  size_t next = 0;
  double pixels = 0;
  for (auto _ : state) {
    const GrayImage& image = images[next];
    benchmark::DoNotOptimize(Extract(image));
    pixels += static_cast<double>(image.pixels.size());
    next = (next + 1) % images.size();
  }
  state.counters["pixels/s"] = benchmark::Counter(pixels, benchmark::Counter::kIsRate);
}

void OurExtraction(benchmark::State& state) { RunExtract(state, Images()); }
BENCHMARK(OurExtraction)->Unit(benchmark::kMillisecond);

// Four times the pixels should take four times as long.
void OurExtractionOfFourTimesThePixels(benchmark::State& state) {
  std::vector<GrayImage> tiled;
  for (size_t i = 0; i < Images().size() && i < 16; ++i) tiled.push_back(Tile(Images()[i], 2));
  RunExtract(state, tiled);
}
BENCHMARK(OurExtractionOfFourTimesThePixels)->Unit(benchmark::kMillisecond);

double CpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Detection {
  bool done = false;
  bool found = false;
};

// libfprint's public detection works on a thread of its own, and tells when it is done.
Detection Detect(const GrayImage& image) {
  const GObjectPtr<FpImage> print(fp_image_new(image.width, image.height));
  gsize size = 0;
  // Nothing public fills an image, but its pixels are there.
  auto* pixels = const_cast<guchar*>(fp_image_get_data(print.get(), &size));
  std::memcpy(pixels, image.pixels.data(), std::min(size, image.pixels.size()));
  Detection detection;
  fp_image_detect_minutiae(
      print.get(), nullptr,
      [](GObject* source, GAsyncResult* result, gpointer user) {
        auto* out = static_cast<Detection*>(user);
        GError* error = nullptr;
        out->found = fp_image_detect_minutiae_finish(FP_IMAGE(source), result, &error) != FALSE;
        const GErrorPtr owned(error);
        out->done = true;
      },
      &detection);
  while (!detection.done) g_main_context_iteration(nullptr, TRUE);
  return detection;
}

void LibfprintDetection(benchmark::State& state) {
  size_t next = 0;
  size_t found = 0;
  for (auto _ : state) {
    const double start = CpuSeconds();
    found += Detect(Images()[next]).found ? 1 : 0;
    state.SetIterationTime(CpuSeconds() - start);
    next = (next + 1) % Images().size();
  }
  if (found == 0) state.SkipWithError("libfprint finds no minutiae in any image");
}
BENCHMARK(LibfprintDetection)->Unit(benchmark::kMillisecond)->UseManualTime();

}  // namespace
}  // namespace taanu::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc > 3) return 1;
  if (argc < 2) {
    taanu::bench::MakeSynthetic();
  } else if (!taanu::bench::ReadFolder(argv[1], argc > 2 ? std::atof(argv[2]) : 500)) {
    std::fprintf(stderr, "%s: holds no image\n", argv[1]);
    return 1;
  }
  const auto& first = taanu::bench::Images().front();
  benchmark::AddCustomContext("images", std::to_string(taanu::bench::Images().size()) + " of " +
                                            std::to_string(first.width) + "x" +
                                            std::to_string(first.height));
  benchmark::AddCustomContext("extractor", std::string(taanu::ExtractorVersion()));
  taanu::bench::RatioReporter reporter(
      {{"an image, against libfprint", "LibfprintDetection", "OurExtraction"},
       {"an image, against one of four times the pixels", "OurExtractionOfFourTimesThePixels",
        "OurExtraction"}});
  benchmark::RunSpecifiedBenchmarks(&reporter);
  benchmark::Shutdown();
  return 0;
}
