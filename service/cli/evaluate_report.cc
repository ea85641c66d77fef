#include "service/cli/evaluate_report.h"

#include <array>
#include <cstdio>
#include <utility>

#include "matcher/evaluate/discard.h"
#include "matcher/evaluate/finger_bootstrap.h"
#include "matcher/evaluate/svg/discard_plot.h"
#include "service/cli/table.h"

namespace taanu::cli {
namespace {

// Below so many expected false matches the observed rate says little about the claimed one.
constexpr double kExpectedMin = 10;

std::string Fixed(double value, int decimals) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

std::string PercentText(double share, size_t figure) {
  return Fixed(share * 100, figure < kClaimed100 ? 2 : 4);
}

std::string IntervalText(const Interval& interval, size_t figure) {
  return PercentText(interval.low, figure) + " - " + PercentText(interval.high, figure);
}

bool TooFew(double claimed, size_t non_mated) {
  return claimed * static_cast<double>(non_mated) < kExpectedMin;
}

// The observed rate in multiples of the claimed one.
std::string ClaimText(double observed, size_t figure, size_t non_mated) {
  if (figure < kClaimed100) return "";
  const double claimed = kClaimedFmrs[figure - kClaimed100];
  std::string text = TooFew(claimed, non_mated) ? "(few) x " : "x ";
  text += Fixed(observed / claimed, 2);
  return text;
}

// `mated` and `non_mated` are those of the set; of the mean over sets, of all together.
std::string FiguresText(const Figures& observed, const std::vector<Figures>& resampled,
                        size_t mated, size_t non_mated) {
  const Intervals intervals = IntervalsOf(resampled);
  Table table({"percent", "observed", "90 % interval", "95 % interval", "of the claim"}, 1);
  bool unseen = false;
  for (size_t f = 0; f < kFigures; ++f) {
    unseen |= f < kClaimed100 && observed[f] == 0;
    table.Add({std::string(kFigureTexts[f].text), PercentText(observed[f], f),
               IntervalText(intervals.at90[f], f), IntervalText(intervals.at95[f], f),
               ClaimText(observed[f], f, non_mated)});
  }
  std::string text = table.Text();
  if (unseen) {
    text += "No error was seen where it says 0: with 95 % confidence the FNMR there is below " +
            Fixed(300.0 / static_cast<double>(mated), 2) +
            " %,\nwere all mated pairs independent (rule of 3).\n";
  }
  if (TooFew(kClaimedFmrs.back(), non_mated)) {
    text += "(few): fewer than 10 false matches are claimed, too few to check the claim by.\n";
  }
  return text;
}

nlohmann::json FiguresJson(const Figures& observed, const std::vector<Figures>& resampled) {
  const Intervals intervals = IntervalsOf(resampled);
  nlohmann::json object;
  for (size_t f = 0; f < kFigures; ++f) {
    object[std::string(kFigureTexts[f].word)] = {
        {"observed", observed[f]},
        {"interval_90", {intervals.at90[f].low, intervals.at90[f].high}},
        {"interval_95", {intervals.at95[f].low, intervals.at95[f].high}}};
  }
  return object;
}

std::string DiscardText(const RatedPrints& rated) {
  const auto curve = DiscardCurve(rated);
  if (curve.empty()) {
    return "Quality: all equal or unknown, so that nothing can be discarded by it.\n";
  }
  const auto figure = DiscardWorst(curve, svg::kDiscardShare);
  if (!figure) return "Quality: no false non-match at FMR 0.1 % that it could predict.\n";
  return "Quality: discarding the worst 10 % of the prints removes " +
         Fixed(100 * figure->removed_share(), 1) + " % of the false non-matches at FMR 0.1 % (" +
         std::to_string(figure->removed) + " of " + std::to_string(figure->false_non_matches) +
         "),\nwith " + Fixed(100 * figure->mated_removed_share(), 1) + " % of the mated pairs.\n";
}

}  // namespace

std::string SetText(const SetFigures& set) {
  std::string text = set.name + ": " + std::to_string(set.prints) + " prints of " +
                     std::to_string(set.fingers) + " fingers, " + std::to_string(set.mated) +
                     " mated and " + std::to_string(set.non_mated) + " non-mated pairs";
  if (set.unusable > 0) {
    text += "; " + std::to_string(set.unusable) + " files could not be used and are left out";
  }
  return text + "\n" + FiguresText(set.observed, set.resampled, set.mated, set.non_mated) +
         DiscardText(set.rated);
}

std::string MeanText(const std::vector<SetFigures>& sets) {
  size_t mated = 0;
  size_t non_mated = 0;
  for (const SetFigures& set : sets) {
    mated += set.mated;
    non_mated += set.non_mated;
  }
  return "Mean over " + std::to_string(sets.size()) + " sets\n" +
         FiguresText(MeanFigures(sets), MeanResampled(sets), mated, non_mated) +
         "All sets pooled, each at its own threshold. " + DiscardText(PoolRated(sets));
}

nlohmann::json SetJson(const LoadedSet& loaded, const SetFigures& set,
                       const std::vector<std::filesystem::path>& pictures) {
  nlohmann::json object = {{"set", set.name},          {"prints", set.prints},
                           {"fingers", set.fingers},   {"mated_pairs", set.mated},
                           {"unusable", set.unusable}, {"non_mated_pairs", set.non_mated}};
  object["rates"] = FiguresJson(set.observed, set.resampled);
  object["quality"] = DiscardJson(set.rated);
  object["worst"] = nlohmann::json::array();
  for (size_t i = 0; i < set.worst.size(); ++i) {
    const WorstPair& worst = set.worst[i];
    nlohmann::json entry = {{"kind", worst.mated ? "mated" : "non_mated"},
                            {"probe", loaded.prints[worst.pair.probe].path.string()},
                            {"reference", loaded.prints[worst.pair.reference].path.string()},
                            {"score", nlohmann::json::parse(Fixed(worst.score, 4))}};
    if (i < pictures.size()) entry["picture"] = pictures[i].string();
    object["worst"].push_back(std::move(entry));
  }
  return object;
}

nlohmann::json MeanJson(const std::vector<SetFigures>& sets) {
  return FiguresJson(MeanFigures(sets), MeanResampled(sets));
}

nlohmann::json DiscardJson(const RatedPrints& rated) {
  const auto figure = DiscardWorst(DiscardCurve(rated), svg::kDiscardShare);
  if (!figure) return {{"discard_10_percent_removes", nullptr}};
  return {{"discard_10_percent_removes", figure->removed_share()},
          {"discard_10_percent_removes_of_mated_pairs", figure->mated_removed_share()},
          {"false_non_matches", figure->false_non_matches},
          {"false_non_matches_removed", figure->removed}};
}

}  // namespace taanu::cli
