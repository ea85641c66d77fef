#include "enroll/load/sample_archive.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

#include "enroll/load/tar_reader.h"

namespace taanu {
namespace {

namespace fs = std::filesystem;

// A small archive may expand to this much whatever its size: a tar of one file has ten blocks of
// zeros at its end.
constexpr uint64_t kExpansionFloor = uint64_t{16} << 20;

tl::unexpected<Error> Unreadable(const std::string& what) {
  return Fail(ErrorCode::kUnavailable, "ARCHIVE_UNREADABLE",
              what + ": " + std::strerror(errno) + "; check the disk");
}

// The same for every name that means the same member.
std::string_view Plain(std::string_view name) {
  while (name.starts_with("./")) name.remove_prefix(2);
  return name;
}

// SipHash under a key of this process, so that nobody can make an archive of names that collide.
uint64_t HashOf(std::string_view name) {
  static const auto kKey = [] {
    std::array<unsigned char, crypto_shorthash_KEYBYTES> key{};
    crypto_shorthash_keygen(key.data());
    return key;
  }();
  std::array<unsigned char, crypto_shorthash_BYTES> hash{};
  crypto_shorthash(hash.data(), reinterpret_cast<const unsigned char*>(name.data()), name.size(),
                   kKey.data());
  uint64_t value = 0;
  std::memcpy(&value, hash.data(), sizeof(value));
  return value;
}

// As UTF-8 where the archive says that it is, else the bytes as they are; this program has no
// locale into which libarchive could turn them.
std::string_view NameOf(archive_entry* entry) {
  const char* name = archive_entry_pathname_utf8(entry);
  if (name == nullptr) name = archive_entry_pathname(entry);
  return name == nullptr ? std::string_view() : Plain(name);
}

bool IsLink(archive_entry* entry) {
  return archive_entry_hardlink(entry) != nullptr || archive_entry_hardlink_utf8(entry) != nullptr;
}

Status WriteAll(int fd, const uint8_t* bytes, size_t size) {
  while (size > 0) {
    const ssize_t done = write(fd, bytes, size);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return Unreadable("the archive cannot be unpacked into the temporary folder");
    bytes += done;
    size -= static_cast<size_t>(done);
  }
  return {};
}

// Unpacks the one entry of `reader` into `out`, at most `bytes_max` bytes.
Status Unpack(TarReader* reader, uint64_t bytes_max, int out) {
  std::vector<uint8_t> block(size_t{256} << 10);
  for (uint64_t sum = 0;;) {
    TAANU_ASSIGN_OR_RETURN(const size_t size, reader->Read(block.data(), block.size()));
    if (size == 0) return {};
    sum += size;
    if (sum > bytes_max) {
      return Fail(ErrorCode::kBadInput, "ARCHIVE_BOMB",
                  "the archive becomes more than " + std::to_string(SampleArchive::kExpansionMax) +
                      " times as large when it is unpacked; unpack it by hand if it is good");
    }
    TAANU_RETURN_IF_ERROR(WriteAll(out, block.data(), size));
  }
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  int Release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

// The descriptor of a nameless file with what the archive at `fd` is when it is not compressed; -1
// where it is not compressed in the first place.
Result<int> Decompress(int fd, uint64_t size) {
  TarReader reader(fd, 0, TarReader::Kind::kDecompress);
  if (!reader.compressed()) return -1;
  TAANU_RETURN_IF_ERROR(reader.Next());
  std::error_code error;
  const fs::path folder = fs::temp_directory_path(error);
  Descriptor out(open(error ? "/tmp" : folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (out.get() < 0) return Unreadable("there is no temporary folder to unpack the archive into");
  const uint64_t bytes_max = std::max(kExpansionFloor, size * SampleArchive::kExpansionMax);
  TAANU_RETURN_IF_ERROR(Unpack(&reader, bytes_max, out.get()));
  return out.Release();
}

Result<std::vector<uint8_t>> ReadEntry(TarReader* reader, archive_entry* entry, size_t bytes_max) {
  if (archive_entry_filetype(entry) != AE_IFREG || IsLink(entry)) {
    return Fail(ErrorCode::kBadInput, "MEMBER_NOT_REGULAR",
                "that is no ordinary file in the archive but a link, a folder or a device");
  }
  const int64_t size = archive_entry_size(entry);
  if (size <= 0) return Fail(ErrorCode::kBadInput, "FILE_EMPTY", "the file is empty");
  if (static_cast<uint64_t>(size) > bytes_max) {
    return Fail(ErrorCode::kBadInput, "FILE_TOO_LARGE",
                "the file has " + std::to_string(size) + " bytes; at most " +
                    std::to_string(bytes_max) + " are taken");
  }
  std::vector<uint8_t> bytes(static_cast<size_t>(size));
  size_t done = 0;
  while (done < bytes.size()) {
    TAANU_ASSIGN_OR_RETURN(const size_t got,
                           reader->Read(bytes.data() + done, bytes.size() - done));
    if (got == 0) return Fail(ErrorCode::kBadInput, "ARCHIVE_DAMAGED", "the file is cut short");
    done += got;
  }
  return bytes;
}

}  // namespace

Result<std::unique_ptr<SampleArchive>> SampleArchive::Open(const fs::path& path) {
  Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat info {};
  if (file.get() < 0 || fstat(file.get(), &info) != 0) {
    return Unreadable(path.string() + " cannot be opened");
  }
  if (!S_ISREG(info.st_mode)) {
    return Fail(ErrorCode::kBadInput, "ARCHIVE_NOT_TAR",
                path.string() + " is neither a folder nor a tar archive");
  }
  TAANU_ASSIGN_OR_RETURN(const int unpacked,
                         Decompress(file.get(), static_cast<uint64_t>(info.st_size)));
  std::unique_ptr<SampleArchive> archive(
      new SampleArchive(unpacked >= 0 ? unpacked : file.Release()));
  if (Status indexed = archive->Index(); !indexed) {
    Error error = std::move(indexed).error();
    error.message = path.string() + ": " + error.message;
    return tl::make_unexpected(std::move(error));
  }
  return archive;
}

SampleArchive::~SampleArchive() { close(fd_); }

Status SampleArchive::Index() {
  TarReader reader(fd_, 0, TarReader::Kind::kTar);
  for (;;) {
    Result<archive_entry*> entry = reader.Next();
    if (!entry && members_.empty() && entry.error().code == ErrorCode::kBadInput) {
      return Fail(ErrorCode::kBadInput, "ARCHIVE_NOT_TAR", "this is no tar archive");
    }
    if (!entry) return tl::make_unexpected(std::move(entry).error());
    if (*entry == nullptr) break;
    if (members_.size() == kMembersMax) {
      return Fail(ErrorCode::kBadInput, "ARCHIVE_TOO_MANY_MEMBERS",
                  "the archive has more than " + std::to_string(kMembersMax) + " members");
    }
    members_.push_back({HashOf(NameOf(*entry)), reader.header_offset()});
  }
  std::ranges::sort(members_, {}, [](const Member& m) { return std::pair(m.name_hash, m.offset); });
  return {};
}

Result<std::vector<uint8_t>> SampleArchive::Read(const std::string& name, size_t bytes_max) {
  const std::string_view wanted = Plain(name);
  const uint64_t hash = HashOf(wanted);
  const auto first = std::ranges::lower_bound(members_, hash, {}, &Member::name_hash);
  bool found = false;
  std::vector<uint8_t> bytes;
  for (auto member = first; member != members_.end() && member->name_hash == hash; ++member) {
    TarReader reader(fd_, member->offset, TarReader::Kind::kTar);
    TAANU_ASSIGN_OR_RETURN(archive_entry* const entry, reader.Next());
    if (entry == nullptr || NameOf(entry) != wanted) continue;
    if (found) {
      return Fail(ErrorCode::kBadInput, "MEMBER_TWICE",
                  "the archive has two members of this name; which of them is meant?");
    }
    found = true;
    TAANU_ASSIGN_OR_RETURN(bytes, ReadEntry(&reader, entry, bytes_max));
  }
  if (!found) {
    return Fail(ErrorCode::kNotFound, "MEMBER_NOT_FOUND", "the archive has no member of this name");
  }
  return bytes;
}

}  // namespace taanu
