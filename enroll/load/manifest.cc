#include "enroll/load/manifest.h"

#include <fstream>
#include <system_error>
#include <utility>

#include "enroll/load/csv_manifest.h"

namespace taanu {
namespace {

namespace fs = std::filesystem;

// An absent or unusable folder is an error of its own, since every path would fail by it.
Result<fs::path> CanonicalFolder(const fs::path& folder) {
  std::error_code error;
  fs::path canonical = fs::canonical(folder, error);
  if (error) {
    return Fail(
        ErrorCode::kNotFound, "FOLDER_NOT_FOUND",
        folder.string() + ", the folder of the fingers' files, cannot be used: " + error.message());
  }
  return canonical;
}

}  // namespace

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
  ManifestOptions resolved = options;
  const fs::path own_folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  TAANU_ASSIGN_OR_RETURN(
      resolved.sample_folder,
      CanonicalFolder(options.sample_folder.empty() ? own_folder : options.sample_folder));
  Result<std::unique_ptr<CsvManifest>> manifest = CsvManifest::Open(std::move(in), resolved);
  if (!manifest) {
    Error failure = std::move(manifest).error();
    failure.message = path.string() + ": " + failure.message;
    return tl::make_unexpected(std::move(failure));
  }
  return std::unique_ptr<ManifestReader>(std::move(*manifest));
}

}  // namespace taanu
