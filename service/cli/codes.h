// Officers' codes, which never stand on a command line: others could read them there.
//
// Thread-safety: for the main thread.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "matcher/error.h"

namespace taanu::cli {

// Reads one line for each of `prompts`: from the file `source`, or from standard input where that
// is
// "-". On a terminal each is asked for by its prompt and not shown while it is typed. Nothing is
// read where `source` is empty; each code is then empty. Errors: kNotFound (no such file),
// kBadInput (too few lines).
Result<std::vector<std::string>> ReadCodes(const std::string& source,
                                           const std::vector<std::string>& prompts);

// Adds --codes to a command that two people give.
void AddCodesOption(CLI::App* command, std::string* source);

// Reads the codes of the operator and of the second officer into a request, as ReadCodes does.
template <typename Request>
Status AddCodes(const std::string& source, Request* request) {
  TAANU_ASSIGN_OR_RETURN(const std::vector<std::string> codes,
                         ReadCodes(source, {"operator's code", "second officer's code"}));
  request->set_operator_code(codes[0]);
  request->set_second_officer_code(codes[1]);
  return {};
}

}  // namespace taanu::cli
