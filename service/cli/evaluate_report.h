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
// The same of the mean over all sets.
std::string MeanText(const std::vector<SetFigures>& sets);

// Shares, with "interval_90" and "interval_95" as [low, high]. `pictures` are those of the worst
// comparisons, or none.
nlohmann::json SetJson(const LoadedSet& loaded, const SetFigures& set,
                       const std::vector<std::filesystem::path>& pictures);
nlohmann::json MeanJson(const std::vector<SetFigures>& sets);

}  // namespace taanu::cli
