// fit_clusters: makes matcher/gallery/cluster_centres.inc, the centres of clusters.h.
//
// By majority of bits, the form that k-means takes with distances of bits, of the descriptors of
// all prints in the folders given, in FVC naming. The same centres come of the same prints.
#include <CLI/CLI.hpp>
#include <array>
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

using gallery::Descriptor;

size_t Nearest(const std::vector<Descriptor>& centres, const Descriptor& own) {
  size_t best = 0;
  int least = gallery::kDistanceMax + 1;
  for (size_t k = 0; k < centres.size(); ++k) {
    const int distance = gallery::Distance(own, centres[k]);
    if (distance >= least) continue;
    least = distance;
    best = k;
  }
  return best;
}

// The bits that most members have.
Descriptor Majority(const std::vector<const Descriptor*>& members) {
  Descriptor centre{};
  for (size_t bit = 0; bit < gallery::kDescriptorBits; ++bit) {
    size_t set = 0;
    for (const Descriptor* member : members) set += (*member)[bit / 8] >> (bit % 8) & 1;
    if (2 * set > members.size()) {
      centre[bit / 8] = static_cast<uint8_t>(centre[bit / 8] | 1U << (bit % 8));
    }
  }
  return centre;
}

std::vector<Descriptor> Fit(const std::vector<Descriptor>& all) {
  std::vector<Descriptor> centres;
  for (size_t k = 0; k < gallery::kClusters; ++k) {
    centres.push_back(all[k * all.size() / gallery::kClusters]);
  }
  for (int round = 0; round < kRounds; ++round) {
    std::vector<std::vector<const Descriptor*>> members(centres.size());
    for (const Descriptor& own : all) members[Nearest(centres, own)].push_back(&own);
    for (size_t k = 0; k < centres.size(); ++k) {
      if (!members[k].empty()) centres[k] = Majority(members[k]);
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
  for (const Descriptor& centre : Fit(all)) {
    std::printf("{");
    for (const uint8_t byte : centre) std::printf("%u,", unsigned{byte});
    std::printf("},\n");
  }
  return 0;
}

}  // namespace
}  // namespace taanu::accuracy

int main(int argc, char** argv) { return taanu::accuracy::Main(argc, argv); }
