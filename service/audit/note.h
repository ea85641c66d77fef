// Signed notes and checkpoints, as anyone can check them.
//
// Sources: https://c2sp.org/signed-note (the note, key hashes, verifier keys) and
// https://c2sp.org/tlog-checkpoint (the text of a checkpoint).
// Thread-safety: pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/error.h"

namespace taanu::note {

using PublicKey = std::array<uint8_t, 32>;
using KeyHash = std::array<uint8_t, 4>;

// What a key signs, by its byte in signed notes: a log its own notes, or a witness the checkpoints
// of others (cosignature.h).
enum class KeyKind : uint8_t { kLog = 0x01, kWitness = 0x04 };
// A note of ours is below 1 KiB; one that is checked may carry the lines of many witnesses.
inline constexpr size_t kNoteBytesMax = 1 << 20;
inline constexpr size_t kNameBytesMax = 200;

// A name of a key: 1 to 200 printable ASCII characters without blanks and '+', which is a part of
// what the specification allows. Errors: kBadInput (BAD_KEY_NAME).
Status CheckName(std::string_view name);

// The first four bytes of SHA-256 over name, line end, kind and key.
KeyHash HashKey(std::string_view name, const PublicKey& key, KeyKind kind = KeyKind::kLog);

// "name+hash+base64": the verifier key as text, and back. Errors: kBadInput (BAD_VERIFIER_KEY).
std::string FormatVerifierKey(std::string_view name, const PublicKey& key,
                              KeyKind kind = KeyKind::kLog);
struct VerifierKey {
  std::string name;
  PublicKey key{};
};
Result<VerifierKey> ParseVerifierKey(std::string_view text, KeyKind kind = KeyKind::kLog);

// The line of one signature, with its line end: an em dash, the name, and base64 of hash and
// signature.
std::string FormatSignature(std::string_view name, const KeyHash& hash,
                            std::span<const uint8_t> signature);

// A signed note taken apart: the text, which ends in a line end, and its signatures.
struct NoteSignature {
  std::string name;
  std::vector<uint8_t> bytes;  // key hash, then signature
};
struct OpenNote {
  std::string text;
  std::vector<NoteSignature> signatures;
};
// Nothing is checked but the form. Errors: kBadInput (BAD_NOTE).
Result<OpenNote> ParseNote(std::string_view signed_note);

// Checks that `signed_note` carries a good signature of `key` and gives its text, which ends in a
// line end. Signatures of other keys are passed over. Errors: kBadInput (BAD_NOTE) where it is not
// a signed note; kRefused (BAD_SIGNATURE) where a signature of this key is wrong, or there is none.
Result<std::string> Verify(std::string_view signed_note, const VerifierKey& key);

// The text of a checkpoint: origin, size and root, a line each.
std::string CheckpointText(std::string_view origin, uint64_t size,
                           const std::array<uint8_t, 32>& root);

struct CheckpointHead {
  std::string origin;
  uint64_t size = 0;
  std::array<uint8_t, 32> root{};
};
// Takes exactly what CheckpointText gives. Errors: kBadInput (BAD_CHECKPOINT).
Result<CheckpointHead> ParseCheckpoint(std::string_view text);
// Checks the signature, and that the key's log is the one whose checkpoint this is. Errors: those
// of Verify and of ParseCheckpoint.
Result<CheckpointHead> VerifyCheckpoint(std::string_view signed_note, const VerifierKey& key);

std::string ToBase64(const uint8_t* bytes, size_t size);
// Nothing where `text` is not base64 with its padding.
std::optional<std::vector<uint8_t>> FromBase64(std::string_view text);

}  // namespace taanu::note
