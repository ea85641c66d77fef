// Keys, sealing and keyed references: what keeps names, numbers and templates unreadable in the
// file.
//
// XChaCha20-Poly1305 with a random 24-byte nonce, BLAKE2b for keyed references (libsodium). Every
// use has a subkey of its own, derived from a master key.
//
// The key file holds the key that seals and those before it, which only open (key_file.h). What
// keyed references are made with never changes, since they stand in the audit log: the file keeps
// it, sealed with the key in use (bind_vault.h).
// Thread-safety: a Vault may be used from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "enroll/store/data_key.h"
#include "matcher/error.h"

namespace taanu {

// A keyed reference to a voter, an operator or a terminal: 16 bytes that reveal nothing without the
// key, the same for the same text and domain.
using KeyedReference = std::array<uint8_t, 16>;
std::string ToHex(std::span<const uint8_t> bytes);

// A data key, sealed with the key of the register.
struct WrappedKey {
  // Which of the register's keys, counted from 1 by the file; 0 means that there is no data key:
  // a version before this one sealed the voter with the register's key itself.
  int64_t epoch = 0;
  std::vector<uint8_t> bytes;
};

class Vault {
 public:
  // Reads the master keys from a file that only its owner may read (mode 0600 or stricter, or a
  // systemd credential). Errors: kNotFound, kRefused (mode), kBadInput (not a key file); each
  // message says what to do.
  static Result<std::unique_ptr<Vault>> FromKeyFile(const std::filesystem::path& path);
  // Writes a new random master key with mode 0600. Errors: kConflict (it exists), kUnavailable.
  static Status CreateKeyFile(const std::filesystem::path& path);
  ~Vault();
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;

  // `domain` separates what must not be compared, such as "voter" and "operator".
  KeyedReference Reference(std::string_view domain, std::string_view text) const;

  // Seals `plain`; `associated` (voter, finger, version) must be the same when it is opened, so
  // that rows cannot be swapped. The result is nonce, ciphertext, tag: 40 bytes longer than
  // `plain`.
  std::vector<uint8_t> Seal(std::span<const uint8_t> plain,
                            std::span<const uint8_t> associated) const;
  // Errors: kBadInput with reason SEAL_BROKEN (no key of the file, changed or swapped row).
  Result<std::vector<uint8_t>> Open(std::span<const uint8_t> sealed,
                                    std::span<const uint8_t> associated) const;

  // The same for a voter's data key. Wrap seals with the key in use, Unwrap opens with any.
  WrappedKey Wrap(const DataKey& key, std::span<const uint8_t> associated) const;
  Result<DataKey> Unwrap(const WrappedKey& wrapped, std::span<const uint8_t> associated) const;
  // The epoch of the key in use; 0 until the vault is bound.
  int64_t epoch() const;

  // Tells whether a file was written with the key in use, without revealing it: 16 bytes kept in
  // the file.
  KeyedReference Fingerprint() const;
  // Keys of the file beside the one in use.
  size_t retired_key_count() const;
  const std::filesystem::path& path() const { return path_; }

 private:
  friend class VaultBinding;
  struct Keys;
  struct State;
  Vault(std::filesystem::path path, std::shared_ptr<const State> state);
  std::shared_ptr<const State> state() const;
  void SetState(std::shared_ptr<const State> state);

  const std::filesystem::path path_;
  mutable std::mutex mutex_;
  std::shared_ptr<const State> state_;  // guarded by mutex_, and never changed itself
};

}  // namespace taanu
