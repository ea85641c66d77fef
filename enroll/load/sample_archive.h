// A tar archive of samples, read by libarchive.
//
// Opening it reads it once from end to end and remembers where each member begins (16 bytes a
// member), so that members are read in any order. Ordinary files alone can be read: a link, a
// device or a folder is refused when a row names it, and nothing is ever unpacked under a member's
// name. A leading "./" of a member's name is passed over.
//
// A compressed archive (gzip, xz, zstd, bzip2) is first unpacked into a file without a name in the
// folder for temporary files, which goes when the source goes, at most kExpansionMax times as large
// as the archive.
//
// Thread-safety: an archive belongs to one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "enroll/load/sample_source.h"
#include "matcher/error.h"

namespace taanu {

class SampleArchive : public SampleSource {
 public:
  // Bytes that one byte of a compressed archive may stand for; templates and images compress less
  // than tenfold, and what compresses a hundredfold is made to fill a disk.
  static constexpr uint64_t kExpansionMax = 100;
  static constexpr uint64_t kMembersMax = uint64_t{64} << 20;

  // Errors: kBadInput (ARCHIVE_NOT_TAR, ARCHIVE_BOMB, ARCHIVE_TOO_MANY_MEMBERS, ARCHIVE_DAMAGED),
  // kUnavailable (ARCHIVE_UNREADABLE: the disk, or no room to unpack).
  static Result<std::unique_ptr<SampleArchive>> Open(const std::filesystem::path& path);
  ~SampleArchive() override;
  SampleArchive(const SampleArchive&) = delete;
  SampleArchive& operator=(const SampleArchive&) = delete;

  // Errors: kNotFound (MEMBER_NOT_FOUND), kBadInput (MEMBER_NOT_REGULAR, MEMBER_TWICE: two members
  // of one name, FILE_EMPTY, FILE_TOO_LARGE, ARCHIVE_DAMAGED).
  Result<std::vector<uint8_t>> Read(const std::string& name, size_t bytes_max) override;

 private:
  struct Member {
    uint64_t name_hash = 0;
    int64_t offset = 0;  // of its first header
  };

  explicit SampleArchive(int fd) : fd_(fd) {}
  Status Index();

  const int fd_;                 // of an archive that is not compressed
  std::vector<Member> members_;  // by hash, then offset
};

}  // namespace taanu
