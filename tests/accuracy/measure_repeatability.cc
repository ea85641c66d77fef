// measure_repeatability: how often another impression of the finger shows a minutia again, by its
// quality.
//
// Over the folders of templates in FVC naming, all mated pairs of each set, both ways; see
// repeatability.h for what counts as found.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "tests/accuracy/repeatability.h"

namespace taanu::accuracy {
namespace {

void PrintRow(const std::string& name, const Repeatability& r) {
  std::printf("%-24s %6zu %8zu %6.1f %6.3f  ", name.c_str(), r.pairs, r.all.seen,
              100 * r.all.Share(), r.concordance);
  for (const Repeatability::Bin& bin : r.bins) {
    if (bin.seen == 0) {
      std::printf("     -");
    } else {
      std::printf(" %5.1f", 100 * bin.Share());
    }
  }
  std::printf("\n");
}

int Main(int argc, char** argv) {
  CLI::App app{"Percent of minutiae found again in another impression, by quality 1-10 to 91-100"};
  std::vector<std::string> roots;
  app.add_option("dir", roots, "Folders; every folder of templates at or below is a set")
      ->required();
  CLI11_PARSE(app, argc, argv);
  for (const std::string& root : roots) {
    const auto sets = ReadTemplateSets(root);
    if (!sets) {
      std::fprintf(stderr, "measure_repeatability: %s\n", sets.error().message.c_str());
      return 1;
    }
    std::printf("%-24s %6s %8s %6s %6s   ", "set", "pairs", "minutiae", "found", "concor");
    for (int b = 0; b < kQualityBins; ++b) std::printf(" %3d-%-2d", 10 * b + 1, (b + 1) % 10 * 10);
    std::printf("\n");
    Repeatability total;
    for (const TemplateSet& set : *sets) {
      const Repeatability r = MeasureRepeatability(set);
      PrintRow(set.name, r);
      total.Add(r);
    }
    PrintRow("all", total);
    std::printf("%-46s  ", "minutiae in each bin");
    for (const Repeatability::Bin& bin : total.bins) std::printf(" %5zu", bin.seen);
    std::printf("\n");
  }
  return 0;
}

}  // namespace
}  // namespace taanu::accuracy

int main(int argc, char** argv) { return taanu::accuracy::Main(argc, argv); }
