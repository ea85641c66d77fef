#include "enroll/store/key_file.h"

#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "enroll/store/secret_file.h"

namespace taanu {
namespace {

constexpr std::string_view kPrefix = "taanu-store-key-v1:";
// A line has the prefix, 44 characters of base64 and its end.
constexpr size_t kLineSizeMax = 80;

tl::unexpected<Error> Malformed(const std::filesystem::path& path) {
  return Fail(ErrorCode::kBadInput, "KEY_FILE_MALFORMED",
              "the key file " + path.string() + " is not 1 to " + std::to_string(kStoreKeysMax) +
                  " different lines \"" + std::string(kPrefix) +
                  "\" with 32 bytes in base64 each; restore it from its backup");
}

bool ParseLine(std::string_view line, MasterKey* key) {
  if (!line.starts_with(kPrefix)) return false;
  line.remove_prefix(kPrefix.size());
  size_t size = 0;
  const char* end = nullptr;
  return sodium_base642bin(key->bytes.data(), key->bytes.size(), line.data(), line.size(), nullptr,
                           &size, &end, sodium_base64_VARIANT_ORIGINAL) == 0 &&
         size == key->bytes.size() && end == line.data() + line.size();
}

SecretText FormatKeys(std::span<const MasterKey> keys) {
  constexpr size_t kTextSize = sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_ORIGINAL);
  std::string text;
  // Nothing is moved while it grows, so that no copy of a key is left behind.
  text.reserve(keys.size() * kLineSizeMax);
  std::array<char, kTextSize> base64{};
  for (const MasterKey& key : keys) {
    sodium_bin2base64(base64.data(), base64.size(), key.bytes.data(), key.bytes.size(),
                      sodium_base64_VARIANT_ORIGINAL);
    text.append(kPrefix).append(base64.data()).push_back('\n');
  }
  sodium_memzero(base64.data(), base64.size());
  return SecretText(std::move(text));
}

// Writes beside the file and renames, so that a power cut leaves one or the other.
Status Replace(const std::filesystem::path& path, std::span<const MasterKey> keys) {
  struct stat before {};
  if (stat(path.c_str(), &before) != 0) {
    return Fail(ErrorCode::kUnavailable, "STORAGE_FAILED",
                "the key file " + path.string() + " cannot be examined: " + std::strerror(errno));
  }
  std::filesystem::path draft = path;
  draft += ".new";
  // A draft that a power cut left behind was never in use.
  unlink(draft.c_str());
  TAANU_RETURN_IF_ERROR(WriteNewFile(draft, FormatKeys(keys).view(), 0600));
  // Only root may give a file away, and only for root can the owner be another one.
  const bool mine = before.st_uid == geteuid() && before.st_gid == getegid();
  if ((!mine && geteuid() == 0 && chown(draft.c_str(), before.st_uid, before.st_gid) != 0) ||
      rename(draft.c_str(), path.c_str()) != 0) {
    const int code = errno;
    unlink(draft.c_str());
    return Fail(ErrorCode::kUnavailable, "STORAGE_FAILED",
                "the key file " + path.string() + " cannot be replaced: " + std::strerror(code));
  }
  SyncFolder(path);
  return {};
}

Status InitSodium() {
  if (sodium_init() < 0) {
    return Fail(ErrorCode::kInternal, "NO_RANDOMNESS", "libsodium found no source of randomness");
  }
  return {};
}

}  // namespace

MasterKey::~MasterKey() { sodium_memzero(bytes.data(), bytes.size()); }

MasterKey::MasterKey(MasterKey&& other) noexcept : bytes(other.bytes) {
  sodium_memzero(other.bytes.data(), other.bytes.size());
}

Result<std::vector<MasterKey>> ReadKeyFile(const std::filesystem::path& path) {
  TAANU_RETURN_IF_ERROR(InitSodium());
  TAANU_ASSIGN_OR_RETURN(const SecretText text, ReadSecretFile(path, kStoreKeysMax * kLineSizeMax));
  std::string_view rest = text.view();
  if (rest.ends_with('\n')) rest.remove_suffix(1);
  std::vector<MasterKey> keys;
  // One allocation: growing would leave copies of keys behind in freed memory.
  keys.reserve(kStoreKeysMax);
  for (;;) {
    const size_t end = rest.find('\n');
    MasterKey key;
    if (keys.size() == kStoreKeysMax || !ParseLine(rest.substr(0, end), &key)) {
      return Malformed(path);
    }
    for (const MasterKey& other : keys) {
      if (other.bytes == key.bytes) return Malformed(path);
    }
    keys.push_back(std::move(key));
    if (end == std::string_view::npos) return keys;
    rest.remove_prefix(end + 1);
  }
}

Status MakeKeyFile(const std::filesystem::path& path) {
  TAANU_RETURN_IF_ERROR(InitSodium());
  MasterKey key;
  crypto_kdf_keygen(key.bytes.data());
  return WriteNewFile(path, FormatKeys({&key, 1}).view(), 0600);
}

Status AddKey(const std::filesystem::path& path) {
  TAANU_ASSIGN_OR_RETURN(std::vector<MasterKey> keys, ReadKeyFile(path));
  if (keys.size() == kStoreKeysMax) {
    return Fail(ErrorCode::kExhausted, "TOO_MANY_KEYS",
                "the key file " + path.string() + " holds " + std::to_string(keys.size()) +
                    " keys already; let the rotation end and run `taanu keys retire`");
  }
  std::vector<MasterKey> grown;
  grown.reserve(keys.size() + 1);
  crypto_kdf_keygen(grown.emplace_back().bytes.data());
  for (MasterKey& key : keys) grown.push_back(std::move(key));
  return Replace(path, grown);
}

Status RetireKeys(const std::filesystem::path& path, const std::filesystem::path& to) {
  TAANU_ASSIGN_OR_RETURN(const std::vector<MasterKey> keys, ReadKeyFile(path));
  if (keys.size() == 1) {
    return Fail(ErrorCode::kNotFound, "NO_RETIRED_KEY",
                "the key file " + path.string() + " holds the key in use alone");
  }
  const auto all = std::span(keys);
  TAANU_RETURN_IF_ERROR(WriteNewFile(to, FormatKeys(all.subspan(1)).view(), 0600));
  return Replace(path, all.first(1));
}

}  // namespace taanu
