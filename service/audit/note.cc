#include "service/audit/note.h"

#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>
#include <vector>

#include "enroll/store/sealing.h"

namespace taanu::note {
namespace {

constexpr std::string_view kSignaturePrefix = "\u2014 ";
constexpr size_t kSignatureSize = crypto_sign_BYTES;

tl::unexpected<Error> BadNote(std::string_view what) {
  return Fail(ErrorCode::kBadInput, "BAD_NOTE", "not a signed note: " + std::string(what));
}

tl::unexpected<Error> BadVerifierKey() {
  return Fail(ErrorCode::kBadInput, "BAD_VERIFIER_KEY",
              "not a verifier key of the form name+hash+base64 for Ed25519");
}

std::optional<NoteSignature> ParseSignature(std::string_view line) {
  if (!line.starts_with(kSignaturePrefix)) return std::nullopt;
  line.remove_prefix(kSignaturePrefix.size());
  const size_t blank = line.find(' ');
  if (blank == 0 || blank == std::string_view::npos) return std::nullopt;
  auto bytes = FromBase64(line.substr(blank + 1));
  if (!bytes || bytes->size() < std::tuple_size_v<KeyHash> + 1) return std::nullopt;
  return NoteSignature{std::string(line.substr(0, blank)), std::move(*bytes)};
}

bool IsGood(std::string_view text, std::span<const uint8_t> signature, const PublicKey& key) {
  return signature.size() == kSignatureSize &&
         crypto_sign_verify_detached(signature.data(),
                                     reinterpret_cast<const uint8_t*>(text.data()), text.size(),
                                     key.data()) == 0;
}

// Control characters other than line ends have no place in a note.
bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return (c < 0x20 && c != '\n') || c == 0x7f; });
}

}  // namespace

Status CheckName(std::string_view name) {
  const bool printable = std::all_of(
      name.begin(), name.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f && c != '+'; });
  if (!name.empty() && name.size() <= kNameBytesMax && printable) return {};
  return Fail(
      ErrorCode::kBadInput, "BAD_KEY_NAME",
      "the name of a log's key is 1 to 200 printable ASCII characters without blanks and +, "
      "such as example.org/2026");
}

KeyHash HashKey(std::string_view name, const PublicKey& key, KeyKind kind) {
  std::array<uint8_t, crypto_hash_sha256_BYTES> digest{};
  const uint8_t separator[] = {'\n', static_cast<uint8_t>(kind)};
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  crypto_hash_sha256_update(&state, reinterpret_cast<const uint8_t*>(name.data()), name.size());
  crypto_hash_sha256_update(&state, separator, sizeof(separator));
  crypto_hash_sha256_update(&state, key.data(), key.size());
  crypto_hash_sha256_final(&state, digest.data());
  KeyHash hash{};
  std::copy_n(digest.begin(), hash.size(), hash.begin());
  return hash;
}

std::string ToBase64(const uint8_t* bytes, size_t size) {
  std::string text(sodium_base64_encoded_len(size, sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes, size, sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // the terminating zero
  return text;
}

std::optional<std::vector<uint8_t>> FromBase64(std::string_view text) {
  std::vector<uint8_t> bytes(text.size() / 4 * 3 + 3);
  size_t size = 0;
  if (sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size,
                        nullptr, sodium_base64_VARIANT_ORIGINAL) != 0) {
    return std::nullopt;
  }
  bytes.resize(size);
  return bytes;
}

std::string FormatVerifierKey(std::string_view name, const PublicKey& key, KeyKind kind) {
  std::vector<uint8_t> bytes = {static_cast<uint8_t>(kind)};
  bytes.insert(bytes.end(), key.begin(), key.end());
  return std::string(name) + "+" + ToHex(HashKey(name, key, kind)) + "+" +
         ToBase64(bytes.data(), bytes.size());
}

Result<VerifierKey> ParseVerifierKey(std::string_view text, KeyKind kind) {
  const size_t first = text.find('+');
  const size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return BadVerifierKey();
  const auto bytes = FromBase64(text.substr(second + 1));
  VerifierKey key;
  key.name = text.substr(0, first);
  if (!bytes || bytes->size() != 1 + key.key.size() ||
      bytes->front() != static_cast<uint8_t>(kind)) {
    return BadVerifierKey();
  }
  std::copy(bytes->begin() + 1, bytes->end(), key.key.begin());
  if (ToHex(HashKey(key.name, key.key, kind)) != text.substr(first + 1, second - first - 1)) {
    return BadVerifierKey();
  }
  TAANU_RETURN_IF_ERROR(CheckName(key.name));
  return key;
}

std::string FormatSignature(std::string_view name, const KeyHash& hash,
                            std::span<const uint8_t> signature) {
  std::vector<uint8_t> bytes(hash.begin(), hash.end());
  bytes.insert(bytes.end(), signature.begin(), signature.end());
  return std::string(kSignaturePrefix) + std::string(name) + " " +
         ToBase64(bytes.data(), bytes.size()) + "\n";
}

Result<OpenNote> ParseNote(std::string_view signed_note) {
  if (signed_note.size() > kNoteBytesMax) return BadNote("it is above 1 MiB");
  if (HasControl(signed_note)) return BadNote("it has control characters");
  // The signatures come after the last blank line; the text keeps the line end before it.
  const size_t split = signed_note.rfind("\n\n");
  if (split == std::string_view::npos) return BadNote("it has no blank line");
  OpenNote note;
  note.text = signed_note.substr(0, split + 1);
  std::string_view lines = signed_note.substr(split + 2);
  if (lines.empty() || !lines.ends_with('\n')) return BadNote("its last line is cut off");
  while (!lines.empty()) {
    const size_t end = lines.find('\n');
    auto signature = ParseSignature(lines.substr(0, end));
    lines.remove_prefix(end + 1);
    if (!signature) return BadNote("a signature line is malformed");
    note.signatures.push_back(std::move(*signature));
  }
  return note;
}

Result<std::string> Verify(std::string_view signed_note, const VerifierKey& key) {
  TAANU_ASSIGN_OR_RETURN(OpenNote note, ParseNote(signed_note));
  const KeyHash hash = HashKey(key.name, key.key);
  bool good = false;
  for (const NoteSignature& signature : note.signatures) {
    const std::span<const uint8_t> bytes(signature.bytes);
    if (signature.name != key.name || !std::equal(hash.begin(), hash.end(), bytes.begin())) {
      continue;
    }
    if (!IsGood(note.text, bytes.subspan(hash.size()), key.key)) {
      return Fail(ErrorCode::kRefused, "BAD_SIGNATURE",
                  "the signature of " + key.name +
                      " is wrong: the note was changed, or another "
                      "key of the same name signed it");
    }
    good = true;
  }
  if (!good) {
    return Fail(ErrorCode::kRefused, "BAD_SIGNATURE",
                "the note carries no signature of " + key.name);
  }
  return std::move(note.text);
}

std::string CheckpointText(std::string_view origin, uint64_t size,
                           const std::array<uint8_t, 32>& root) {
  return std::string(origin) + "\n" + std::to_string(size) + "\n" +
         ToBase64(root.data(), root.size()) + "\n";
}

Result<CheckpointHead> ParseCheckpoint(std::string_view text) {
  CheckpointHead head;
  const size_t first = text.find('\n');
  const size_t second = first == std::string_view::npos ? first : text.find('\n', first + 1);
  if (second != std::string_view::npos && text.ends_with('\n')) {
    head.origin = text.substr(0, first);
    std::from_chars(text.data() + first + 1, text.data() + second, head.size);
    const auto root = FromBase64(text.substr(second + 1, text.size() - second - 2));
    if (root && root->size() == head.root.size()) {
      std::copy(root->begin(), root->end(), head.root.begin());
    }
  }
  // One text for one head: a number with zeros before it is another text.
  if (!head.origin.empty() && CheckpointText(head.origin, head.size, head.root) == text) {
    return head;
  }
  return Fail(ErrorCode::kBadInput, "BAD_CHECKPOINT",
              "the note is signed, but is no checkpoint: origin, size and root, a line each");
}

Result<CheckpointHead> VerifyCheckpoint(std::string_view signed_note, const VerifierKey& key) {
  TAANU_ASSIGN_OR_RETURN(const std::string text, Verify(signed_note, key));
  TAANU_ASSIGN_OR_RETURN(CheckpointHead head, ParseCheckpoint(text));
  if (head.origin == key.name) return head;
  return Fail(ErrorCode::kBadInput, "BAD_CHECKPOINT",
              "the checkpoint is of the log " + head.origin + " and not of " + key.name);
}

}  // namespace taanu::note
