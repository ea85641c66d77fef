// measure_interop: for each set, how many mated and non-mated comparisons libfprint's own probe
// matches, with references of libfprint's own making and with those of the project.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <vector>

#include "tests/accuracy/interop.h"

namespace taanu::accuracy {
namespace {

void PrintRow(const std::string& name, const InteropResult& r) {
  const auto mean = [](const InteropCount& c) {
    return c.references == 0 ? 0.0
                             : static_cast<double>(c.minutiae) / static_cast<double>(c.references);
  };
  std::printf("%-16s %6zu %6zu %6zu   %6zu %6zu %6zu   %5zu %8.1f %8.1f\n", name.c_str(), r.mated,
              r.own.mated_matches, r.ours.mated_matches, r.non_mated, r.own.non_mated_matches,
              r.ours.non_mated_matches, r.probes_refused, mean(r.own), mean(r.ours));
  std::fflush(stdout);
}

void Add(const InteropCount& from, InteropCount* to) {
  to->mated_matches += from.mated_matches;
  to->non_mated_matches += from.non_mated_matches;
  to->references += from.references;
  to->minutiae += from.minutiae;
}

int Run(int argc, char** argv) {
  CLI::App app("Matches references of two makes with libfprint's own probe");
  std::vector<std::string> folders;
  double dpi = 500;
  size_t fingers = 0;
  app.add_option("FOLDER", folders, "Images named <finger>_<impression>")->required();
  app.add_option("--dpi", dpi, "Resolution of images that state none");
  app.add_option("--fingers", fingers, "Only the first so many fingers of each folder");
  CLI11_PARSE(app, argc, argv);
  std::printf("%-16s %6s %6s %6s   %6s %6s %6s   %5s %8s %8s\n", "", "mated", "own", "ours",
              "others", "own", "ours", "poor", "min.own", "min.ours");
  InteropResult total;
  for (const std::string& folder : folders) {
    const auto result = MeasureInterop(folder, dpi, fingers);
    if (!result) {
      std::fprintf(stderr, "%s: %s\n", folder.c_str(), result.error().message.c_str());
      return 1;
    }
    const size_t end = folder.find_last_not_of('/');
    const size_t start = folder.rfind('/', folder.rfind('/', end) - 1);
    PrintRow(folder.substr(start == std::string::npos ? 0 : start + 1), *result);
    total.mated += result->mated;
    total.non_mated += result->non_mated;
    total.probes_refused += result->probes_refused;
    Add(result->own, &total.own);
    Add(result->ours, &total.ours);
  }
  if (folders.size() > 1) PrintRow("all", total);
  return 0;
}

}  // namespace
}  // namespace taanu::accuracy

int main(int argc, char** argv) { return taanu::accuracy::Run(argc, argv); }
