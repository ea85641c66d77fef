// One load of a manifest, from beginning to end.
#pragma once

#include "service/cli/command.h"
#include "service/cli/load_options.h"

namespace taanu::cli {

// Loads or, for a dry run, checks everything and stores nothing; prints the report and what went
// wrong. Success: every row is in the register; kBadInput: some rows were rejected, and the others
// are in it. For the main thread.
ExitStatus RunLoad(const LoadOptions& options, const Context& context);

}  // namespace taanu::cli
