// Corrections of totals, as part of `taanu polls`.
#pragma once

#include <string>
#include <vector>

#include "service/cli/command.h"
#include "taanu/v1/election.pb.h"

namespace taanu::cli {

// Adds `correct` and `corrections` to the group `polls`.
void AddCorrectionCommands(CLI::App& polls, Context& context);

// A table of them.
std::string CorrectionsText(const std::vector<v1::TotalsCorrection>& corrections);

}  // namespace taanu::cli
