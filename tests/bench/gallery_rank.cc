// gallery_rank: how often the mate of a real print is found first among many, by a screened search
// and by comparing everything in full.
//
// Templates are read from folders in FVC naming. Impression 1 of each finger is hidden among
// made-up prints (gallery_prints.h); the impressions named are the probes.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "matcher/codec/codec.h"
#include "matcher/gallery/gallery.h"
#include "matcher/gallery/screen.h"
#include "tests/bench/gallery_prints.h"

namespace taanu::bench {
namespace {

struct RealPrint {
  uint64_t finger = 0;
  int impression = 0;
  FingerView view;
};

std::vector<RealPrint> ReadPrints(const std::string& root) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<RealPrint> prints;
  std::map<std::string, uint64_t> fingers;
  for (const auto& file : files) {
    int finger = 0;
    int impression = 0;
    if (std::sscanf(file.stem().c_str(), "%d_%d", &finger, &impression) != 2) continue;
    std::ifstream in(file, std::ios::binary);
    const std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(in), {}};
    auto decoded = DecodeTemplate(bytes);
    if (!decoded || decoded->value.views.empty()) {
      std::fprintf(stderr, "gallery_rank: %s: left out\n", file.c_str());
      continue;
    }
    const std::string name = (file.parent_path() / std::to_string(finger)).string();
    const uint64_t number = fingers.emplace(name, fingers.size()).first->second;
    prints.push_back({number, impression, decoded->value.views.front()});
  }
  return prints;
}

// Made-up subjects have numbers from here.
constexpr uint64_t kMadeUp = 1'000'000;

void Fill(Gallery* gallery, const std::vector<RealPrint>& prints, size_t size, int fingers) {
  std::vector<GallerySubject> subjects;
  for (const RealPrint& print : prints) {
    if (print.impression == 1) subjects.push_back({SubjectId(print.finger), 0, 0, {print.view}});
  }
  PrintMaker maker(fingers, 1);
  std::vector<size_t> counts;
  std::chrono::duration<double> inserting{};
  const auto insert = [&] {
    const auto start = std::chrono::steady_clock::now();
    if (!gallery->InsertAll(subjects)) std::fprintf(stderr, "gallery_rank: insertion failed\n");
    inserting += std::chrono::steady_clock::now() - start;
    subjects.clear();
  };
  for (size_t k = subjects.size(); k < size; ++k) {
    subjects.push_back({SubjectId(kMadeUp + k), 0, 0, {maker.Next()}});
    counts.push_back(subjects.back().views[0].minutiae.size());
    if (subjects.size() == 4096) insert();
  }
  insert();
  std::sort(counts.begin(), counts.end());
  const GallerySize total = gallery->size();
  if (!counts.empty()) {
    std::printf("made-up prints: minutiae 5th %zu, median %zu, 95th %zu percentile\n",
                counts[counts.size() / 20], counts[counts.size() / 2],
                counts[counts.size() * 19 / 20]);
  }
  std::printf("gallery: %zu prints, mean %.1f minutiae, %.0f bytes a print, %.0f inserted/s\n",
              total.views, static_cast<double>(total.minutiae) / static_cast<double>(total.views),
              static_cast<double>(total.bytes) / static_cast<double>(total.views),
              static_cast<double>(total.views) / inserting.count());
}

struct Tally {
  size_t probes = 0;
  size_t first = 0;
  double seconds = 0;
  std::vector<bool> found;
};

Tally Measure(const Gallery& gallery, const std::vector<const RealPrint*>& probes,
              const SearchOptions& options) {
  Tally tally;
  for (const RealPrint* probe : probes) {
    const auto start = std::chrono::steady_clock::now();
    const auto result = gallery.Search({&probe->view, 1}, options);
    tally.seconds +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const bool hit = result && !result->candidates.empty() &&
                     result->candidates[0].id == SubjectId(probe->finger) &&
                     result->candidates[0].score > 0;
    tally.first += hit;
    tally.found.push_back(hit);
    ++tally.probes;
  }
  return tally;
}

int Main(int argc, char** argv) {
  CLI::App app{"Rank-1 identification of real prints hidden among made-up ones"};
  std::string root;
  size_t size = 10'000;
  int fingers = 300;
  std::vector<int> impressions{3, 6};
  size_t probes_max = SIZE_MAX;
  bool full = false;
  SearchOptions options;
  app.add_option("dir", root, "Folder of templates in FVC naming")->required();
  app.add_option("--size", size, "Prints in the gallery");
  app.add_option("--fingers", fingers, "Synthetic fingers that made-up prints are made of");
  app.add_option("--impressions", impressions, "Which impressions are probes");
  app.add_option("--probes", probes_max, "How many probes at most, evenly chosen");
  app.add_option("--share", options.shortlist_share, "Share compared in full");
  app.add_option("--minimum", options.shortlist_min, "How many are compared in full at least");
  app.add_option("--threads", options.threads, "Threads of a search");
  app.add_flag("--full", full, "Also compare everything in full");
  CLI11_PARSE(app, argc, argv);

  const std::vector<RealPrint> prints = ReadPrints(root);
  std::vector<const RealPrint*> probes;
  for (const RealPrint& print : prints) {
    if (std::count(impressions.begin(), impressions.end(), print.impression) > 0) {
      probes.push_back(&print);
    }
  }
  if (probes.size() > probes_max) {
    for (size_t k = 0; k < probes_max; ++k) probes[k] = probes[k * probes.size() / probes_max];
    probes.resize(probes_max);
  }
  double minutiae = 0;
  for (const RealPrint* probe : probes)
    minutiae += static_cast<double>(probe->view.minutiae.size());
  Gallery gallery;
  Fill(&gallery, prints, size, fingers);
  const auto rate = [&](const Tally& t) {
    return static_cast<double>(t.probes * gallery.size().views) / t.seconds;
  };

  std::printf("%zu probes, mean %.1f minutiae; kernel %s\n", probes.size(),
              minutiae / static_cast<double>(probes.size()), gallery::ScreenTarget());
  const Tally screened = Measure(gallery, probes, options);
  std::printf("screened: rank-1 %zu of %zu (%.2f %%), %.0f prints/s over the whole search\n",
              screened.first, screened.probes,
              100.0 * static_cast<double>(screened.first) / static_cast<double>(screened.probes),
              rate(screened));
  if (full) {
    SearchOptions everything = options;
    everything.shortlist_share = 1;
    const Tally all = Measure(gallery, probes, everything);
    size_t lost = 0;
    size_t gained = 0;
    for (size_t k = 0; k < all.found.size(); ++k) {
      lost += all.found[k] && !screened.found[k];
      gained += !all.found[k] && screened.found[k];
    }
    std::printf(
        "in full: rank-1 %zu of %zu (%.2f %%), %.0f prints/s; screening lost %zu, gained %zu\n",
        all.first, all.probes,
        100.0 * static_cast<double>(all.first) / static_cast<double>(all.probes), rate(all), lost,
        gained);
  }
  return 0;
}

}  // namespace
}  // namespace taanu::bench

int main(int argc, char** argv) { return taanu::bench::Main(argc, argv); }
