// taanu polls export, taanu polls import.
#pragma once

#include "service/cli/command.h"

namespace taanu::cli {

// Adds both to the group `polls`.
void AddPollsFileCommands(CLI::App& group, Context& context);

}  // namespace taanu::cli
