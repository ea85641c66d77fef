// The command line `taanu`: everything a person types. See exit_status.h for what it returns.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "service/cli/cmd_reconcile.h"
#include "service/cli/command.h"
#include "service/cli/commands.h"
#include "service/cli/output.h"

namespace taanu::cli {
namespace {

using RegisterCommand = void (*)(CLI::App&, Context&);

// Every command, in the order in which --help lists them.
constexpr RegisterCommand kCommands[] = {
    RegisterExtract, RegisterCompare,  RegisterEvaluate,      RegisterKeys,
    RegisterSynth,   RegisterCapture,  RegisterLoad,          RegisterRegister,
    RegisterEnroll,  RegisterVerify,   RegisterPolls,         RegisterStats,
    RegisterCases,   RegisterAudit,    RegisterDemo,          RegisterVoter,
    RegisterBackup,  RegisterRestore,  RegisterRegisterFiles, RegisterIdentify,
    RegisterSlip,    RegisterFallback, RegisterSession,       RegisterOfficers,
    RegisterDedup,   RegisterTerminal, RegisterReconcile,     RegisterPreliminary,
    RegisterRecount,
};

ExitStatus UsageError(const CLI::App& app, const CLI::ParseError& error) {
  std::string command = app.get_name();
  for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
    at = at->get_subcommands().front();
    command += " " + at->get_name();
  }
  std::fprintf(stderr, "taanu: %s; see `%s --help`\n", error.what(), command.c_str());
  return ExitStatus::kUsage;
}

ExitStatus Run(int argc, char** argv) {
  Context context;
  CLI::App app("Taanu: biometric voter identification with figures that anyone can prove", "taanu");
  app.set_version_flag("--version", "taanu " TAANU_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Exit status: 0 success, 2 usage, 3 bad input, 4 not found, 5 refused, 6 unavailable,\n"
      "7 not proved (an audit log was changed), 1 internal error. `taanu COMMAND --help` shows an\n"
      "example of each command.");
  for (const RegisterCommand command : kCommands) {
    command(app, context);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    app.exit(asked);
  } catch (const CLI::ParseError& error) {
    return UsageError(app, error);
  }
  if (const Status flushed = FlushOutput(); !flushed) {
    return FirstFailure(context.status, PrintError(context, flushed.error()));
  }
  return context.status;
}

}  // namespace
}  // namespace taanu::cli

int main(int argc, char** argv) {
  using taanu::cli::ExitStatus;
  try {
    return static_cast<int>(taanu::cli::Run(argc, argv));
  } catch (const std::exception& unexpected) {
    std::fprintf(stderr, "taanu: internal error (%s); nothing is known to have been changed\n",
                 unexpected.what());
  }
  return static_cast<int>(ExitStatus::kInternal);
}
