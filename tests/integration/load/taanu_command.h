// Runs `taanu` as a person does, and reads what it prints.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace taanu::test {

struct CommandResult {
  int status = -1;
  std::string output;  // standard output and standard error

  // The first line that is a JSON object. Throws where there is none.
  nlohmann::json Json() const;
};

// Runs `taanu ARGUMENTS... --server unix:SOCKET`.
CommandResult RunTaanu(const std::filesystem::path& socket,
                       const std::vector<std::string>& arguments);

// The command line of that.
std::vector<std::string> TaanuArguments(const std::filesystem::path& socket,
                                        const std::vector<std::string>& arguments);

std::string ReadTextFile(const std::filesystem::path& path);
void WriteTextFile(const std::filesystem::path& path, const std::string& text);

}  // namespace taanu::test
