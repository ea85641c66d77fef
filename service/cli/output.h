// How results and errors reach the person or program that called.
//
// Standard output carries results alone, standard error everything else. An error is one line,
// "taanu: what, where, what to do", or with --json one object
// {"error": {"reason": ..., "message": ...}} on standard error.
//
// Thread-safety: PrintError may be called from any thread; lines are not mixed.
#pragma once

#include <string_view>

#include "matcher/error.h"
#include "service/cli/command.h"

namespace taanu::cli {

// Prints the error and gives the exit status that stands for it. `where`, such as a file or a row,
// is put before the message unless it is empty.
ExitStatus PrintError(const Context& context, const Error& error, std::string_view where = {});

// The worse of two: the first that is no success.
inline ExitStatus FirstFailure(ExitStatus a, ExitStatus b) {
  return a != ExitStatus::kSuccess ? a : b;
}

// Flushes standard output. Errors: kInternal where anything written to it was lost (a full disk).
Status FlushOutput();

}  // namespace taanu::cli
