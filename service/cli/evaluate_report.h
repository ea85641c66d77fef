// The figures of an evaluation as a person and as a program reads them.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "service/cli/evaluate_measure.h"
#include "service/cli/evaluate_sets.h"

namespace taanu::cli {

// A heading and a table of every figure, in percent, with its intervals.
std::string SetText(const SetFigures& set);
// The same of the mean over all sets, with what discarding achieves in their pool.
std::string MeanText(const std::vector<SetFigures>& sets);

// Shares, with "interval_90" and "interval_95" as [low, high]. `pictures` are those of the worst
// comparisons, or none.
nlohmann::json SetJson(const LoadedSet& loaded, const SetFigures& set,
                       const std::vector<std::filesystem::path>& pictures);
nlohmann::json MeanJson(const std::vector<SetFigures>& sets);

// Whether quality predicts errors: "discard_10_percent_removes", the share of the false non-matches
// at FMR 0.1 % that the worst 10 % of the prints take with them, and what it is counted from; null
// where qualities tell no prints apart, or there is no false non-match.
nlohmann::json DiscardJson(const RatedPrints& rated);

}  // namespace taanu::cli
