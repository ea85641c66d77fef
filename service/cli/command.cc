#include "service/cli/command.h"

#include <utility>

namespace taanu::cli {
namespace {

// The example's lines, each indented as the rest of the help is.
std::string Footer(const std::string& example) {
  std::string footer = "Example:\n  ";
  for (const char c : example) {
    footer += c;
    if (c == '\n') footer += "  ";
  }
  return footer;
}

}  // namespace

CLI::App* AddCommand(CLI::App& app, Context& context, const CommandText& text,
                     std::function<ExitStatus()> run) {
  CLI::App* command = app.add_subcommand(text.name, text.summary);
  command->footer(Footer(text.example));
  if (!run) {
    command->require_subcommand(1);
    return command;
  }
  command->add_flag("--json", context.json, "Write JSON, for programs");
  command->callback([run = std::move(run), &context] { context.status = run(); });
  return command;
}

}  // namespace taanu::cli
