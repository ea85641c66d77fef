// The commands of `taanu keys` that work on the key of a store in use.
#pragma once

#include "service/cli/command.h"

namespace taanu::cli {

// Adds `rotate` and `retire` to the group.
void AddStoreKeyCommands(CLI::App& keys, Context& context);

}  // namespace taanu::cli
