// fit_calibration: from the logarithm of the odds to -10 log10(FMR), from non-mated comparisons.
//
// First the levels that prints of given counts of minutiae exceed by chance at two fixed rates, by
// quantile regression (Koenker, Bassett, Econometrica 46(1), 1978), then the table for what lies
// between and beyond them. All real pairs of different fingers are compared, within and across sets
// and extractors. Those within one set and extractor count as much as all others together, since an
// election uses one sensor and one extractor, and such prints are more alike.
//
// The body of the table is read off at fixed rates; beyond the rate kTailRate the excess over the
// threshold is taken as exponential, the generalised Pareto distribution of shape 0 (Coles, "An
// Introduction to Statistical Modeling of Extreme Values", 2001, chapter 4). Its scale is the
// larger one of those of the real pairs and, with --synthetic, of the far end of the pairs of so
// many synthetic fingers, so that a tail that grows heavier is not promised away.
//
// Sets named by --check-sets are not fitted but reported on.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <thread>

#include "enroll/extract/extractor.h"
#include "enroll/synth/synth.h"
#include "matcher/compare/calibration.h"
#include "matcher/compare/prepared.h"
#include "matcher/evaluate/error_rates.h"
#include "matcher/gallery/fusion.h"
#include "tests/accuracy/template_sets.h"

namespace taanu::accuracy {
namespace {

constexpr double kTailRate = 0.001;
constexpr double kSyntheticTailRate = 1e-5;
// The rates that the levels are exceeded at.
constexpr double kLevelRates[2] = {0.02, 0.002};
// What parts of prints count beside whole ones when levels are fitted.
constexpr double kPartialShare = 0.5;

constexpr int kTerms = 3;
using Level = std::array<double, kTerms>;
struct Levels {
  Level low{};
  Level high{};
};

// One non-mated comparison.
struct Sample {
  float log_odds = 0;
  uint8_t probe_count = 0;
  uint8_t reference_count = 0;
  float weight = 1;
};

Level TermsOf(const Sample& s) {
  const compare::PrintSizes sizes = compare::SizesOf(s.probe_count, s.reference_count);
  return {1.0, sizes.mean, sizes.least};
}

double At(const Level& level, const Level& terms) {
  double sum = 0;
  for (int k = 0; k < kTerms; ++k) sum += level[k] * terms[k];
  return sum;
}

// The raw score as the comparator makes it of the levels (calibration.h).
double RawOf(const Sample& s, const Levels& levels) {
  if (s.log_odds <= static_cast<float>(compare::kRawNothing)) return compare::kRawNothing;
  const Level terms = TermsOf(s);
  const double low = At(levels.low, terms);
  return (static_cast<double>(s.log_odds) - low) /
         std::max(At(levels.high, terms) - low, compare::kLevelGapMin);
}

Level Solve(std::array<Level, kTerms> a, Level b) {
  for (int i = 0; i < kTerms; ++i) {
    for (int j = i + 1; j < kTerms; ++j) {
      const double f = a[j][i] / a[i][i];
      for (int k = i; k < kTerms; ++k) a[j][k] -= f * a[i][k];
      b[j] -= f * b[i];
    }
  }
  for (int i = kTerms - 1; i >= 0; --i) {
    for (int k = i + 1; k < kTerms; ++k) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  return b;
}

// The weighted quantile that is exceeded at `rate`; sorts the samples.
double QuantileOf(std::vector<Sample>* samples, double rate) {
  std::sort(samples->begin(), samples->end(),
            [](const Sample& a, const Sample& b) { return a.log_odds > b.log_odds; });
  double all = 0;
  for (const Sample& s : *samples) all += static_cast<double>(s.weight);
  double above = 0;
  for (const Sample& s : *samples) {
    above += static_cast<double>(s.weight);
    if (above >= rate * all) return static_cast<double>(s.log_odds);
  }
  return compare::kRawNothing;
}

// The level that a share `rate` of the comparisons exceeds whatever their counts: the least pinball
// loss, smoothed ever less, by Newton's method with short steps.
Level FitLevel(std::vector<Sample>* samples, double rate) {
  constexpr int kRounds = 50;
  constexpr double kStepMax = 2.0;
  // Sizes are centred here and multiplied, so that no term runs along with another.
  constexpr Level kCentre = {0, 3.6, 3.4};
  constexpr Level kStretch = {1, 2, 2};
  double total = 0;
  for (const Sample& s : *samples) total += static_cast<double>(s.weight);
  Level level{QuantileOf(samples, rate), 0, 0};
  double width = 1.5;
  for (int round = 0; round < kRounds; ++round) {
    width = std::max(0.25, width * 0.9);
    std::array<Level, kTerms> curvature{};
    Level slope{};
    for (const Sample& s : *samples) {
      Level terms = TermsOf(s);
      for (int k = 0; k < kTerms; ++k) terms[k] = (terms[k] - kCentre[k]) * kStretch[k];
      const double gap = (static_cast<double>(s.log_odds) - At(level, terms)) / width;
      const double below = 1.0 / (1.0 + std::exp(std::clamp(gap, -40.0, 40.0)));
      const auto weight = static_cast<double>(s.weight) / total;
      const double bend = weight * below * (1 - below) / width;
      for (int k = 0; k < kTerms; ++k) {
        slope[k] += weight * ((1 - rate) - below) * terms[k];
        for (int l = 0; l < kTerms; ++l) curvature[k][l] += bend * terms[k] * terms[l];
      }
    }
    for (int k = 0; k < kTerms; ++k) curvature[k][k] += 1e-5;
    const Level step = Solve(curvature, slope);
    double size = 0;
    for (const double part : step) size = std::max(size, std::abs(part));
    for (int k = 0; k < kTerms; ++k) level[k] += step[k] * std::min(1.0, kStepMax / size);
  }
  for (int k = 1; k < kTerms; ++k) {
    level[k] *= kStretch[k];
    level[0] -= level[k] * kCentre[k];
  }
  return level;
}

struct Knot {
  double raw = 0;
  double score = 0;
};

struct Weighted {
  double raw = 0;
  double weight = 0;
};

// Raw scores, highest first.
std::vector<Weighted> Ranked(const std::vector<Sample>& samples, const Levels& levels) {
  std::vector<Weighted> ranked;
  ranked.reserve(samples.size());
  for (const Sample& s : samples) {
    ranked.push_back({RawOf(s, levels), static_cast<double>(s.weight)});
  }
  std::sort(ranked.begin(), ranked.end(),
            [](const Weighted& a, const Weighted& b) { return a.raw > b.raw; });
  return ranked;
}

double TotalOf(const std::vector<Weighted>& ranked) {
  double sum = 0;
  for (const Weighted& w : ranked) sum += w.weight;
  return sum;
}

double ThresholdAt(const std::vector<Weighted>& ranked, double rate) {
  const double wanted = rate * TotalOf(ranked);
  double above = 0;
  for (const Weighted& w : ranked) {
    above += w.weight;
    if (above >= wanted) return w.raw;
  }
  return ranked.back().raw;
}

// The mean excess over the score that a share `rate` exceeds.
double ExcessScale(const std::vector<Weighted>& ranked, double rate) {
  const double threshold = ThresholdAt(ranked, rate);
  double sum = 0;
  double weight = 0;
  for (const Weighted& w : ranked) {
    if (w.raw <= threshold) break;
    sum += w.weight * (w.raw - threshold);
    weight += w.weight;
  }
  return weight > 0 ? sum / weight : 0;
}

// The scale of the tail: the largest of what was seen, on the safe side by a standard error.
double TailScale(const std::vector<Weighted>& real, const std::vector<Weighted>& synthetic) {
  constexpr double kFewest = 100;
  double scale = 0;
  const auto look = [&scale](const char* name, const std::vector<Weighted>& ranked, double rate) {
    const double exceedances = rate * static_cast<double>(ranked.size());
    if (exceedances < kFewest) return;
    const double mean = ExcessScale(ranked, rate);
    std::printf("mean excess of the %s above a rate of %g: %.4f\n", name, rate, mean);
    scale = std::max(scale, mean * (1 + 1 / std::sqrt(exceedances)));
  };
  for (const double rate : {kTailRate, 3e-4, 1e-4}) {
    look("real ones", real, rate);
  }
  // Synthetic fingers are more alike than real ones, so only the far end of theirs, which real ones
  // are too few to show, says something of the tail.
  look("synthetic ones", synthetic, kSyntheticTailRate);
  return scale;
}

std::vector<Knot> FitTable(const std::vector<Weighted>& real,
                           const std::vector<Weighted>& synthetic) {
  std::vector<Knot> table;
  for (const double rate :
       {0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.06, 0.04, 0.02, 0.01, 0.005, 0.002, kTailRate}) {
    const double raw = ThresholdAt(real, rate);
    // Hopeless comparisons all share one raw score, which stands for a score of 0.
    if (raw <= compare::kRawNothing) continue;
    if (table.empty()) {
      table.push_back({raw - 0.5, 0.0});
      table.push_back({raw, -10 * std::log10(rate)});
    } else if (raw > table.back().raw) {
      table.push_back({raw, -10 * std::log10(rate)});
    }
  }
  const Knot last = table.back();
  const double scale = TailScale(real, synthetic);
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

Sample SampleOf(const Prepared& probe, const Prepared& reference,
                const compare::Engine::Outcome& outcome, double weight) {
  const compare::Evidence& e = outcome.evidence;
  Sample s;
  s.probe_count = static_cast<uint8_t>(probe.data().count);
  s.reference_count = static_cast<uint8_t>(reference.data().count);
  s.log_odds = static_cast<float>(e.pairs == 0 ? compare::kRawNothing : compare::LogOdds(e));
  s.weight = static_cast<float>(weight);
  return s;
}

std::vector<Sample> Compare(const std::vector<PrintPair>& pairs, double total_weight, int threads) {
  std::vector<Sample> samples;
  samples.reserve(pairs.size());
  const double weight = total_weight / static_cast<double>(std::max<size_t>(pairs.size(), 1));
  const auto outcomes = ScorePairs(pairs, threads);
  for (size_t k = 0; k < pairs.size(); ++k) {
    samples.push_back(
        SampleOf(pairs[k].probe->prepared, pairs[k].reference->prepared, outcomes[k], weight));
  }
  return samples;
}

// Every two of so many synthetic fingers, one impression each.
std::vector<Sample> CompareSynthetic(int fingers, int threads) {
  constexpr uint64_t kFirstSeed = 1'000'000;
  std::vector<Prepared> prints;
  for (int i = 0; i < fingers; ++i) prints.emplace_back(FingerView());
  const auto workers = static_cast<size_t>(std::max(1, threads));
  std::vector<std::vector<Sample>> found(workers);
  const auto run = [workers](const auto& work) {
    std::vector<std::thread> running;
    for (size_t w = 0; w < workers; ++w) running.emplace_back(work, w);
    for (std::thread& thread : running) thread.join();
  };
  run([&](size_t w) {
    for (size_t i = w; i < prints.size(); i += workers) {
      const auto extraction = Extract(SyntheticFinger(kFirstSeed + i).Impression(0));
      if (extraction) prints[i] = Prepared(extraction->view);
    }
  });
  run([&](size_t w) {
    const auto engine = std::make_unique<compare::Engine>();
    for (size_t i = w; i < prints.size(); i += workers) {
      for (size_t k = i + 1; k < prints.size(); ++k) {
        const auto outcome = engine->Run(prints[i].data(), prints[k].data());
        found[w].push_back(SampleOf(prints[i], prints[k], outcome, 1.0));
      }
    }
  });
  std::vector<Sample> samples;
  for (const auto& part : found) samples.insert(samples.end(), part.begin(), part.end());
  return samples;
}

bool Named(const std::string& name, const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(), [&name](const std::string& word) {
    return name.find(word) != std::string::npos;
  });
}

void PrintRates(const std::string& name, const std::vector<double>& scores,
                const std::string& note) {
  std::printf("%-34s %9zu %16s", name.c_str(), scores.size(), note.c_str());
  for (const double claimed : {0.01, 0.001, 0.0001}) {
    const double observed = ObservedFmr(scores, ScoreForFmr(claimed));
    std::printf("  %8.5f %% (x%.2f)", observed * 100, observed / claimed);
  }
  std::printf("\n");
}

void Report(const std::string& name, const std::vector<Sample>& samples, const Levels& levels,
            const std::vector<Knot>& table) {
  if (samples.empty()) return;
  std::vector<double> scores;
  double hopeless = 0;
  for (const Sample& s : samples) {
    scores.push_back(Look(table, RawOf(s, levels)));
    hopeless += s.log_odds <= static_cast<float>(compare::kRawNothing);
  }
  char note[32];
  std::snprintf(note, sizeof note, "hopeless %.0f %%",
                100 * hopeless / static_cast<double>(scores.size()));
  PrintRates(name, scores, note);
}

// Two fingers each of people who are not the same, fused: whether the score keeps its meaning.
void ReportFused(const std::string& name, const std::vector<Sample>& samples, const Levels& levels,
                 const std::vector<Knot>& table) {
  constexpr size_t kStride = 7919;
  std::vector<double> fused;
  gallery::Fusion fusion;
  for (size_t i = 0; i < samples.size(); ++i) {
    fusion.Clear();
    fusion.Add(FingerPosition::kRightThumb, Look(table, RawOf(samples[i], levels)));
    const Sample& other = samples[(i * kStride + kStride) % samples.size()];
    fusion.Add(FingerPosition::kRightIndex, Look(table, RawOf(other, levels)));
    fused.push_back(fusion.Score());
  }
  PrintRates(name, fused, "");
}

void Append(const std::vector<Sample>& from, std::vector<Sample>* to) {
  to->insert(to->end(), from.begin(), from.end());
}

struct Reading {
  std::vector<TemplateSet> fit;  // of all extractors
  std::vector<TemplateSet> check;
  std::vector<std::string> fit_extractors;
  std::vector<std::string> check_extractors;
};

Result<Reading> Read(const std::vector<std::string>& roots,
                     const std::vector<std::string>& fit_words,
                     const std::vector<std::string>& check_words) {
  Reading reading;
  for (const std::string& root : roots) {
    TAANU_ASSIGN_OR_RETURN(auto sets, ReadTemplateSets(root));
    const std::string extractor = std::filesystem::path(root).filename().string();
    for (TemplateSet& set : sets) {
      if (Named(set.name, fit_words)) {
        reading.fit.push_back(std::move(set));
        reading.fit_extractors.push_back(extractor);
      } else if (Named(set.name, check_words)) {
        reading.check.push_back(std::move(set));
        reading.check_extractors.push_back(extractor);
      }
    }
  }
  return reading;
}

std::vector<PrintPair> NonMatedWithin(const TemplateSet& set) {
  std::vector<PrintPair> pairs = PairsWithin(set);
  std::erase_if(pairs, [](const PrintPair& p) { return p.mated; });
  return pairs;
}

// The non-mated comparisons of some sets.
struct Comparisons {
  std::vector<Sample> all;     // real prints as they are, weighted
  std::vector<Sample> across;  // those of them across sets or extractors
  std::vector<Sample> partial;
  std::vector<std::pair<std::string, std::vector<Sample>>> within;  // of each set and extractor
};

Comparisons CompareAll(const std::vector<TemplateSet>& sets,
                       const std::vector<std::string>& extractors, int threads) {
  Comparisons c;
  for (size_t s = 0; s < sets.size(); ++s) {
    const double weight = 0.5 / static_cast<double>(sets.size());
    c.within.emplace_back(extractors[s] + " " + sets[s].name,
                          Compare(NonMatedWithin(sets[s]), weight, threads));
    Append(c.within.back().second, &c.all);
    const TemplateSet parts = PartialPrints(sets[s]);
    std::vector<PrintPair> pairs = PartialPairs(sets[s], parts);
    std::erase_if(pairs, [](const PrintPair& p) { return p.mated; });
    Append(Compare(pairs, 2 * weight * kPartialShare, threads), &c.partial);
  }
  std::map<const Print*, size_t> home;
  for (size_t s = 0; s < sets.size(); ++s) {
    for (const Print& print : sets[s].prints) home[&print] = s;
  }
  std::vector<PrintPair> across = NonMatedPairs(sets);
  std::erase_if(across, [&home](const PrintPair& p) { return home[p.probe] == home[p.reference]; });
  c.across = Compare(across, 0.5, threads);
  Append(c.across, &c.all);
  return c;
}

void ReportAll(const std::string& what, const Comparisons& c, const Levels& levels,
               const std::vector<Knot>& table) {
  if (c.all.empty()) return;
  std::map<std::string, std::vector<Sample>> by_set;
  std::vector<Sample> within;
  for (const auto& [name, samples] : c.within) {
    Report("  " + name, samples, levels, table);
    Append(samples, &by_set[name.substr(name.find(' ') + 1)]);
    Append(samples, &within);
  }
  for (const auto& [name, samples] : by_set) Report("  all of " + name, samples, levels, table);
  Report(what + ", within sets", within, levels, table);
  Report(what + ", across", c.across, levels, table);
  Report(what + ", all pairs", c.all, levels, table);
  Report(what + ", partial", c.partial, levels, table);
  ReportFused(what + ", two fingers fused", within, levels, table);
}

bool WriteLevels(const std::string& path, const Levels& levels, const std::string& provenance) {
  std::ofstream file(path);
  file << provenance << "// Exceeded at rates of " << kLevelRates[0] << " and " << kLevelRates[1]
       << ".\n";
  char line[96];
  for (const Level& level : {levels.low, levels.high}) {
    std::snprintf(line, sizeof line, "{%.4f, %.4f, %.4f},\n", level[0], level[1], level[2]);
    file << line;
  }
  return static_cast<bool>(file);
}

bool WriteTable(const std::string& path, const std::vector<Knot>& table,
                const std::string& provenance) {
  std::ofstream file(path);
  file << provenance;
  char line[64];
  for (const Knot& knot : table) {
    std::snprintf(line, sizeof line, "{%.4f, %.4f},\n", knot.raw, knot.score);
    file << line;
  }
  return static_cast<bool>(file);
}

int Main(int argc, char** argv) {
  CLI::App app{"Fits the calibration of the comparator"};
  std::vector<std::string> roots;
  std::vector<std::string> fit_words;
  std::vector<std::string> check_words;
  std::string out;
  int synthetic = 0;
  int threads = 2;
  app.add_option("dir", roots, "Folders of sets, one for each extractor")->required();
  app.add_option("--fit-sets", fit_words, "Fit on sets whose name contains one of these")
      ->required();
  app.add_option("--check-sets", check_words, "Report on sets whose name contains one of these");
  app.add_option("--synthetic", synthetic, "Fingers to make for the tail")
      ->check(CLI::Range(0, 20'000));
  app.add_option("--out", out,
                 "Write chance_levels.inc and calibration_table.inc into this folder");
  app.add_option("--threads", threads, "Threads");
  CLI11_PARSE(app, argc, argv);

  const auto reading = Read(roots, fit_words, check_words);
  if (!reading) {
    std::fprintf(stderr, "fit_calibration: %s\n", reading.error().message.c_str());
    return 1;
  }
  const Comparisons fit = CompareAll(reading->fit, reading->fit_extractors, threads);
  if (fit.all.size() < 10'000) {
    std::fprintf(stderr, "fit_calibration: %zu non-mated pairs are too few\n", fit.all.size());
    return 1;
  }
  const std::vector<Sample> made = CompareSynthetic(synthetic, threads);
  std::vector<Sample> for_levels = fit.all;
  Append(fit.partial, &for_levels);
  Levels levels;
  levels.low = FitLevel(&for_levels, kLevelRates[0]);
  levels.high = FitLevel(&for_levels, kLevelRates[1]);
  const std::vector<Knot> table = FitTable(Ranked(fit.all, levels), Ranked(made, levels));

  std::printf("%-34s %9s                  observed at a claimed 1 %%, 0.1 %%, 0.01 %%\n", "",
              "pairs");
  ReportAll("fitted", fit, levels, table);
  ReportAll("unseen", CompareAll(reading->check, reading->check_extractors, threads), levels,
            table);
  Report("synthetic", made, levels, table);

  if (out.empty()) return 0;
  std::string provenance = "// Written by fit_calibration from " + std::to_string(fit.all.size()) +
                           " non-mated pairs of prints, " + std::to_string(fit.partial.size()) +
                           " of partial ones and\n// " + std::to_string(made.size()) +
                           " of synthetic ones; the real ones within and across these extractors "
                           "and\n// sets:\n";
  for (size_t s = 0; s < reading->fit.size(); ++s) {
    provenance += "//   " + reading->fit_extractors[s] + " " + reading->fit[s].name + "\n";
  }
  if (!WriteLevels(out + "/chance_levels.inc", levels, provenance) ||
      !WriteTable(out + "/calibration_table.inc", table, provenance)) {
    std::fprintf(stderr, "fit_calibration: cannot write into %s\n", out.c_str());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace taanu::accuracy

int main(int argc, char** argv) { return taanu::accuracy::Main(argc, argv); }
