#include "service/cli/load_files.h"

#include <chrono>
#include <cstdio>
#include <system_error>
#include <utility>

namespace taanu::cli {
namespace {

namespace fs = std::filesystem;

int ThisYear() {
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  return static_cast<int>(std::chrono::year_month_day(today).year());
}

fs::path RejectsPath(const LoadOptions& options, const ManifestReader& manifest) {
  if (!options.rejects.empty()) return options.rejects;
  fs::path path = options.manifest;
  const std::string kind = options.dry_run ? ".dry-run.rejects" : ".rejects";
  return path.replace_extension(kind + manifest.file_ending());
}

fs::path SamplesPath(const LoadOptions& options) {
  if (!options.samples.empty()) return options.samples;
  return options.manifest.has_parent_path() ? options.manifest.parent_path() : fs::path(".");
}

// Rows that wait to be mended must not go because somebody checks a manifest.
Status SpareEarlierRejects(const LoadOptions& options) {
  std::error_code absent;
  if (!options.dry_run || options.rejects.empty() || fs::file_size(options.rejects, absent) == 0 ||
      absent) {
    return {};
  }
  return Fail(ErrorCode::kConflict, "REJECTS_EXIST",
              options.rejects.string() +
                  " is there already, and a dry run overwrites no rejected rows; give another file "
                  "with --rejects");
}

// With --resume, takes up the state of the run that was cut off.
Status FindEarlierRun(bool resume, LoadFiles* files) {
  Result<LoadState> earlier = ReadLoadState(files->state_path);
  if (!resume) {
    if (earlier && earlier->SameManifest(files->state)) {
      std::fprintf(stderr,
                   "taanu: an earlier load of this manifest was cut off before line %llu; "
                   "--resume would go on from there. Loading all of it again\n",
                   static_cast<unsigned long long>(earlier->next_line));
    }
    return {};
  }
  if (!earlier && earlier.error().code == ErrorCode::kNotFound) {
    return Fail(ErrorCode::kNotFound, "NOTHING_TO_RESUME",
                "there is no " + files->state_path.string() +
                    ": no load of this manifest was cut off. Load it without --resume");
  }
  if (!earlier) return tl::make_unexpected(std::move(earlier).error());
  if (!earlier->SameManifest(files->state)) {
    return Fail(ErrorCode::kConflict, "MANIFEST_CHANGED",
                "the manifest was changed after that load was cut off; load it without --resume "
                "(rows that are enrolled already are told as such)");
  }
  files->state = *earlier;
  return {};
}

}  // namespace

Result<std::unique_ptr<ManifestReader>> OpenRows(const LoadOptions& options) {
  return OpenManifest(options.manifest, {.this_year = ThisYear()});
}

Result<LoadFiles> LoadFiles::Open(const LoadOptions& options) {
  LoadFiles files;
  TAANU_ASSIGN_OR_RETURN(files.manifest, OpenRows(options));
  TAANU_ASSIGN_OR_RETURN(files.samples, OpenSampleSource(SamplesPath(options)));
  files.rejects_path = RejectsPath(options, *files.manifest);
  files.state_path = files.rejects_path.string() + ".state";
  std::error_code absent;
  if (fs::equivalent(options.manifest, files.rejects_path, absent)) {
    return Fail(ErrorCode::kBadInput, "REJECTS_IS_MANIFEST",
                "--rejects names the manifest itself; give another file");
  }
  TAANU_RETURN_IF_ERROR(SpareEarlierRejects(options));
  TAANU_ASSIGN_OR_RETURN(files.state, LoadState::Begin(options.manifest));
  if (!options.dry_run) TAANU_RETURN_IF_ERROR(FindEarlierRun(options.resume, &files));
  TAANU_ASSIGN_OR_RETURN(
      files.rejects, RejectsFile::Open(files.rejects_path, *files.manifest, files.state.next_line));
  return files;
}

}  // namespace taanu::cli
