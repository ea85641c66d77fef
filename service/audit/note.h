// Signed notes and checkpoints, as anyone can check them.
//
// Sources: https://c2sp.org/signed-note (the note, key hashes, verifier keys) and
// https://c2sp.org/tlog-checkpoint (the text of a checkpoint).
// Thread-safety: pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "matcher/error.h"

namespace taanu::note {

using PublicKey = std::array<uint8_t, 32>;
using KeyHash = std::array<uint8_t, 4>;

// Ed25519 in signed notes.
inline constexpr uint8_t kAlgorithmEd25519 = 0x01;
// A note of ours is below 1 KiB; one that is checked may carry the lines of many witnesses.
inline constexpr size_t kNoteBytesMax = 1 << 20;
inline constexpr size_t kNameBytesMax = 200;

// A name of a key: 1 to 200 printable ASCII characters without blanks and '+', which is a part of
// what the specification allows. Errors: kBadInput (BAD_KEY_NAME).
Status CheckName(std::string_view name);

// The first four bytes of SHA-256 over name, line end, algorithm and key.
KeyHash HashKey(std::string_view name, const PublicKey& key);

// "name+hash+base64": the verifier key as text, and back. Errors: kBadInput (BAD_VERIFIER_KEY).
std::string FormatVerifierKey(std::string_view name, const PublicKey& key);
struct VerifierKey {
  std::string name;
  PublicKey key{};
};
Result<VerifierKey> ParseVerifierKey(std::string_view text);

// The line of one signature, with its line end: an em dash, the name, and base64 of hash and
// signature.
std::string FormatSignature(std::string_view name, const KeyHash& hash,
                            const std::array<uint8_t, 64>& signature);

// Checks that `signed_note` carries a good signature of `key` and gives its text, which ends in a
// line end. Signatures of other keys are passed over. Errors: kBadInput (BAD_NOTE) where it is not
// a signed note; kRefused (BAD_SIGNATURE) where a signature of this key is wrong, or there is none.
Result<std::string> Verify(std::string_view signed_note, const VerifierKey& key);

// The text of a checkpoint: origin, size and root, a line each.
std::string CheckpointText(std::string_view origin, uint64_t size,
                           const std::array<uint8_t, 32>& root);

std::string ToBase64(const uint8_t* bytes, size_t size);

}  // namespace taanu::note
