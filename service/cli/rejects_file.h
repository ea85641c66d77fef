// The file of rejected rows of a load.
//
// It holds personal data, so only its owner may read it. Every row is on the disk's cache when Add
// returns, and is there after this program is killed.
//
// Thread-safety: none; see BulkLoader, which makes its calls one at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>

#include "enroll/load/manifest.h"
#include "matcher/error.h"

namespace taanu::cli {

class RejectsFile {
 public:
  // Begins the file anew; with `resume_line` above 0 the rows of an earlier run that lie before
  // that line of the manifest are kept, since they are not loaded again. Errors: kUnavailable (it
  // cannot be written), kBadInput (what is there is no file of rejects, and is left as it is).
  static Result<std::unique_ptr<RejectsFile>> Open(const std::filesystem::path& path,
                                                   const ManifestReader& manifest,
                                                   uint64_t resume_line);

  // Errors: kUnavailable.
  Status Add(const LoadRow& row, const RowProblem& problem);

  // Rows in the file, those that were kept included.
  uint64_t count() const { return count_; }

  // Closes the file, and removes it where nothing was rejected.
  void Finish();

 private:
  explicit RejectsFile(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
  std::ofstream out_;
  std::unique_ptr<RejectWriter> writer_;
  uint64_t count_ = 0;
};

}  // namespace taanu::cli
