#include "service/cli/slip_file.h"

#include <utility>

#include "service/cli/file_io.h"

namespace taanu::cli {
namespace {

constexpr size_t kTextBytesMax = size_t{64} << 10;

Result<std::string> ReadText(const std::string& path) {
  auto bytes = ReadFile(path, kTextBytesMax);
  if (!bytes) {
    Error error = std::move(bytes).error();
    error.message = path + ": " + error.message;
    return tl::make_unexpected(std::move(error));
  }
  return std::string(bytes->begin(), bytes->end());
}

}  // namespace

Result<std::string> ReadSlipArgument(const std::string& argument) {
  const bool typed =
      !argument.empty() && argument.find_first_not_of("0123456789 ") == std::string::npos;
  if (typed) return argument;
  return ReadText(argument);
}

Result<note::VerifierKey> ReadVerifierKey(const std::string& path) {
  TAANU_ASSIGN_OR_RETURN(std::string text, ReadText(path));
  while (text.ends_with('\n')) text.pop_back();
  return note::ParseVerifierKey(text);
}

}  // namespace taanu::cli
