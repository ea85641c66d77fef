#include "enroll/load/manifest.h"

#include <array>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "enroll/load/csv_manifest.h"
#include "enroll/load/json_manifest.h"

namespace taanu {
namespace {

namespace fs = std::filesystem;

// Blanks and byte order marks that are passed over in search of the first sign of a manifest.
constexpr size_t kSniffedBytes = 64;

// JSON Lines begin with a brace, which no column's name does.
bool LooksLikeJson(std::istream* in) {
  std::array<char, kSniffedBytes> front{};
  in->read(front.data(), front.size());
  std::string_view text(front.data(), static_cast<size_t>(in->gcount()));
  in->clear();
  in->seekg(0);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

}  // namespace

size_t LoadRow::bytes() const {
  size_t sum = text.size();
  for (const LoadSample& sample : samples) sum += sample.bytes.size();
  for (const std::string& piece : source) sum += piece.size();
  return sum;
}

Result<std::unique_ptr<ManifestReader>> ReadManifest(std::unique_ptr<std::istream> in,
                                                     const ManifestOptions& options) {
  if (LooksLikeJson(in.get())) return std::make_unique<JsonManifest>(std::move(in), options);
  TAANU_ASSIGN_OR_RETURN(std::unique_ptr<CsvManifest> manifest,
                         CsvManifest::Open(std::move(in), options));
  return manifest;
}

Result<std::unique_ptr<ManifestReader>> OpenManifest(const fs::path& path,
                                                     const ManifestOptions& options) {
  std::error_code error;
  const fs::file_status info = fs::status(path, error);
  if (!fs::exists(info)) {
    return Fail(ErrorCode::kNotFound, "MANIFEST_NOT_FOUND",
                "there is no manifest " + path.string());
  }
  if (!fs::is_regular_file(info)) {
    return Fail(ErrorCode::kBadInput, "MANIFEST_NOT_REGULAR",
                path.string() + " is no ordinary file");
  }
  auto in = std::make_unique<std::ifstream>(path, std::ios::binary);
  if (!*in) {
    return Fail(ErrorCode::kUnavailable, "MANIFEST_UNREADABLE",
                path.string() + " cannot be opened; may you read it?");
  }
  Result<std::unique_ptr<ManifestReader>> manifest = ReadManifest(std::move(in), options);
  if (!manifest) {
    Error failure = std::move(manifest).error();
    failure.message = path.string() + ": " + failure.message;
    return tl::make_unexpected(std::move(failure));
  }
  return manifest;
}

tl::unexpected<Error> NotRejects() {
  return Fail(ErrorCode::kBadInput, "REJECTS_DAMAGED",
              "it is not a file of rejected rows of such a manifest; give another with --rejects");
}

}  // namespace taanu
