// The commands, each in the file cmd_<name>.cc.
#pragma once

#include "service/cli/command.h"

namespace taanu::cli {

void RegisterAudit(CLI::App& app, Context& context);
// Adds `recount` to the group `audit`.
void RegisterAuditRecount(CLI::App& audit, Context& context);
void RegisterBackup(CLI::App& app, Context& context);
void RegisterCapture(CLI::App& app, Context& context);
void RegisterCases(CLI::App& app, Context& context);
void RegisterCompare(CLI::App& app, Context& context);
void RegisterDedup(CLI::App& app, Context& context);
void RegisterDemo(CLI::App& app, Context& context);
void RegisterEnroll(CLI::App& app, Context& context);
void RegisterEvaluate(CLI::App& app, Context& context);
void RegisterExtract(CLI::App& app, Context& context);
void RegisterIdentify(CLI::App& app, Context& context);
void RegisterFallback(CLI::App& app, Context& context);
void RegisterKeys(CLI::App& app, Context& context);
void RegisterLoad(CLI::App& app, Context& context);
void RegisterOfficers(CLI::App& app, Context& context);
void RegisterPolls(CLI::App& app, Context& context);
void RegisterRegister(CLI::App& app, Context& context);
// Adds `export` and `check` to the group `register`, which it makes where there is none.
void RegisterRegisterFiles(CLI::App& app, Context& context);
void RegisterRestore(CLI::App& app, Context& context);
void RegisterSlip(CLI::App& app, Context& context);
void RegisterSession(CLI::App& app, Context& context);
void RegisterStats(CLI::App& app, Context& context);
void RegisterSynth(CLI::App& app, Context& context);
void RegisterTerminal(CLI::App& app, Context& context);
void RegisterVerify(CLI::App& app, Context& context);
void RegisterVoter(CLI::App& app, Context& context);

}  // namespace taanu::cli
