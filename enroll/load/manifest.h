// A manifest: the list of voters, and of the files of their fingers, from which a register is
// loaded.
//
// Today a manifest is a CSV file (csv_manifest.h). A reader of another form implements
// ManifestReader, and everything that loads rows works with it.
//
// Thread-safety: a reader or writer belongs to one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "enroll/register/register.h"
#include "matcher/error.h"
#include "matcher/template.h"

namespace taanu {

struct SampleFile {
  FingerPosition position = FingerPosition::kUnknown;
  std::filesystem::path path;  // resolved, inside the manifest's folder
};

// What is wrong with a row, for the person who mends it.
struct RowProblem {
  std::string field;   // the column, empty where the row as a whole is meant
  std::string reason;  // a stable UPPER_SNAKE_CASE word
  std::string message;
};

struct LoadRow {
  uint64_t line = 0;  // where the row begins in the manifest, counted from 1
  VoterData voter;
  std::vector<SampleFile> samples;
  // The row as it came, from which it is written again if it is rejected; empty where it could not
  // be taken apart.
  std::vector<std::string> source;
  // Set where the row cannot be loaded; `voter` and `samples` are then incomplete.
  std::optional<RowProblem> problem;
};

// Writes rejected rows as a manifest of the same form, with three more columns that say why, so
// that it can be mended and loaded again.
class RejectWriter {
 public:
  virtual ~RejectWriter() = default;
  // Errors: kUnavailable (the disk is full).
  virtual Status Add(const LoadRow& row, const RowProblem& problem) = 0;
};

class ManifestReader {
 public:
  virtual ~ManifestReader() = default;

  // The next row, or nothing at the end. A row that cannot be loaded is given with its problem.
  // Errors: kUnavailable where the manifest cannot be read any further.
  virtual Result<std::optional<LoadRow>> Next() = 0;

  // Bytes read so far, for a progress line.
  virtual uint64_t bytes_read() const = 0;

  // A writer for rejected rows of this manifest; `out` must outlive it.
  virtual std::unique_ptr<RejectWriter> MakeRejectWriter(std::ostream* out) const = 0;
};

struct ManifestOptions {
  // The folder to which the manifest's paths are relative; empty for the manifest's own.
  std::filesystem::path sample_folder;
  // Bounds the year of birth.
  int this_year = 0;
};

// Errors: kNotFound, kUnavailable (the file), kBadInput (its header, with the column and what to
// do).
Result<std::unique_ptr<ManifestReader>> OpenManifest(const std::filesystem::path& path,
                                                     const ManifestOptions& options);

}  // namespace taanu
