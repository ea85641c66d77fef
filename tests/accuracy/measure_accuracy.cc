// measure_accuracy: error rates over folders of templates in FVC naming.
//
// All mated and all non-mated pairs of each set; a table in percent, or JSON with --json.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "matcher/evaluate/error_rates.h"
#include "tests/accuracy/template_sets.h"

namespace taanu::accuracy {
namespace {

struct SetResult {
  std::string name;
  size_t mated = 0;
  size_t non_mated = 0;
  ErrorRates rates;
};

ErrorRates MeanOf(const std::vector<SetResult>& results) {
  ErrorRates mean;
  const auto n = static_cast<double>(results.size());
  for (const SetResult& r : results) {
    mean.eer += r.rates.eer / n;
    mean.fmr100 += r.rates.fmr100 / n;
    mean.fmr1000 += r.rates.fmr1000 / n;
    mean.zero_fmr += r.rates.zero_fmr / n;
  }
  return mean;
}

nlohmann::json ToJson(const ErrorRates& r) {
  return {{"eer_percent", r.eer * 100},
          {"fmr100_percent", r.fmr100 * 100},
          {"fmr1000_percent", r.fmr1000 * 100},
          {"zero_fmr_percent", r.zero_fmr * 100}};
}

void PrintRow(const std::string& name, const ErrorRates& r) {
  std::printf("%-28s %7.2f %7.2f %8.2f %8.2f\n", name.c_str(), r.eer * 100, r.fmr100 * 100,
              r.fmr1000 * 100, r.zero_fmr * 100);
}

int Main(int argc, char** argv) {
  CLI::App app{"Error rates over templates named <finger>_<impression>, in percent"};
  std::vector<std::string> roots;
  int threads = 2;
  bool json = false;
  app.add_option("dir", roots, "Folders; every folder of templates at or below is a set")
      ->required();
  app.add_option("--threads", threads, "Threads")->check(CLI::Range(1, 256));
  app.add_flag("--json", json, "JSON on standard output");
  CLI11_PARSE(app, argc, argv);

  nlohmann::json report = nlohmann::json::array();
  for (const std::string& root : roots) {
    const auto sets = ReadTemplateSets(root);
    if (!sets) {
      std::fprintf(stderr, "measure_accuracy: %s\n", sets.error().message.c_str());
      return 1;
    }
    std::vector<SetResult> results;
    size_t comparisons = 0;
    const auto start = std::chrono::steady_clock::now();
    for (const TemplateSet& set : *sets) {
      const auto pairs = PairsWithin(set);
      const auto outcomes = ScorePairs(pairs, threads);
      comparisons += pairs.size();
      const auto mated = Scores(pairs, outcomes, true);
      const auto non_mated = Scores(pairs, outcomes, false);
      results.push_back(
          {set.name, mated.size(), non_mated.size(), MeasureErrorRates(mated, non_mated)});
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    const double per_second = static_cast<double>(comparisons) / took.count();
    if (json) {
      nlohmann::json entry = {{"dir", root},
                              {"algorithm", std::string(AlgorithmVersion())},
                              {"comparisons_per_second", per_second},
                              {"threads", threads},
                              {"mean", ToJson(MeanOf(results))}};
      for (const SetResult& r : results) {
        nlohmann::json set = ToJson(r.rates);
        set["set"] = r.name;
        set["mated"] = r.mated;
        set["non_mated"] = r.non_mated;
        entry["sets"].push_back(set);
      }
      report.push_back(entry);
      continue;
    }
    std::printf("%s (%s, %.0f comparisons/s on %d threads)\n", root.c_str(),
                std::string(AlgorithmVersion()).c_str(), per_second, threads);
    std::printf("%-28s %7s %7s %8s %8s\n", "set", "EER", "FMR100", "FMR1000", "ZeroFMR");
    for (const SetResult& r : results) PrintRow(r.name, r.rates);
    PrintRow("mean", MeanOf(results));
  }
  if (json) std::printf("%s\n", report.dump(2).c_str());
  return 0;
}

}  // namespace
}  // namespace taanu::accuracy

int main(int argc, char** argv) { return taanu::accuracy::Main(argc, argv); }
