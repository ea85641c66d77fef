// measure_speed: microseconds of one preparation and one comparison over folders of templates.
//
// One thread, its own processor time, the quickest of some rounds over every pair of a set, so that
// no probe is favoured; every pair reads two prints that were not read just before. The checksum
// over all raw scores tells whether two builds agree to the bit.
#include <time.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <bit>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>

#include "matcher/codec/codec.h"
#include "tests/accuracy/template_sets.h"

namespace taanu::accuracy {
namespace {

double ThreadMicroseconds() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return 1e6 * static_cast<double>(t.tv_sec) + 1e-3 * static_cast<double>(t.tv_nsec);
}

// The quickest of `rounds` calls, in microseconds.
template <typename Call>
double Quickest(int rounds, Call call) {
  double best = 1e18;
  for (int k = 0; k < rounds; ++k) {
    const double start = ThreadMicroseconds();
    call();
    best = std::min(best, ThreadMicroseconds() - start);
  }
  return best;
}

std::vector<FingerView> ReadViews(const std::filesystem::path& root) {
  std::vector<FingerView> views;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(in),
                                     std::istreambuf_iterator<char>()};
    const Result<DecodedTemplate> decoded = DecodeTemplate(bytes);
    if (decoded && !decoded->value.views.empty()) views.push_back(decoded->value.views.front());
  }
  return views;
}

int Main(int argc, char** argv) {
  CLI::App app{"Microseconds of preparations and comparisons on one thread"};
  std::vector<std::string> roots;
  int rounds = 3;
  app.add_option("dir", roots, "Folders; every folder of templates at or below is a set")
      ->required();
  app.add_option("--rounds", rounds, "Rounds, of which the quickest counts")
      ->check(CLI::Range(1, 1000));
  CLI11_PARSE(app, argc, argv);

  std::printf("%-40s %9s %9s %9s %9s %18s\n", "templates", "minutiae", "prepare", "mated",
              "non-mated", "checksum");
  for (const std::string& root : roots) {
    const auto sets = ReadTemplateSets(root);
    if (!sets) {
      std::fprintf(stderr, "measure_speed: %s\n", sets.error().message.c_str());
      return 1;
    }
    const std::vector<FingerView> views = ReadViews(root);
    size_t minutiae = 0;
    for (const FingerView& view : views) minutiae += view.minutiae.size();
    const double prepare = Quickest(rounds, [&views] {
      for (const FingerView& view : views) Prepared{view};
    });
    std::vector<PrintPair> mated;
    std::vector<PrintPair> non_mated;
    for (const TemplateSet& set : *sets) {
      for (const PrintPair& pair : PairsWithin(set)) {
        (pair.mated ? mated : non_mated).push_back(pair);
      }
    }
    const auto engine = std::make_unique<compare::Engine>();
    uint64_t checksum = 0;
    const auto run = [&engine, &checksum](const std::vector<PrintPair>& pairs) {
      for (const PrintPair& p : pairs) {
        const double raw = engine->Run(p.probe->prepared.data(), p.reference->prepared.data()).raw;
        checksum = checksum * 0x9E3779B97F4A7C15ULL + std::bit_cast<uint64_t>(raw);
      }
    };
    const double mated_us = Quickest(rounds, [&] { run(mated); });
    const double non_mated_us = Quickest(rounds, [&] { run(non_mated); });
    std::printf("%-40s %9.1f %9.2f %9.2f %9.2f %18llx\n", root.c_str(),
                static_cast<double>(minutiae) / static_cast<double>(views.size()),
                prepare / static_cast<double>(views.size()),
                mated_us / static_cast<double>(mated.size()),
                non_mated_us / static_cast<double>(non_mated.size()),
                static_cast<unsigned long long>(checksum));
  }
  return 0;
}

}  // namespace
}  // namespace taanu::accuracy

int main(int argc, char** argv) { return taanu::accuracy::Main(argc, argv); }
