// How a command of `taanu` is declared.
//
// A command is one file, cmd_<name>.cc, with one function Register<Name> that main.cc lists in its
// table. It adds the command, its options and what it does:
//
//   void RegisterStats(CLI::App& app, Context& context) {
//     auto options = std::make_shared<StatsOptions>();
//     CLI::App* command = AddCommand(app, context, {"stats", "Show the figures of ...", "taanu
//     stats"},
//                                    [options, &context] { return RunStats(*options, context); });
//     command->add_option("--precinct", options->precinct, "Only this precinct");
//   }
//
// Thread-safety: none; the command line is parsed and run on the main thread.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "service/cli/exit_status.h"

namespace taanu::cli {

// What every command is given, and the status it leaves.
struct Context {
  bool json = false;  // --json: standard output is for a program
  ExitStatus status = ExitStatus::kSuccess;
};

struct CommandText {
  std::string name;
  std::string summary;  // one line, an imperative sentence without its full stop
  std::string example;  // one or more command lines, shown under "Example:"
};

// Adds a command with its --json and its example. `run` is called once the whole command line has
// been understood; its result becomes the exit status. Give no `run` to a command that only groups
// others, such as `keys`, of which exactly one must then be named. `app` is the program, or such a
// group. The App returned lives as long as `app`.
CLI::App* AddCommand(CLI::App& app, Context& context, const CommandText& text,
                     std::function<ExitStatus()> run = nullptr);

}  // namespace taanu::cli
