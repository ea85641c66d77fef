#include "service/cli/audit_files.h"

#include <algorithm>
#include <utility>

#include "service/cli/file_io.h"

namespace taanu::cli {
namespace {

constexpr size_t kVerifierKeyBytesMax = 4096;

}  // namespace

merkle::Hash ToHash(std::string_view bytes) {
  merkle::Hash hash{};
  if (bytes.size() == hash.size()) std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

Error InFile(const std::filesystem::path& path, Error error) {
  error.message = path.string() + ": " + error.message;
  return error;
}

Result<std::string> ReadTextFile(const std::filesystem::path& path, size_t size_max) {
  const auto bytes = ReadFile(path, size_max);
  if (!bytes) return tl::make_unexpected(InFile(path, bytes.error()));
  return std::string(bytes->begin(), bytes->end());
}

Result<note::VerifierKey> ReadVerifierKey(const std::filesystem::path& path, note::KeyKind kind) {
  TAANU_ASSIGN_OR_RETURN(std::string text, ReadTextFile(path, kVerifierKeyBytesMax));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  auto key = note::ParseVerifierKey(text, kind);
  if (!key) return tl::make_unexpected(InFile(path, std::move(key).error()));
  return std::move(*key);
}

}  // namespace taanu::cli
