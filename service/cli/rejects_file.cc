#include "service/cli/rejects_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "enroll/load/csv.h"

namespace taanu::cli {
namespace {

namespace fs = std::filesystem;

// Rows of the file at `path` that belong to lines of the manifest before `line`, as CSV; the header
// is not among them. No file has no rows.
struct KeptRows {
  std::string text;
  uint64_t count = 0;
};

Result<KeptRows> ReadKeptRows(const fs::path& path, uint64_t line) {
  KeptRows kept;
  std::ifstream in(path, std::ios::binary);
  if (!in) return kept;
  CsvReader reader(&in, {.row_bytes_max = size_t{256} << 10, .fields_max = 80});
  size_t line_column = 0;
  for (bool header = true;; header = false) {
    Result<std::optional<CsvRow>> row = reader.Next();
    if (!row) {
      // The last row may be cut where the program was killed; its line comes after `line`.
      if (!header && row.error().reason == "CSV_UNCLOSED_QUOTE") return kept;
      return Fail(ErrorCode::kBadInput, "REJECTS_DAMAGED",
                  path.string() + " is not a file of rejected rows; give another with --rejects");
    }
    if (!*row) return kept;
    const std::vector<std::string>& fields = (*row)->fields;
    if (header) {
      line_column = static_cast<size_t>(std::find(fields.begin(), fields.end(), "reject_line") -
                                        fields.begin());
      if (line_column == fields.size()) {
        return Fail(ErrorCode::kBadInput, "REJECTS_DAMAGED",
                    path.string() + " is not a file of rejected rows; give another with --rejects");
      }
      continue;
    }
    if (line_column >= fields.size()) continue;
    const std::string& number = fields[line_column];
    uint64_t row_line = 0;
    std::from_chars(number.data(), number.data() + number.size(), row_line);
    if (row_line == 0 || row_line >= line) continue;
    kept.text += CsvLine(fields);
    ++kept.count;
  }
}

// An empty file that only its owner may read.
Status CreatePrivate(const fs::path& path) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    return Fail(ErrorCode::kUnavailable, "REJECTS_UNWRITABLE",
                path.string() + " cannot be written (" + std::strerror(errno) +
                    "); give a file for the rejected rows with --rejects");
  }
  close(fd);
  return {};
}

}  // namespace

Result<std::unique_ptr<RejectsFile>> RejectsFile::Open(const fs::path& path,
                                                       const ManifestReader& manifest,
                                                       uint64_t resume_line) {
  // Also where nothing is kept: a file of something else must not be overwritten.
  TAANU_ASSIGN_OR_RETURN(const KeptRows kept, ReadKeptRows(path, resume_line));
  // What is kept is written beside the file first: a crash here must not cost it.
  fs::path fresh = path;
  fresh += ".new";
  TAANU_RETURN_IF_ERROR(CreatePrivate(fresh));
  std::unique_ptr<RejectsFile> file(new RejectsFile(path));
  file->out_.open(fresh, std::ios::binary | std::ios::trunc);
  file->writer_ = manifest.MakeRejectWriter(&file->out_);
  file->out_ << kept.text << std::flush;
  std::error_code error;
  fs::rename(fresh, path, error);
  if (error || !file->out_) {
    return Fail(ErrorCode::kUnavailable, "REJECTS_UNWRITABLE",
                path.string() + " cannot be written; give another file with --rejects");
  }
  file->count_ = kept.count;
  return file;
}

Status RejectsFile::Add(const LoadRow& row, const RowProblem& problem) {
  TAANU_RETURN_IF_ERROR(writer_->Add(row, problem));
  out_.flush();
  if (!out_) {
    return Fail(ErrorCode::kUnavailable, "REJECTS_UNWRITABLE",
                path_.string() + " cannot be written; check the disk");
  }
  ++count_;
  return {};
}

void RejectsFile::Finish() {
  out_.close();
  std::error_code ignored;
  if (count_ == 0) fs::remove(path_, ignored);
}

}  // namespace taanu::cli
