#include "service/cli/evaluate_measure.h"

#include <algorithm>
#include <utility>

#include "matcher/compare/comparator.h"
#include "service/cli/parallel.h"
#include "service/cli/progress.h"

namespace taanu::cli {
namespace {

Figures FiguresOf(const Measures& m) {
  static_assert(kClaimedFmrs == std::array{0.01, 0.001, 0.0001});
  return {m.rates.eer,       m.rates.fmr100,    m.rates.fmr1000,  m.rates.zero_fmr,
          m.observed_fmr[0], m.observed_fmr[1], m.observed_fmr[2]};
}

double BestScore(Comparator* comparator, const LoadedPrint& probe, const LoadedPrint& reference) {
  double best = 0;
  for (const Prepared& a : probe.prepared) {
    for (const Prepared& b : reference.prepared) {
      best = std::max(best, comparator->Compare(a, b));
    }
  }
  return best;
}

std::vector<double> ScoreAll(const LoadedSet& set, const std::vector<ImpressionPair>& pairs,
                             unsigned threads) {
  std::vector<Comparator> comparators(threads);
  std::vector<double> scores(pairs.size());
  Progress progress("comparing " + set.name, pairs.size());
  ParallelFor(pairs.size(), threads, [&](size_t i, unsigned worker) {
    scores[i] =
        BestScore(&comparators[worker], set.prints[pairs[i].probe], set.prints[pairs[i].reference]);
    progress.Add(1);
  });
  return scores;
}

// The `count` comparisons of a kind that went worst; of equal ones the earlier.
void AddWorst(const std::vector<ImpressionPair>& pairs, const std::vector<FingerScore>& scores,
              bool mated, size_t count, std::vector<WorstPair>* worst) {
  std::vector<uint32_t> of_kind;
  for (uint32_t i = 0; i < scores.size(); ++i) {
    if (scores[i].mated() == mated) of_kind.push_back(i);
  }
  count = std::min(count, of_kind.size());
  std::partial_sort(of_kind.begin(), of_kind.begin() + static_cast<ptrdiff_t>(count), of_kind.end(),
                    [&](uint32_t a, uint32_t b) {
                      if (scores[a].score == scores[b].score) return a < b;
                      return (scores[a].score < scores[b].score) == mated;
                    });
  for (size_t k = 0; k < count; ++k) {
    const uint32_t i = of_kind[k];
    worst->push_back({mated, static_cast<int>(k) + 1, pairs[i], scores[i].score});
  }
}

RatedPrints RatePrints(const LoadedSet& set, const std::vector<ImpressionPair>& pairs,
                       const std::vector<FingerScore>& scores, double threshold) {
  RatedPrints rated;
  for (const LoadedPrint& print : set.prints) {
    uint8_t best = 0;
    for (const FingerView& view : print.views) best = std::max(best, view.quality);
    rated.qualities.push_back(best);
  }
  for (size_t i = 0; i < pairs.size(); ++i) {
    if (!scores[i].mated()) continue;
    rated.mated.push_back({pairs[i].probe, pairs[i].reference, scores[i].score < threshold});
  }
  return rated;
}

}  // namespace

const std::array<FigureText, kFigures> kFigureTexts = {{
    {"eer", "EER"},
    {"fmr100", "FMR100 (FNMR at FMR 1 %)"},
    {"fmr1000", "FMR1000 (FNMR at FMR 0.1 %)"},
    {"zero_fmr", "ZeroFMR (FNMR at FMR 0)"},
    {"observed_fmr_at_1_percent", "observed FMR at a claimed 1 %"},
    {"observed_fmr_at_0_1_percent", "observed FMR at a claimed 0.1 %"},
    {"observed_fmr_at_0_01_percent", "observed FMR at a claimed 0.01 %"},
}};

Result<SetFigures> MeasureSet(const LoadedSet& set, const MeasureOptions& options) {
  const auto pairs = AllPairs(static_cast<uint32_t>(set.prints.size()));
  const std::vector<double> values = ScoreAll(set, pairs, options.threads);
  std::vector<FingerScore> scores;
  scores.reserve(pairs.size());
  std::vector<double> mated;
  std::vector<double> non_mated;
  for (size_t i = 0; i < pairs.size(); ++i) {
    scores.push_back({values[i], set.fingers[pairs[i].probe], set.fingers[pairs[i].reference]});
    (scores.back().mated() ? mated : non_mated).push_back(values[i]);
  }
  if (mated.empty() || non_mated.empty()) {
    return Fail(ErrorCode::kBadInput, "NO_PAIRS",
                "error rates need two fingers and two impressions of one of them, but there are " +
                    std::to_string(set.prints.size()) + " usable prints of " +
                    std::to_string(set.finger_count) + " fingers; add prints");
  }
  SetFigures figures;
  figures.name = set.name;
  figures.prints = set.prints.size();
  figures.fingers = set.finger_count;
  figures.mated = mated.size();
  figures.non_mated = non_mated.size();
  figures.unusable = set.unusable;
  figures.curve = DetCurve(mated, non_mated);
  AddWorst(pairs, scores, false, options.worst, &figures.worst);
  AddWorst(pairs, scores, true, options.worst, &figures.worst);
  figures.rated = RatePrints(set, pairs, scores, ThresholdForFmr(figures.curve, 0.001));

  const FingerBootstrap bootstrap(std::move(scores), set.finger_count);
  figures.observed = FiguresOf(bootstrap.Observed());
  figures.resampled.resize(options.resamples);
  Progress progress("resampling " + set.name, options.resamples);
  ParallelFor(options.resamples, options.threads, [&](size_t i, unsigned) {
    figures.resampled[i] = FiguresOf(bootstrap.Resample(options.seed, i));
    progress.Add(1);
  });
  return figures;
}

Intervals IntervalsOf(const std::vector<Figures>& resampled) {
  Intervals intervals;
  for (size_t f = 0; f < kFigures; ++f) {
    std::vector<double> values;
    values.reserve(resampled.size());
    for (const Figures& figures : resampled) values.push_back(figures[f]);
    intervals.at90[f] = PercentileInterval(values, 0.90);
    intervals.at95[f] = PercentileInterval(std::move(values), 0.95);
  }
  return intervals;
}

Figures MeanFigures(const std::vector<SetFigures>& sets) {
  Figures mean{};
  for (const SetFigures& set : sets) {
    for (size_t f = 0; f < kFigures; ++f) {
      mean[f] += set.observed[f] / static_cast<double>(sets.size());
    }
  }
  return mean;
}

std::vector<Figures> MeanResampled(const std::vector<SetFigures>& sets) {
  std::vector<Figures> means(sets.empty() ? 0 : sets.front().resampled.size());
  for (size_t i = 0; i < means.size(); ++i) {
    for (const SetFigures& set : sets) {
      for (size_t f = 0; f < kFigures; ++f) {
        means[i][f] += set.resampled[i][f] / static_cast<double>(sets.size());
      }
    }
  }
  return means;
}

RatedPrints PoolRated(const std::vector<SetFigures>& sets) {
  RatedPrints pool;
  for (const SetFigures& set : sets) {
    if (!DiscardCurve(set.rated).empty()) AddToPool(set.rated, &pool);
  }
  return pool;
}

}  // namespace taanu::cli
