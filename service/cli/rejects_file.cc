#include "service/cli/rejects_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

namespace taanu::cli {
namespace {

namespace fs = std::filesystem;

// No file has no rows; an empty one has none either, since a run may be killed before it wrote any.
Result<KeptRejects> ReadKept(const fs::path& path, const ManifestReader& manifest, uint64_t line) {
  std::ifstream in(path, std::ios::binary);
  if (!in || in.peek() == std::ifstream::traits_type::eof()) return KeptRejects{};
  Result<KeptRejects> kept = manifest.ReadRejects(&in, line);
  if (kept) return kept;
  Error error = std::move(kept).error();
  error.message = path.string() + ": " + error.message;
  return tl::make_unexpected(std::move(error));
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
  TAANU_ASSIGN_OR_RETURN(const KeptRejects kept, ReadKept(path, manifest, resume_line));
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
