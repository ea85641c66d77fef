// A manifest as CSV (RFC 4180, UTF-8).
//
// The first row names the columns of manifest_columns.h, in any order. Where a closing quote is
// missing, at most four lines are lost by it: no value has line feeds in it.
//
// Thread-safety: a CsvManifest belongs to one thread.
#pragma once

#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "enroll/load/csv.h"
#include "enroll/load/manifest.h"

namespace taanu {

class CsvManifest : public ManifestReader {
 public:
  // Reads the header.
  // Errors: kBadInput with reason MANIFEST_EMPTY, MANIFEST_HEADER, COLUMN_UNKNOWN, COLUMN_TWICE or
  // COLUMN_MISSING; kUnavailable.
  static Result<std::unique_ptr<CsvManifest>> Open(std::unique_ptr<std::istream> in,
                                                   ManifestOptions options);

  // LoadRow::source has the fields of the row without those that a load added.
  Result<std::optional<LoadRow>> Next() override;
  uint64_t bytes_read() const override { return reader_.bytes_read(); }
  std::unique_ptr<RejectWriter> MakeRejectWriter(std::ostream* out) const override;
  Result<KeptRejects> ReadRejects(std::istream* in, uint64_t line) const override;
  std::string file_ending() const override { return ".csv"; }

 private:
  CsvManifest(std::unique_ptr<std::istream> in, ManifestOptions options);
  Status ReadHeader();
  Status TakeColumn(size_t index, const std::string& name);
  std::optional<RowProblem> Fill(LoadRow* row) const;

  std::unique_ptr<std::istream> in_;
  ManifestOptions options_;
  CsvReader reader_;
  std::vector<std::string> header_;
  // The place of each known column in a row, and its ColumnIndex.
  std::vector<std::pair<size_t, size_t>> columns_;
};

}  // namespace taanu
