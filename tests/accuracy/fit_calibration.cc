// fit_calibration: the table from raw scores to -10 log10(FMR), from non-mated comparisons.
//
// The body of the distribution is read off at fixed rates; beyond the rate kTailRate the excess
// over the threshold is taken as exponential, the generalised Pareto distribution of shape 0
// (Coles, "An Introduction to Statistical Modeling of Extreme Values", 2001, chapter 4). Its scale
// is the larger one of those fitted above kTailRate and above a tenth of it, so that a tail that
// grows heavier is not promised away. Sets named by --check-sets are not fitted but reported on.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>

#include "matcher/evaluate/error_rates.h"
#include "tests/accuracy/template_sets.h"

namespace taanu::accuracy {
namespace {

constexpr double kTailRate = 0.001;

struct Knot {
  double raw = 0;
  double score = 0;
};

// The mean excess over the score that a share `rate` of the sorted scores exceeds.
double ExcessScale(const std::vector<double>& sorted, double rate) {
  const auto count = static_cast<size_t>(rate * static_cast<double>(sorted.size()));
  const double threshold = sorted[sorted.size() - 1 - count];
  double sum = 0;
  for (size_t k = sorted.size() - count; k < sorted.size(); ++k) sum += sorted[k] - threshold;
  return sum / static_cast<double>(count);
}

// `sorted` holds at least 10,000 scores.
std::vector<Knot> FitTable(const std::vector<double>& sorted) {
  std::vector<Knot> table;
  for (const double rate :
       {1.0, 0.8, 0.6, 0.4, 0.25, 0.15, 0.08, 0.04, 0.02, 0.01, 0.005, 0.002, kTailRate}) {
    const auto above = static_cast<size_t>(rate * static_cast<double>(sorted.size()));
    const double raw = sorted[sorted.size() - std::max<size_t>(above, 1)];
    const double score = -10 * std::log10(rate);
    if (table.empty() || raw > table.back().raw) table.push_back({raw, score});
  }
  table.front().score = 0;
  const double exceedances = kTailRate * static_cast<double>(sorted.size());
  const double scale = ExcessScale(sorted, kTailRate) * (1 + 1 / std::sqrt(exceedances));
  const Knot last = table.back();
  table.push_back({last.raw + (kScoreMax - last.score) * scale * std::log(10.0) / 10, kScoreMax});
  return table;
}

double Look(const std::vector<Knot>& table, double raw) {
  if (raw <= table.front().raw) return 0;
  for (size_t k = 1; k < table.size(); ++k) {
    if (raw < table[k].raw) {
      return table[k - 1].score + (table[k].score - table[k - 1].score) * (raw - table[k - 1].raw) /
                                      (table[k].raw - table[k - 1].raw);
    }
  }
  return kScoreMax;
}

bool Named(const TemplateSet& set, const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(), [&set](const std::string& word) {
    return set.name.find(word) != std::string::npos;
  });
}

std::vector<double> RawScores(const std::vector<TemplateSet>& sets, int threads) {
  std::vector<double> raw;
  for (const auto& outcome : ScorePairs(NonMatedPairs(sets), threads)) raw.push_back(outcome.raw);
  return raw;
}

void Report(const std::string& name, const std::vector<double>& raw,
            const std::vector<Knot>& table) {
  std::vector<double> scores;
  for (const double r : raw) scores.push_back(Look(table, r));
  std::printf("%-24s %9zu", name.c_str(), scores.size());
  for (const double claimed : {0.01, 0.001, 0.0001}) {
    const double observed = ObservedFmr(scores, ScoreForFmr(claimed));
    std::printf("  %8.5f %% (x%.2f)", observed * 100, observed / claimed);
  }
  std::printf("\n");
}

int Main(int argc, char** argv) {
  CLI::App app{"Fits the calibration of the comparator"};
  std::vector<std::string> roots;
  std::vector<std::string> fit_words;
  std::vector<std::string> check_words;
  std::string out;
  int threads = 2;
  app.add_option("dir", roots, "Folders of sets, one for each extractor")->required();
  app.add_option("--fit-sets", fit_words, "Fit on sets whose name contains one of these")
      ->required();
  app.add_option("--check-sets", check_words, "Report on sets whose name contains one of these");
  app.add_option("--out", out, "Write calibration_table.inc here");
  app.add_option("--threads", threads, "Threads");
  CLI11_PARSE(app, argc, argv);

  std::vector<double> fitted;
  std::vector<std::pair<std::string, std::vector<double>>> checks;
  std::vector<double> checked;
  std::string provenance;
  for (const std::string& root : roots) {
    auto sets = ReadTemplateSets(root);
    if (!sets) {
      std::fprintf(stderr, "fit_calibration: %s\n", sets.error().message.c_str());
      return 1;
    }
    const std::string extractor = std::filesystem::path(root).filename().string();
    std::vector<TemplateSet> fit;
    std::vector<TemplateSet> check;
    for (TemplateSet& set : *sets) {
      if (Named(set, fit_words)) {
        provenance += "//   " + extractor + " " + set.name + "\n";
        fit.push_back(std::move(set));
      } else if (Named(set, check_words)) {
        check.push_back(std::move(set));
      }
    }
    const std::vector<double> fit_raw = RawScores(fit, threads);
    fitted.insert(fitted.end(), fit_raw.begin(), fit_raw.end());
    if (!check.empty()) {
      checks.emplace_back(extractor, RawScores(check, threads));
      checked.insert(checked.end(), checks.back().second.begin(), checks.back().second.end());
    }
  }
  if (fitted.size() < 10'000) {
    std::fprintf(stderr, "fit_calibration: %zu non-mated pairs are too few\n", fitted.size());
    return 1;
  }
  std::sort(fitted.begin(), fitted.end());
  const std::vector<Knot> table = FitTable(fitted);
  for (const double rate : {0.02, 0.01, 0.005, 0.002, kTailRate, kTailRate / 2}) {
    std::printf("mean excess above a rate of %.3f %%: %.4f\n", rate * 100,
                ExcessScale(fitted, rate));
  }
  std::printf("%-24s %9s  observed at a claimed 1 %%, 0.1 %%, 0.01 %%\n", "", "pairs");
  Report("fitted", fitted, table);
  for (const auto& [name, raw] : checks) Report("unseen " + name, raw, table);
  if (!checked.empty()) Report("unseen, all", checked, table);

  if (out.empty()) return 0;
  std::ofstream file(out);
  file << "// Written by fit_calibration from " << fitted.size()
       << " non-mated pairs, within and across these sets of\n// each extractor:\n"
       << provenance;
  char line[64];
  for (const Knot& knot : table) {
    std::snprintf(line, sizeof line, "{%.4f, %.4f},\n", knot.raw, knot.score);
    file << line;
  }
  if (!file) {
    std::fprintf(stderr, "fit_calibration: cannot write %s\n", out.c_str());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace taanu::accuracy

int main(int argc, char** argv) { return taanu::accuracy::Main(argc, argv); }
