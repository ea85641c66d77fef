// Keys, sealing and keyed references: what keeps names, numbers and templates unreadable in the
// file.
//
// XChaCha20-Poly1305 with a random 24-byte nonce, BLAKE2b for keyed references (libsodium). Every
// use has a subkey of its own, derived from the one master key.
// Thread-safety: a Vault is immutable and may be shared.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/error.h"

namespace taanu {

// A keyed reference to a voter, an operator or a terminal: 16 bytes that reveal nothing without the
// key, the same for the same text and domain.
using KeyedReference = std::array<uint8_t, 16>;
std::string ToHex(std::span<const uint8_t> bytes);

class Vault {
 public:
  // Reads a master key from a file that only its owner may read (mode 0600 or stricter, or a
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
  // Errors: kBadInput with reason SEAL_BROKEN (wrong key, changed or swapped row).
  Result<std::vector<uint8_t>> Open(std::span<const uint8_t> sealed,
                                    std::span<const uint8_t> associated) const;

  // Tells whether a file was written with this key, without revealing it: 16 bytes kept in the
  // file.
  KeyedReference Fingerprint() const;

 private:
  struct Keys;
  explicit Vault(std::unique_ptr<Keys> keys);
  std::unique_ptr<Keys> keys_;
};

}  // namespace taanu
