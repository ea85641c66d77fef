// The commands of `taanu register` that write the register out and check it.
#pragma once

#include "service/cli/command.h"

namespace taanu::cli {

// Adds `export` and `check` to the group.
void AddRegisterFileCommands(CLI::App& group, Context& context);

}  // namespace taanu::cli
