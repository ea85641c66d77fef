// A manifest: the list of voters, and of their fingers, from which a register is loaded.
//
// It is a CSV file (csv_manifest.h) or a file of JSON Lines (json_manifest.h), told by content;
// both have the columns of manifest_columns.h. Everything that loads rows works with either.
//
// Thread-safety: a reader or writer belongs to one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "enroll/register/register.h"
#include "matcher/error.h"
#include "matcher/template.h"

namespace taanu {

// Bytes of one sample at most; what the daemon takes of an image.
inline constexpr size_t kSampleBytesMax = size_t{16} << 20;
// Bytes of one row of a manifest at most: one such sample as base64, and the rest of the row.
inline constexpr size_t kManifestRowBytesMax = size_t{24} << 20;

// One sample of one finger.
struct LoadSample {
  FingerPosition position = FingerPosition::kUnknown;
  std::string name;            // below the folder or archive of the samples; empty where
  std::vector<uint8_t> bytes;  // the row holds the sample itself
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
  std::vector<LoadSample> samples;
  // The row as it came, from which it is written again if it is rejected: the form is that of the
  // reader. Empty where it could not be taken apart; `text` then has its beginning.
  std::vector<std::string> source;
  std::string text;
  // Set where the row cannot be loaded; `voter` and `samples` are then incomplete.
  std::optional<RowProblem> problem;

  // Memory that the row takes, without what is small in every row.
  size_t bytes() const;
};

// Writes rejected rows as a manifest of the same form, with more columns that say why, so that it
// can be mended and loaded again.
class RejectWriter {
 public:
  virtual ~RejectWriter() = default;
  // Errors: kUnavailable (the disk is full).
  virtual Status Add(const LoadRow& row, const RowProblem& problem) = 0;
};

// Rows of a file that a RejectWriter wrote.
struct KeptRejects {
  std::string text;  // as the writer writes them, without what stands before the first
  uint64_t count = 0;
};

class ManifestReader {
 public:
  virtual ~ManifestReader() = default;

  // The next row, or nothing at the end. A row that cannot be loaded is given with its problem.
  // Errors: kUnavailable where the manifest cannot be read any further.
  virtual Result<std::optional<LoadRow>> Next() = 0;

  // Bytes read so far, for a progress line.
  virtual uint64_t bytes_read() const = 0;

  // A writer for rejected rows of this manifest; `out` must outlive it. It begins with what stands
  // before the first row, such as a header.
  virtual std::unique_ptr<RejectWriter> MakeRejectWriter(std::ostream* out) const = 0;

  // The rows in `in`, a file of rejects of this form of manifest, that belong to lines of the
  // manifest before `line`. A last row that was cut short is left out.
  // Errors: kBadInput with reason REJECTS_DAMAGED where it is no such file.
  virtual Result<KeptRejects> ReadRejects(std::istream* in, uint64_t line) const = 0;

  // How the name of such a file ends: ".csv" or ".jsonl".
  virtual std::string file_ending() const = 0;
};

struct ManifestOptions {
  // Bounds the year of birth.
  int this_year = 0;
};

// Errors: kNotFound, kUnavailable (the file), kBadInput (its header, with the column and what to
// do).
Result<std::unique_ptr<ManifestReader>> OpenManifest(const std::filesystem::path& path,
                                                     const ManifestOptions& options);

// The same from a stream, for a reader of which no file is known.
Result<std::unique_ptr<ManifestReader>> ReadManifest(std::unique_ptr<std::istream> in,
                                                     const ManifestOptions& options);

// The error of ManifestReader::ReadRejects.
tl::unexpected<Error> NotRejects();

}  // namespace taanu
