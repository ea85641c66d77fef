#include "tests/bench/bench_pairs.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "tests/bench/bench_prints.h"
#include "tests/conformance/synthetic_views.h"
#include "tests/support/real_views.h"

namespace taanu::bench {
namespace {

using test::RealSet;

constexpr double kMeanMax = 40.0;

// The rule above.
std::vector<RealSet> ChosenSets(std::vector<RealSet> sets) {
  std::stable_sort(sets.begin(), sets.end(), [](const RealSet& a, const RealSet& b) {
    return a.MeanMinutiae() < b.MeanMinutiae();
  });
  std::vector<RealSet> chosen;
  double minutiae = 0;
  double prints = 0;
  for (RealSet& set : sets) {
    prints += static_cast<double>(set.views.size());
    minutiae += set.MeanMinutiae() * static_cast<double>(set.views.size());
    if (minutiae > kMeanMax * prints) break;
    chosen.push_back(std::move(set));
  }
  return chosen;
}

std::vector<RealSet> RealSets() {
  const char* data = std::getenv("TAANU_DATA");
  if (data == nullptr) return {};
  return ChosenSets(test::ReadRealSets(std::filesystem::path(data) / "templates" / "fvc"));
}

RealSet MadeUpSet() {
  RealSet set;
  set.name = "synthetic";
  for (size_t k = 0; k < BenchPrints().size(); ++k) {
    set.views.push_back({static_cast<int>(k / 2), static_cast<int>(k % 2), BenchPrints()[k].view});
  }
  return set;
}

void Shuffle(std::vector<std::pair<size_t, size_t>>* pairs) {
  test::Random random(1);
  for (size_t k = pairs->size(); k > 1; --k)
    std::swap((*pairs)[k - 1], (*pairs)[random.Next() % k]);
}

BenchPairs Make() {
  BenchPairs made;
  std::vector<RealSet> sets = RealSets();
  if (sets.empty()) {
    sets.push_back(MadeUpSet());
    made.source = "synthetic fingers, easier than real ones; TAANU_DATA names real ones";
  } else {
    made.source = "real ones, " + std::to_string(sets.size()) + " sets:";
    for (const RealSet& set : sets) made.source += " " + set.name;
  }
  std::vector<size_t> counts;
  for (const RealSet& set : sets) {
    const size_t first = made.views.size();
    for (size_t a = 0; a < set.views.size(); ++a) {
      made.views.push_back(set.views[a].view);
      counts.push_back(set.views[a].view.minutiae.size());
      for (size_t b = a + 1; b < set.views.size(); ++b) {
        const bool mated = set.views[a].finger == set.views[b].finger;
        (mated ? made.mated : made.non_mated).emplace_back(first + a, first + b);
      }
    }
  }
  made.distribution = Distribution(std::move(counts));
  for (const FingerView& view : made.views) made.prepared.emplace_back(view);
  Shuffle(&made.mated);
  Shuffle(&made.non_mated);
  for (size_t k = 0; k < made.non_mated.size(); ++k) {
    made.mixed.push_back(made.mated[k % made.mated.size()]);
    made.mixed.push_back(made.non_mated[k]);
  }
  return made;
}

}  // namespace

const BenchPairs& ThePairs() {
  static const BenchPairs pairs = Make();
  return pairs;
}

}  // namespace taanu::bench
