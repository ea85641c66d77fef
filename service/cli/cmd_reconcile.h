// The commands that lay counts beside the log, and draw recounts.
#pragma once

#include "service/cli/command.h"

namespace taanu::cli {

void RegisterPreliminary(CLI::App& app, Context& context);
void RegisterReconcile(CLI::App& app, Context& context);
void RegisterRecount(CLI::App& app, Context& context);

}  // namespace taanu::cli
