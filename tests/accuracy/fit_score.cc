// fit_score: the weights of the raw score, by logistic regression on mated and non-mated pairs.
//
// Prints the weights, or writes them with --out as matcher/compare/score_weights.inc with what they
// were fitted on. Only the sets whose name contains one of the --sets words are used; the others
// stay unseen for reporting.
#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "tests/accuracy/template_sets.h"

namespace taanu::accuracy {
namespace {

// With the constant term, which the calibration swallows, last.
constexpr int kTerms = compare::kFeatures + 1;
using Terms = std::array<double, kTerms>;

struct Sample {
  Terms terms{};
  bool mated = false;
  double weight = 1;
};

// Parts of prints count less: a mated pair of one often shows too little of the same skin for
// anyone to tell, and would teach to accept what proves nothing. Chosen by leaving one set out.
constexpr double kPartialMated = 0.03;
constexpr double kPartialNonMated = 0.3;

// Solves the symmetric positive definite system by elimination.
Terms Solve(std::array<Terms, kTerms> a, Terms b) {
  for (int i = 0; i < kTerms; ++i) {
    for (int j = i + 1; j < kTerms; ++j) {
      const double f = a[j][i] / a[i][i];
      for (int k = i; k < kTerms; ++k) a[j][k] -= f * a[i][k];
      b[j] -= f * b[i];
    }
  }
  Terms x{};
  for (int i = kTerms - 1; i >= 0; --i) {
    double sum = b[i];
    for (int k = i + 1; k < kTerms; ++k) sum -= a[i][k] * x[k];
    x[i] = sum / a[i][i];
  }
  return x;
}

// Newton's method on the log-likelihood with a slight ridge.
Terms Fit(const std::vector<Sample>& samples) {
  constexpr int kRounds = 15;
  const double ridge = 1e-6 * static_cast<double>(samples.size());
  Terms w{};
  for (int round = 0; round < kRounds; ++round) {
    std::array<Terms, kTerms> curvature{};
    Terms slope{};
    for (const Sample& s : samples) {
      double z = 0;
      for (int k = 0; k < kTerms; ++k) z += w[k] * s.terms[k];
      const double p = 1.0 / (1.0 + std::exp(-z));
      for (int k = 0; k < kTerms; ++k) {
        slope[k] += s.weight * ((s.mated ? 1.0 : 0.0) - p) * s.terms[k];
        for (int l = 0; l < kTerms; ++l) {
          curvature[k][l] += s.weight * p * (1 - p) * s.terms[k] * s.terms[l];
        }
      }
    }
    for (int k = 0; k < kTerms; ++k) {
      slope[k] -= ridge * w[k];
      curvature[k][k] += ridge;
    }
    const Terms step = Solve(curvature, slope);
    for (int k = 0; k < kTerms; ++k) w[k] += step[k];
  }
  return w;
}

void AddSamples(const std::vector<PrintPair>& pairs, bool partial, int threads,
                std::vector<Sample>* samples) {
  const auto outcomes = ScorePairs(pairs, threads);
  for (size_t k = 0; k < pairs.size(); ++k) {
    if (outcomes[k].evidence.pairs == 0) continue;
    const auto features = compare::FeaturesOf(outcomes[k].evidence);
    Sample s;
    std::copy(features.begin(), features.end(), s.terms.begin());
    s.terms.back() = 1.0;
    s.mated = pairs[k].mated;
    if (partial) s.weight = s.mated ? kPartialMated : kPartialNonMated;
    samples->push_back(s);
  }
}

int Main(int argc, char** argv) {
  CLI::App app{"Fits the weights of the raw score"};
  std::vector<std::string> roots;
  std::vector<std::string> words;
  std::string out;
  int threads = 2;
  app.add_option("dir", roots, "Folders of sets, one for each extractor")->required();
  app.add_option("--sets", words, "Use the sets whose name contains one of these")->required();
  app.add_option("--out", out, "Write score_weights.inc here");
  app.add_option("--threads", threads, "Threads");
  CLI11_PARSE(app, argc, argv);

  std::vector<Sample> samples;
  std::string provenance;
  for (const std::string& root : roots) {
    const auto sets = ReadTemplateSets(root);
    if (!sets) {
      std::fprintf(stderr, "fit_score: %s\n", sets.error().message.c_str());
      return 1;
    }
    const std::string extractor = std::filesystem::path(root).filename().string();
    for (const TemplateSet& set : *sets) {
      bool wanted = false;
      for (const std::string& word : words) wanted |= set.name.find(word) != std::string::npos;
      if (!wanted) continue;
      provenance += "//   " + extractor + " " + set.name + "\n";
      AddSamples(PairsWithin(set), false, threads, &samples);
      const TemplateSet parts = PartialPrints(set);
      AddSamples(PartialPairs(set, parts), true, threads, &samples);
    }
  }
  if (samples.empty()) {
    std::fprintf(stderr, "fit_score: no set has such a name\n");
    return 1;
  }
  const Terms w = Fit(samples);
  std::string text = "// Written by fit_score from " + std::to_string(samples.size()) +
                     " pairs of whole and partial prints of these sets\n// (extractor, set):\n" +
                     provenance;
  for (int k = 0; k < compare::kFeatures; ++k) {
    char line[32];
    std::snprintf(line, sizeof line, "%.4f,\n", w[k]);
    text += line;
  }
  if (out.empty()) {
    std::fputs(text.c_str(), stdout);
  } else if (!(std::ofstream(out) << text)) {
    std::fprintf(stderr, "fit_score: cannot write %s\n", out.c_str());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace taanu::accuracy

int main(int argc, char** argv) { return taanu::accuracy::Main(argc, argv); }
