// A manifest as JSON Lines (jsonlines.org, UTF-8): each line an object with the columns of
// manifest_columns.h as fields, in any order.
//
//   {"voter_number":"0001","family_name":"A","given_names":"B","birth_year":1985,"sex":"F",
//    "precinct":"P1","right_index":"prints/1.png","left_index":"missing:amputated"}   (on one line)
//
// birth_year is a number or a string; every other value is a string; null is as good as a field
// that is not there. A field of another name is refused, as is one that is there twice. Empty lines
// are passed over.
//
// Thread-safety: a JsonManifest belongs to one thread.
#pragma once

#include <cstdint>
#include <istream>
#include <memory>
#include <optional>
#include <string>

#include "enroll/load/block_reader.h"
#include "enroll/load/manifest.h"

namespace taanu {

class JsonManifest : public ManifestReader {
 public:
  JsonManifest(std::unique_ptr<std::istream> in, ManifestOptions options);

  // LoadRow::source has the fields of the row, each a name and its value as JSON, without those
  // that a load added.
  Result<std::optional<LoadRow>> Next() override;
  uint64_t bytes_read() const override { return reader_.bytes_taken(); }
  std::unique_ptr<RejectWriter> MakeRejectWriter(std::ostream* out) const override;
  Result<KeptRejects> ReadRejects(std::istream* in, uint64_t line) const override;
  std::string file_ending() const override { return ".jsonl"; }

 private:
  std::unique_ptr<std::istream> in_;
  ManifestOptions options_;
  BlockReader reader_;
  uint64_t line_ = 0;
};

}  // namespace taanu
