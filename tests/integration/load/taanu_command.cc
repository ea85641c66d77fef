#include "tests/integration/load/taanu_command.h"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "tests/support/child_process.h"

namespace taanu::test {

nlohmann::json CommandResult::Json() const {
  std::istringstream in(output);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("{")) return nlohmann::json::parse(line);
  }
  throw std::runtime_error("no JSON in: " + output);
}

std::vector<std::string> TaanuArguments(const std::filesystem::path& socket,
                                        const std::vector<std::string>& arguments) {
  std::vector<std::string> command = {TAANU_BIN_DIR "/taanu"};
  for (const std::string& argument : arguments) command.push_back(argument);
  command.emplace_back("--server");
  command.push_back("unix:" + socket.string());
  return command;
}

CommandResult RunTaanu(const std::filesystem::path& socket,
                       const std::vector<std::string>& arguments) {
  CommandResult result;
  result.status = RunToEnd(TaanuArguments(socket, arguments), &result.output);
  return result;
}

std::string ReadTextFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void WriteTextFile(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace taanu::test
