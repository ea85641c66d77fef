// libarchive's reader over an open file, from an offset on.
//
// Thread-safety: belongs to one thread. libarchive is C: nothing throws.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "matcher/error.h"

namespace taanu {

class TarReader {
 public:
  enum class Kind {
    kTar,         // a tar archive that is not compressed
    kDecompress,  // the bytes of a compressed file, as one entry
  };

  // `fd` is not owned, must outlive the reader, and may be shared: it is read by offset.
  TarReader(int fd, int64_t offset, Kind kind);
  TarReader(const TarReader&) = delete;
  TarReader& operator=(const TarReader&) = delete;

  // The next entry, owned by the reader until the next call; null at the end.
  // Errors: kBadInput (ARCHIVE_DAMAGED, with what libarchive says), kUnavailable
  // (ARCHIVE_UNREADABLE).
  Result<archive_entry*> Next();
  // Where the headers of that entry begin.
  int64_t header_offset() const;
  // Reads from that entry; 0 at its end. Errors: as Next.
  Result<size_t> Read(uint8_t* out, size_t size);
  // True where a decompressor was found in front.
  bool compressed() const;

 private:
  struct Free {
    void operator()(archive* handle) const { archive_read_free(handle); }
  };
  static la_ssize_t ReadBlock(archive* handle, void* self, const void** block);
  static la_int64_t SkipBytes(archive* handle, void* self, la_int64_t count);
  tl::unexpected<Error> Broken();

  const int fd_;
  const int64_t start_;
  int64_t end_ = 0;  // of the file
  int64_t at_;
  bool read_failed_ = false;
  bool opened_ = false;
  std::array<uint8_t, size_t{64} << 10> block_{};
  std::unique_ptr<archive, Free> handle_;
};

}  // namespace taanu
