#include "service/cli/codes.h"

#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iostream>

namespace taanu::cli {
namespace {

// Keeps what is typed off the screen for as long as it lives.
class NoEcho {
 public:
  NoEcho() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  ~NoEcho() {
    if (changed_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;

 private:
  termios before_{};
  bool changed_ = false;
};

Result<std::vector<std::string>> ReadLines(std::istream& in,
                                           const std::vector<std::string>& prompts, bool ask) {
  std::vector<std::string> codes;
  for (const std::string& prompt : prompts) {
    if (ask) std::fprintf(stderr, "%s: ", prompt.c_str());
    std::string code;
    if (!std::getline(in, code)) {
      return Fail(ErrorCode::kBadInput, "NO_CODE",
                  "no line with the " + prompt + "; give one code to a line");
    }
    if (ask) std::fputs("\n", stderr);
    if (code.ends_with('\r')) code.pop_back();
    codes.push_back(std::move(code));
  }
  return codes;
}

}  // namespace

Result<std::vector<std::string>> ReadCodes(const std::string& source,
                                           const std::vector<std::string>& prompts) {
  if (source.empty()) return std::vector<std::string>(prompts.size());
  if (source == "-") {
    const bool ask = isatty(STDIN_FILENO) != 0;
    if (!ask) return ReadLines(std::cin, prompts, false);
    const NoEcho no_echo;
    return ReadLines(std::cin, prompts, true);
  }
  std::ifstream in(source, std::ios::binary);
  if (!in) {
    return Fail(ErrorCode::kNotFound, "NO_FILE", "cannot read the codes from " + source);
  }
  return ReadLines(in, prompts, false);
}

void AddCodesOption(CLI::App* command, std::string* source) {
  command->add_option("--codes", *source,
                      "Where officers are registered: a file with the operator's code and then the "
                      "second officer's, a line each; -: ask for them, or read standard input");
}

}  // namespace taanu::cli
