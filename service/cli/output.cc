#include "service/cli/output.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>

namespace taanu::cli {

ExitStatus PrintError(const Context& context, const Error& error, std::string_view where) {
  const ExitStatus status = StatusFor(error.code);
  std::string message;
  if (!where.empty()) message.append(where).append(": ");
  message.append(error.message);
  std::string line;
  if (context.json) {
    const nlohmann::json object = {{"error", {{"reason", error.reason}, {"message", message}}}};
    // A file's name may hold bytes that are not UTF-8; they are replaced, never thrown over.
    line = object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  } else {
    // A file's name may hold control bytes that would work on the terminal.
    for (char& c : message) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    }
    line = "taanu: " + message;
  }
  line += '\n';
  // One call writes the whole line, so that lines of several threads are not mixed.
  std::fwrite(line.data(), 1, line.size(), stderr);
  return status;
}

Status FlushOutput() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    return Fail(ErrorCode::kInternal, "OUTPUT_LOST",
                std::string("standard output could not be written (") + std::strerror(errno) +
                    "); the results are incomplete, check the disk or the pipe");
  }
  return {};
}

}  // namespace taanu::cli
