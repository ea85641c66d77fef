// The files of a load: the manifest, what lies beside it, and the samples that it names.
//
// Thread-safety: none; for one thread, but for the rejects (rejects_file.h).
#pragma once

#include <filesystem>
#include <memory>

#include "enroll/load/manifest.h"
#include "enroll/load/sample_source.h"
#include "service/cli/load_options.h"
#include "service/cli/load_state.h"
#include "service/cli/rejects_file.h"

namespace taanu::cli {

struct LoadFiles {
  std::unique_ptr<ManifestReader> manifest;
  std::unique_ptr<SampleSource> samples;
  std::unique_ptr<RejectsFile> rejects;
  std::filesystem::path rejects_path;
  std::filesystem::path state_path;
  LoadState state;

  // Opens everything. With options.resume takes up the state of the run that was cut off; without
  // it, tells on standard error where there is one.
  // Errors: those of OpenManifest, OpenSampleSource and RejectsFile::Open; kBadInput
  // (REJECTS_IS_MANIFEST), kNotFound (NOTHING_TO_RESUME), kConflict (MANIFEST_CHANGED).
  static Result<LoadFiles> Open(const LoadOptions& options);
};

// The manifest's rows once more, from the beginning.
Result<std::unique_ptr<ManifestReader>> OpenRows(const LoadOptions& options);

}  // namespace taanu::cli
