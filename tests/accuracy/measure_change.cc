// measure_change: whether a change of the extractor, or of one of its constants, is more than
// noise.
//
// Extract the same images before and after, and give both folders: the difference of the mean error
// rates over the sets, with an interval by resampling fingers, the same draw for both, so that what
// both have in common goes out. Choose by --sets fvc2000 fvc2004, and report on the rest.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "matcher/evaluate/finger_bootstrap.h"
#include "tests/accuracy/template_sets.h"

namespace taanu::accuracy {
namespace {

constexpr double kConfidence = 0.9;

struct Change {
  std::vector<std::string> names;
  std::vector<FingerBootstrap> before;
  std::vector<FingerBootstrap> after;
};

FingerBootstrap Scored(const TemplateSet& set, int threads) {
  const std::vector<PrintPair> pairs = PairsWithin(set);
  const auto outcomes = ScorePairs(pairs, threads);
  const int first = set.prints.front().finger;
  std::vector<FingerScore> scores;
  for (size_t i = 0; i < pairs.size(); ++i) {
    scores.push_back({compare::FinalScore(outcomes[i]),
                      static_cast<uint32_t>(pairs[i].probe->finger - first),
                      static_cast<uint32_t>(pairs[i].reference->finger - first)});
  }
  const auto count = static_cast<uint32_t>(set.prints.back().finger - first + 1);
  return FingerBootstrap(std::move(scores), count);
}

bool Wanted(const std::string& name, const std::vector<std::string>& wanted) {
  if (wanted.empty()) return true;
  for (const std::string& part : wanted) {
    if (name.find(part) != std::string::npos) return true;
  }
  return false;
}

Result<std::vector<TemplateSet>> ReadWanted(const std::string& root,
                                            const std::vector<std::string>& wanted) {
  TAANU_ASSIGN_OR_RETURN(std::vector<TemplateSet> sets, ReadTemplateSets(root));
  std::erase_if(sets, [&](const TemplateSet& set) { return !Wanted(set.name, wanted); });
  return sets;
}

using Rate = double ErrorRates::*;

// Mean over the sets, after less before, of the rate that `measured` gives.
template <typename Measured>
double Difference(const Change& change, Rate rate, Measured measured) {
  double sum = 0;
  for (size_t i = 0; i < change.before.size(); ++i) {
    sum += measured(change.after[i], i).rates.*rate - measured(change.before[i], i).rates.*rate;
  }
  return sum / static_cast<double>(change.before.size());
}

void Report(const char* name, Rate rate, const Change& change, uint64_t resamples) {
  const double seen =
      Difference(change, rate, [](const FingerBootstrap& b, size_t) { return b.Observed(); });
  std::vector<double> drawn;
  for (uint64_t k = 0; k < resamples; ++k) {
    drawn.push_back(Difference(change, rate, [k](const FingerBootstrap& b, size_t set) {
      return b.Resample(/*seed=*/set + 1, k);
    }));
  }
  const Interval interval = PercentileInterval(drawn, kConfidence);
  std::printf("%-18s %+6.2f  (%+.2f to %+.2f)\n", name, 100 * seen, 100 * interval.low,
              100 * interval.high);
}

int Main(int argc, char** argv) {
  CLI::App app{"Change of the mean error rates, in percentage points, with 90 % intervals"};
  std::string old_root;
  std::string new_root;
  std::vector<std::string> wanted;
  uint64_t resamples = 500;
  int threads = 2;
  app.add_option("before", old_root, "Folder of sets of templates")->required();
  app.add_option("after", new_root, "Folder of the same sets, made again")->required();
  app.add_option("--sets", wanted, "Only sets with one of these in their names");
  app.add_option("--resamples", resamples, "Draws")->check(CLI::Range(100, 100000));
  app.add_option("--threads", threads, "Threads")->check(CLI::Range(1, 256));
  CLI11_PARSE(app, argc, argv);

  const auto before = ReadWanted(old_root, wanted);
  const auto after = ReadWanted(new_root, wanted);
  for (const auto* sets : {&before, &after}) {
    if (*sets) continue;
    std::fprintf(stderr, "measure_change: %s\n", sets->error().message.c_str());
    return 1;
  }
  Change change;
  for (size_t i = 0; i < before->size() && before->size() == after->size(); ++i) {
    if ((*before)[i].name != (*after)[i].name) break;
    change.names.push_back((*before)[i].name);
    change.before.push_back(Scored((*before)[i], threads));
    change.after.push_back(Scored((*after)[i], threads));
  }
  if (change.names.empty() || change.names.size() != before->size()) {
    std::fprintf(stderr, "measure_change: the folders must hold the same sets\n");
    return 1;
  }
  std::printf("mean of");
  for (const std::string& name : change.names) std::printf(" %s", name.c_str());
  std::printf("\n");
  Report("EER", &ErrorRates::eer, change, resamples);
  Report("FNMR at FMR 1 %", &ErrorRates::fmr100, change, resamples);
  Report("FNMR at FMR 0.1 %", &ErrorRates::fmr1000, change, resamples);
  Report("FNMR at FMR 0", &ErrorRates::zero_fmr, change, resamples);
  return 0;
}

}  // namespace
}  // namespace taanu::accuracy

int main(int argc, char** argv) { return taanu::accuracy::Main(argc, argv); }
