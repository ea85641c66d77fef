// The file of the store's keys: a line to a key, the one that seals first. Keys after it open what
// was sealed before they were replaced.
//
//   taanu-store-key-v1:<32 bytes in base64>
//
// Thread-safety: pure functions; of two processes that change one file at a time, one wins.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "matcher/error.h"

namespace taanu {

// Keys of a file at most: the one in use, and three before it.
inline constexpr size_t kStoreKeysMax = 4;

// Wiped from memory when it goes.
struct MasterKey {
  MasterKey() = default;
  ~MasterKey();
  MasterKey(MasterKey&& other) noexcept;
  MasterKey& operator=(MasterKey&&) = delete;
  MasterKey(const MasterKey&) = delete;
  MasterKey& operator=(const MasterKey&) = delete;

  std::array<uint8_t, 32> bytes{};
};

// At least one key. Errors: as ReadSecretFile, and kBadInput (KEY_FILE_MALFORMED), also for a key
// that comes twice.
Result<std::vector<MasterKey>> ReadKeyFile(const std::filesystem::path& path);

// Makes a file with one new key and mode 0600. Errors: kConflict (it exists), kUnavailable.
Status MakeKeyFile(const std::filesystem::path& path);

// Puts a new key first. The file is replaced as a whole, and keeps its owner and its mode 0600: it
// has either its keys of before, or the new one too. Errors: as ReadKeyFile; kExhausted
// (TOO_MANY_KEYS); kUnavailable.
Status AddKey(const std::filesystem::path& path);

// Moves every key but the first to the new file `to`, which is written before they go. Errors: as
// AddKey; kNotFound (NO_RETIRED_KEY); kConflict (`to` exists).
Status RetireKeys(const std::filesystem::path& path, const std::filesystem::path& to);

}  // namespace taanu
