// Signs checkpoints of the audit log: Ed25519, in the signed-note format
// (https://c2sp.org/signed-note), so that anyone can check them without this program. And, apart
// from them, slips (domain_signature.h).
// Thread-safety: immutable, may be shared.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "matcher/error.h"
#include "service/audit/domain_signature.h"
#include "service/audit/note.h"

namespace taanu {

class Signer {
 public:
  // A key file of mode 0600 made by CreateKeyFile, of this kind. Errors: kNotFound, kRefused
  // (mode), kBadInput.
  static Result<std::unique_ptr<Signer>> FromKeyFile(const std::filesystem::path& path,
                                                     note::KeyKind kind = note::KeyKind::kLog);
  // Writes a new key under `name` (the log's origin, such as "taanu.example/2026"), and the
  // verifier key as text beside it (path + ".pub"). Errors: kConflict, kUnavailable, kBadInput
  // (name).
  static Status CreateKeyFile(const std::filesystem::path& path, std::string_view name,
                              note::KeyKind kind = note::KeyKind::kLog);
  ~Signer();
  Signer(const Signer&) = delete;
  Signer& operator=(const Signer&) = delete;

  const std::string& name() const;
  std::array<uint8_t, 32> public_key() const;
  // The text, a blank line, and the signature line. `text` must end in a newline.
  std::string SignNote(std::string_view text) const;
  // The same message always gets the same signature (RFC 8032). It is for IsSignedInDomain.
  DomainSignature SignInDomain(std::string_view domain, std::span<const uint8_t> message) const;
  // The line with which a witness cosigns a checkpoint (cosignature.h), seen at `time_s`, seconds
  // since 1970.
  std::string CosignLine(std::string_view checkpoint_text, uint64_t time_s) const;

 private:
  struct Key;
  explicit Signer(std::unique_ptr<Key> key);
  std::unique_ptr<Key> key_;
};

}  // namespace taanu
