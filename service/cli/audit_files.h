// The small files that checks of the audit log are given: public keys, checkpoints, proofs.
//
// Thread-safety: pure functions of the file system.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "matcher/error.h"
#include "service/audit/note.h"
#include "service/audit/proof.h"

namespace taanu::cli {

// The whole file as text. Errors: those of ReadFile, with the file's name in front.
Result<std::string> ReadTextFile(const std::filesystem::path& path, size_t size_max);

// A verifier key "name+hash+base64" of this kind, such as audit.key.pub. Errors: also kBadInput
// (BAD_VERIFIER_KEY).
Result<note::VerifierKey> ReadVerifierKey(const std::filesystem::path& path,
                                          note::KeyKind kind = note::KeyKind::kLog);

// Hashes of the wire; one that is not of 32 bytes stays zero, and proves nothing.
merkle::Hash ToHash(std::string_view bytes);
template <typename Hashes>
merkle::Proof ToProof(const Hashes& hashes) {
  merkle::Proof proof;
  for (const std::string& hash : hashes) proof.push_back(ToHash(hash));
  return proof;
}

// Puts the file's name in front of the message.
Error InFile(const std::filesystem::path& path, Error error);

}  // namespace taanu::cli
