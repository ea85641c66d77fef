// A manifest as CSV (RFC 4180, UTF-8).
//
// The first row names the columns, in any order. Those of the voter are required:
//   voter_number, family_name, given_names, birth_year, sex, precinct
// birth_year may be empty; sex is F, M, female, male or empty. A column for each finger may follow,
//   right_thumb, right_index, right_middle, right_ring, right_little, left_thumb, ... left_little
// whose value is the path of an image or a template, relative to the manifest's folder and inside
// it; empty where there is no sample. reject_line, reject_field and reject_reason, which a load
// adds to the rows it rejects, are passed over. Any other column is refused, since a misspelt
// finger would otherwise be lost in silence.
//
// Thread-safety: a CsvManifest belongs to one thread.
#pragma once

#include <array>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "enroll/load/csv.h"
#include "enroll/load/manifest.h"

namespace taanu {

// The column that a message about a voter's data begins with, such as "voter.precinct_id: is empty"
// or "birth_year must be ..."; empty where it begins with none.
std::string VoterColumnOf(std::string_view message);

class CsvManifest : public ManifestReader {
 public:
  // Reads the header. `options.sample_folder` must be canonical.
  // Errors: kBadInput with reason MANIFEST_EMPTY, MANIFEST_HEADER, COLUMN_UNKNOWN, COLUMN_TWICE or
  // COLUMN_MISSING; kUnavailable.
  static Result<std::unique_ptr<CsvManifest>> Open(std::unique_ptr<std::istream> in,
                                                   ManifestOptions options);

  Result<std::optional<LoadRow>> Next() override;
  uint64_t bytes_read() const override { return reader_.bytes_read(); }
  std::unique_ptr<RejectWriter> MakeRejectWriter(std::ostream* out) const override;

 private:
  CsvManifest(std::unique_ptr<std::istream> in, ManifestOptions options);
  Status ReadHeader();
  Status TakeColumn(size_t index, const std::string& name);
  std::optional<RowProblem> Fill(LoadRow* row) const;
  std::optional<RowProblem> FillVoter(const std::vector<std::string>& fields,
                                      VoterData* voter) const;

  std::unique_ptr<std::istream> in_;
  ManifestOptions options_;
  CsvReader reader_;
  std::vector<std::string> header_;
  // Where the six columns of the voter are, in the order of the comment above.
  std::array<std::optional<size_t>, 6> voter_columns_;
  std::vector<std::pair<size_t, FingerPosition>> finger_columns_;
};

}  // namespace taanu
