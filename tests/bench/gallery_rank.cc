// gallery_rank: how often the mate of a real print is found first among many made-up ones, by each
// way to search, and at what speed.
//
// Templates are read from folders in FVC naming. One impression of each finger is hidden among
// mosaics (gallery_prints.h), of the same real prints unless they shall be synthetic; a probe is
// then not searched among mosaics that have a part of its own finger. Figures are given for each
// folder below DIR apart.
#include <hwy/targets.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "matcher/codec/codec.h"
#include "matcher/compare/comparator.h"
#include "matcher/gallery/gallery.h"
#include "matcher/gallery/screen.h"
#include "tests/bench/gallery_prints.h"

namespace taanu::bench {
namespace {

struct RealPrint {
  std::string folder;  // the first below DIR
  uint64_t finger = 0;
  int impression = 0;
  FingerView view;
};

std::vector<RealPrint> ReadPrints(const std::filesystem::path& root) {
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
    const std::string folder = std::filesystem::relative(file, root).begin()->string();
    prints.push_back({folder, number, impression, decoded->value.views.front()});
  }
  return prints;
}

// Made-up subjects have identifiers from here; real ones that of their finger.
constexpr uint64_t kMadeUp = 1'000'000;

double ThreadSeconds() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

class Study {
 public:
  Study(std::vector<RealPrint> prints, int enrolled, size_t size, bool synthetic, bool indexed)
      : prints_(std::move(prints)),
        enrolled_(enrolled),
        gallery_(indexed ? GalleryKind::kIndexed : GalleryKind::kPlain),
        synthetic_(synthetic) {
    std::vector<GallerySubject> subjects;
    for (const RealPrint& print : prints_) {
      if (print.impression != enrolled) continue;
      subjects.push_back({SubjectId(print.finger), 0, Number(), {print.view}});
      parts_.push_back({});
    }
    PrintMaker maker = synthetic ? PrintMaker(300, 1) : PrintMaker(Sources(), 1);
    double inserting = 0;
    while (!subjects.empty() || parts_.size() < size) {
      while (subjects.size() < 4096 && parts_.size() < size) {
        subjects.push_back({SubjectId(kMadeUp + parts_.size()), 0, Number(), {maker.Next()}});
        counts_.push_back(subjects.back().views[0].minutiae.size());
        parts_.push_back(maker.fingers());
      }
      const double start = ThreadSeconds();
      if (!gallery_.InsertAll(subjects)) std::fprintf(stderr, "gallery_rank: not inserted\n");
      inserting += ThreadSeconds() - start;
      subjects.clear();
    }
    const GallerySize total = gallery_.size();
    std::printf("gallery: %zu prints, %.0f bytes and %.1f minutiae a print, %.0f inserted/s\n",
                total.views, static_cast<double>(total.bytes) / static_cast<double>(total.views),
                static_cast<double>(total.minutiae) / static_cast<double>(total.views),
                static_cast<double>(total.views) / inserting);
    std::sort(counts_.begin(), counts_.end());
    const auto at = [this](size_t k) { return counts_[(counts_.size() - 1) * k / 20]; };
    std::printf(
        "minutiae of the made-up prints: 5 %% %zu, 25 %% %zu, half %zu, 75 %% %zu, 95 %% %zu\n",
        at(1), at(5), at(10), at(15), at(19));
  }

  struct Tally {
    size_t probes = 0;
    size_t first = 0;
    size_t compared = 0;  // of the mates
    // Of the mates whose score is high enough, if one is asked.
    size_t sure = 0;
    size_t sure_found = 0;
  };

  // By folder. The mate is found first where it has the only highest score.
  void Measure(const char* name, const std::vector<int>& impressions, size_t every,
               const SearchOptions& base) {
    std::map<std::string, Tally> tallies;
    double seconds = 0;
    double pairs = 0;
    double looked_up = 0;
    double screened = 0;
    double checked = 0;
    double comparisons = 0;
    size_t probes = 0;
    size_t skipped = 0;
    for (const RealPrint& probe : prints_) {
      if (std::count(impressions.begin(), impressions.end(), probe.impression) == 0) continue;
      if (skipped++ % every != 0) continue;
      const std::vector<uint64_t> members = Members(probe.finger);
      SearchOptions options = base;
      options.top_k = SIZE_MAX;
      if (!synthetic_) options.members = members;
      const double start = ThreadSeconds();
      const auto result = gallery_.Search({&probe.view, 1}, options);
      seconds += ThreadSeconds() - start;
      Tally& tally = tallies[probe.folder];
      ++tally.probes;
      ++probes;
      pairs += static_cast<double>(probe.view.minutiae.size());
      looked_up += static_cast<double>(result->views_looked_up);
      screened += static_cast<double>(result->views_screened);
      checked += static_cast<double>(result->views_checked);
      comparisons += static_cast<double>(result->comparisons);
      const auto& found = result->candidates;
      const SubjectId mate(probe.finger);
      const bool compared =
          std::any_of(found.begin(), found.end(), [&](const Candidate& c) { return c.id == mate; });
      tally.compared += compared;
      if (options.score_min > 0 && MateScore(probe) >= options.score_min) {
        ++tally.sure;
        tally.sure_found += compared;
      }
      tally.first += !found.empty() && found[0].id == mate && found[0].score > 0 &&
                     (found.size() == 1 || found[1].score < found[0].score);
    }
    const auto n = static_cast<double>(probes);
    std::printf(
        "%-10s %5.1f minutiae a probe; looked up %.0f, screened %.0f, checked %.0f, "
        "compared %.0f; %.3f ms, %.2f M prints/s\n",
        name, pairs / n, looked_up / n, screened / n, checked / n, comparisons / n,
        1e3 * seconds / n, 1e-6 * static_cast<double>(gallery_.size().views) * n / seconds);
    for (const auto& [folder, t] : tallies) {
      const auto of = static_cast<double>(t.probes);
      std::printf("  %-20s %4zu probes, rank-1 %6.2f %%, mate compared %6.2f %%\n", folder.c_str(),
                  t.probes, 100 * static_cast<double>(t.first) / of,
                  100 * static_cast<double>(t.compared) / of);
      if (base.score_min > 0) {
        std::printf("  %-20s of %zu mates that reach the score, %zu found\n", "", t.sure,
                    t.sure_found);
      }
    }
    std::fflush(stdout);
  }

 private:
  double MateScore(const RealPrint& probe) {
    const auto mate = std::find_if(prints_.begin(), prints_.end(), [&](const RealPrint& print) {
      return print.finger == probe.finger && print.impression == enrolled_;
    });
    if (mate == prints_.end()) return 0;
    return comparator_.Compare(Prepared(probe.view), Prepared(mate->view));
  }

  uint32_t Number() const { return static_cast<uint32_t>(parts_.size()); }

  std::vector<MosaicSource> Sources() const {
    std::vector<MosaicSource> sources;
    for (const RealPrint& print : prints_) sources.push_back({print.view, print.finger + 1});
    return sources;
  }

  // Everyone but mosaics with a part of `finger`.
  std::vector<uint64_t> Members(uint64_t finger) const {
    std::vector<uint64_t> words((parts_.size() + 63) / 64, 0);
    for (size_t k = 0; k < parts_.size(); ++k) {
      const bool own = std::count(parts_[k].begin(), parts_[k].end(), finger + 1) > 0;
      if (!own) words[k / 64] |= uint64_t{1} << (k % 64);
    }
    return words;
  }

  std::vector<RealPrint> prints_;
  int enrolled_;
  Comparator comparator_;
  Gallery gallery_;
  bool synthetic_;
  // By number: the fingers of a mosaic, from 1, or zeros.
  std::vector<std::array<uint64_t, 3>> parts_;
  std::vector<size_t> counts_;
};

int Main(int argc, char** argv) {
  CLI::App app{"Rank-1 identification of real prints hidden among made-up ones"};
  std::string root;
  size_t size = 10'000;
  int enrolled = 1;
  std::vector<int> impressions{2, 3, 4, 5, 6, 7, 8};
  size_t every = 1;
  bool synthetic = false;
  bool indexed = false;
  bool full = false;
  SearchOptions exhaustive;
  SearchOptions quick;
  quick.mode = SearchMode::kIndexed;
  app.add_option("dir", root, "Folder of folders of templates in FVC naming")->required();
  app.add_option("--size", size, "Prints in the gallery");
  app.add_option("--enrolled", enrolled, "Which impression is in the gallery");
  app.add_option("--impressions", impressions, "Which impressions are probes");
  app.add_option("--every", every, "Take every so manieth probe");
  app.add_option("--share", exhaustive.shortlist_share, "Share compared in full");
  app.add_option("--minimum", exhaustive.shortlist_min, "How many are compared in full at least");
  app.add_option("--quick-share", quick.shortlist_share, "The same with an index");
  app.add_option("--quick-minimum", quick.shortlist_min, "The same with an index");
  app.add_option("--check", exhaustive.check_share, "Share whose structure is checked");
  app.add_option("--check-minimum", exhaustive.check_min, "How many are checked at least");
  app.add_option("--quick-check", quick.check_share, "The same with an index");
  app.add_option("--quick-check-minimum", quick.check_min, "The same with an index");
  app.add_option("--clusters", quick.clusters, "Clusters of the index looked at for each minutia");
  app.add_flag("--synthetic", synthetic, "Mosaics of synthetic prints, which are easier");
  app.add_flag("--indexed", indexed, "Also search by an index");
  app.add_flag_callback(
      "--avx2", [] { hwy::DisableTargets(HWY_AVX3 | HWY_AVX3_DL); }, "Use nothing above AVX2");
  app.add_flag("--full", full, "Also compare everything in full");
  app.add_option("--score-min", exhaustive.score_min, "The lowest score of a candidate");
  app.add_option("--coherence", exhaustive.coherence_min, "The lowest coherence compared");
  CLI11_PARSE(app, argc, argv);

  std::printf("%s, impression %d enrolled; kernel %s\n", root.c_str(), enrolled,
              gallery::ScreenTarget());
  Study study(ReadPrints(root), enrolled, size, synthetic, indexed);
  std::erase(impressions, enrolled);
  study.Measure("exhaustive", impressions, every, exhaustive);
  if (indexed) study.Measure("indexed", impressions, every, quick);
  if (full) {
    SearchOptions all;
    all.mode = SearchMode::kFull;
    study.Measure("in full", impressions, every, all);
  }
  return 0;
}

}  // namespace
}  // namespace taanu::bench

int main(int argc, char** argv) { return taanu::bench::Main(argc, argv); }
