#include "enroll/load/tar_reader.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace taanu {

TarReader::TarReader(int fd, int64_t offset, Kind kind)
    : fd_(fd), start_(offset), at_(offset), handle_(archive_read_new()) {
  archive* const handle = handle_.get();
  if (handle == nullptr) return;
  if (kind == Kind::kTar) {
    archive_read_support_filter_none(handle);
    archive_read_support_format_tar(handle);
  } else {
    // Named one by one: libarchive's "all" would start other programs for some.
    archive_read_support_filter_gzip(handle);
    archive_read_support_filter_bzip2(handle);
    archive_read_support_filter_xz(handle);
    archive_read_support_filter_zstd(handle);
    archive_read_support_format_raw(handle);
  }
  struct stat info {};
  if (fstat(fd, &info) == 0) end_ = info.st_size;
  archive_read_set_read_callback(handle, &TarReader::ReadBlock);
  archive_read_set_skip_callback(handle, &TarReader::SkipBytes);
  archive_read_set_callback_data(handle, this);
  opened_ = archive_read_open1(handle) == ARCHIVE_OK;
}

la_ssize_t TarReader::ReadBlock(archive* handle, void* self, const void** block) {
  auto* const reader = static_cast<TarReader*>(self);
  ssize_t got = 0;
  do {
    got = pread(reader->fd_, reader->block_.data(), reader->block_.size(), reader->at_);
  } while (got < 0 && errno == EINTR);
  if (got < 0) {
    reader->read_failed_ = true;
    archive_set_error(handle, errno, "the file cannot be read");
    return -1;
  }
  reader->at_ += got;
  *block = reader->block_.data();
  return got;
}

la_int64_t TarReader::SkipBytes(archive* /*handle*/, void* self, la_int64_t count) {
  auto* const reader = static_cast<TarReader*>(self);
  // Not beyond the end, by which libarchive knows an archive that was cut.
  const la_int64_t skipped =
      std::clamp<la_int64_t>(count, 0, std::max<la_int64_t>(0, reader->end_ - reader->at_));
  reader->at_ += skipped;
  return skipped;
}

tl::unexpected<Error> TarReader::Broken() {
  if (read_failed_) {
    return Fail(ErrorCode::kUnavailable, "ARCHIVE_UNREADABLE",
                "the archive cannot be read; check the disk");
  }
  const char* const what = handle_ ? archive_error_string(handle_.get()) : nullptr;
  return Fail(ErrorCode::kBadInput, "ARCHIVE_DAMAGED",
              std::string("the archive is damaged: ") + (what != nullptr ? what : "unknown"));
}

Result<archive_entry*> TarReader::Next() {
  if (!opened_) return Broken();
  archive_entry* entry = nullptr;
  const int code = archive_read_next_header(handle_.get(), &entry);
  if (code == ARCHIVE_EOF) return nullptr;
  // A warning, such as of a name in an unknown character set, leaves the entry usable.
  if (code != ARCHIVE_OK && code != ARCHIVE_WARN) return Broken();
  return entry;
}

int64_t TarReader::header_offset() const {
  return start_ + archive_read_header_position(handle_.get());
}

Result<size_t> TarReader::Read(uint8_t* out, size_t size) {
  const la_ssize_t got = archive_read_data(handle_.get(), out, size);
  if (got < 0) return Broken();
  return static_cast<size_t>(got);
}

bool TarReader::compressed() const {
  // The last filter is the file itself.
  return opened_ && archive_filter_count(handle_.get()) > 1;
}

}  // namespace taanu
