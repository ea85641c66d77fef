// How far a load came, kept beside its rejects so that it can be resumed after a cut or a crash.
//
// The file is a line of JSON. It may be older than the load was: rows after `next_line` are then
// sent again, which the daemon answers as already enrolled.
//
// Thread-safety: pure functions over the file system.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "matcher/error.h"

namespace taanu::cli {

struct LoadState {
  std::string request_id;  // names the load; the same when it is resumed
  // Where the manifest's first row without a status begins.
  uint64_t next_line = 0;
  // By which a manifest that was changed meanwhile is known.
  uint64_t manifest_bytes = 0;
  int64_t manifest_time_ns = 0;

  // A state at the beginning of that manifest. Errors: kNotFound.
  static Result<LoadState> Begin(const std::filesystem::path& manifest);
  // True where the manifest is still the one of `other`.
  bool SameManifest(const LoadState& other) const {
    return manifest_bytes == other.manifest_bytes && manifest_time_ns == other.manifest_time_ns;
  }
};

// Errors: kNotFound, kBadInput (not such a file).
Result<LoadState> ReadLoadState(const std::filesystem::path& path);

// Replaces the file as a whole. Errors: kUnavailable.
Status WriteLoadState(const std::filesystem::path& path, const LoadState& state);

}  // namespace taanu::cli
