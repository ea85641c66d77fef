// fit_clusters: makes matcher/gallery/cluster_centres.inc, the centres of clusters.h.
//
// By spherical k-means of the descriptors of all prints in the folders given, in FVC naming, their
// bits taken as 1 and -1. The same centres come of the same prints.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "matcher/compare/prepared.h"
#include "matcher/gallery/clusters.h"
#include "matcher/gallery/descriptor.h"
#include "tests/accuracy/template_sets.h"

namespace taanu::accuracy {
namespace {

constexpr int kRounds = 20;

using gallery::CentreRow;
using gallery::Descriptor;

// The mean of some descriptors as a direction: of the root mean square kUnit, rounded.
CentreRow MeanOf(const std::vector<const Descriptor*>& members) {
  constexpr double kUnit = 32;
  std::array<double, gallery::kCentreRow> sums{};
  for (const Descriptor* member : members) {
    const CentreRow row = gallery::RowOf(*member);
    for (size_t k = 0; k < row.size(); ++k) sums[k] += row[k];
  }
  double squares = 0;
  for (const double sum : sums) squares += sum * sum;
  const double scale = kUnit / std::sqrt(std::max(1.0, squares / gallery::kDescriptorBits));
  CentreRow centre;
  for (size_t k = 0; k < centre.size(); ++k) {
    centre[k] = static_cast<int16_t>(std::clamp(std::floor(sums[k] * scale + 0.5), -127.0, 127.0));
  }
  return centre;
}

std::vector<CentreRow> Fit(const std::vector<Descriptor>& all) {
  std::vector<CentreRow> centres;
  for (size_t k = 0; k < gallery::kClusters; ++k) {
    centres.push_back(MeanOf({&all[k * all.size() / gallery::kClusters]}));
  }
  for (int round = 0; round < kRounds; ++round) {
    std::vector<std::vector<const Descriptor*>> members(centres.size());
    for (const Descriptor& own : all) {
      members[gallery::NearestRow(centres, gallery::RowOf(own))].push_back(&own);
    }
    for (size_t k = 0; k < centres.size(); ++k) {
      if (!members[k].empty()) centres[k] = MeanOf(members[k]);
    }
  }
  return centres;
}

int Main(int argc, char** argv) {
  CLI::App app{"Makes the clusters of the gallery's index"};
  std::vector<std::string> folders;
  app.add_option("dir", folders, "Folders of templates in FVC naming, such as fvc2000/DB3_B")
      ->required();
  CLI11_PARSE(app, argc, argv);
  std::vector<Descriptor> all;
  for (const std::string& folder : folders) {
    const auto sets = ReadTemplateSets(folder);
    if (!sets) {
      std::fprintf(stderr, "fit_clusters: %s\n", sets.error().message.c_str());
      return 2;
    }
    for (const TemplateSet& set : *sets) {
      for (const Print& print : set.prints) {
        const std::vector<Descriptor> own = gallery::Describe(print.prepared.data());
        all.insert(all.end(), own.begin(), own.end());
      }
    }
  }
  if (all.size() < gallery::kClusters) {
    std::fprintf(stderr, "fit_clusters: too few minutiae; name folders of templates\n");
    return 2;
  }
  std::printf("// Made by fit_clusters in tests/accuracy, of %zu minutiae; see clusters.h.\n",
              all.size());
  for (const CentreRow& centre : Fit(all)) {
    std::printf("{");
    for (size_t k = 0; k < gallery::kDescriptorBits; ++k) std::printf("%d,", centre[k]);
    std::printf("},\n");
  }
  return 0;
}

}  // namespace
}  // namespace taanu::accuracy

int main(int argc, char** argv) { return taanu::accuracy::Main(argc, argv); }
