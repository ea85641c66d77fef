// The commands of the group `taanu audit`, by file.
#pragma once

#include "service/cli/command.h"

namespace taanu::cli {

// prove, consistency, export: what the daemon gives to whoever checks it.
void AddAuditProofCommands(CLI::App& audit, Context& context);

// verify: checks what they gave, without a daemon.
void AddAuditVerifyCommand(CLI::App& audit, Context& context);

// witness, witness-key: a second party watches the log.
void AddAuditWitnessCommands(CLI::App& audit, Context& context);

}  // namespace taanu::cli
