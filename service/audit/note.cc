#include "service/audit/note.h"

#include <sodium.h>

#include <algorithm>
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

// A signature line without its line end, taken apart.
struct SignatureLine {
  std::string_view name;
  std::vector<uint8_t> bytes;  // key hash, then signature
};

std::optional<SignatureLine> ParseSignature(std::string_view line) {
  if (!line.starts_with(kSignaturePrefix)) return std::nullopt;
  line.remove_prefix(kSignaturePrefix.size());
  const size_t blank = line.find(' ');
  if (blank == 0 || blank == std::string_view::npos) return std::nullopt;
  auto bytes = FromBase64(line.substr(blank + 1));
  if (!bytes || bytes->size() < std::tuple_size_v<KeyHash> + 1) return std::nullopt;
  return SignatureLine{line.substr(0, blank), std::move(*bytes)};
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

KeyHash HashKey(std::string_view name, const PublicKey& key) {
  std::array<uint8_t, crypto_hash_sha256_BYTES> digest{};
  constexpr uint8_t kSeparator[] = {'\n', kAlgorithmEd25519};
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  crypto_hash_sha256_update(&state, reinterpret_cast<const uint8_t*>(name.data()), name.size());
  crypto_hash_sha256_update(&state, kSeparator, sizeof(kSeparator));
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

std::string FormatVerifierKey(std::string_view name, const PublicKey& key) {
  std::vector<uint8_t> bytes = {kAlgorithmEd25519};
  bytes.insert(bytes.end(), key.begin(), key.end());
  return std::string(name) + "+" + ToHex(HashKey(name, key)) + "+" +
         ToBase64(bytes.data(), bytes.size());
}

Result<VerifierKey> ParseVerifierKey(std::string_view text) {
  const size_t first = text.find('+');
  const size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return BadVerifierKey();
  const auto bytes = FromBase64(text.substr(second + 1));
  VerifierKey key;
  key.name = text.substr(0, first);
  if (!bytes || bytes->size() != 1 + key.key.size() || bytes->front() != kAlgorithmEd25519) {
    return BadVerifierKey();
  }
  std::copy(bytes->begin() + 1, bytes->end(), key.key.begin());
  if (ToHex(HashKey(key.name, key.key)) != text.substr(first + 1, second - first - 1)) {
    return BadVerifierKey();
  }
  TAANU_RETURN_IF_ERROR(CheckName(key.name));
  return key;
}

std::string FormatSignature(std::string_view name, const KeyHash& hash,
                            const std::array<uint8_t, 64>& signature) {
  std::vector<uint8_t> bytes(hash.begin(), hash.end());
  bytes.insert(bytes.end(), signature.begin(), signature.end());
  return std::string(kSignaturePrefix) + std::string(name) + " " +
         ToBase64(bytes.data(), bytes.size()) + "\n";
}

Result<std::string> Verify(std::string_view signed_note, const VerifierKey& key) {
  if (signed_note.size() > kNoteBytesMax) return BadNote("it is above 1 MiB");
  if (HasControl(signed_note)) return BadNote("it has control characters");
  // The signatures come after the last blank line; the text keeps the line end before it.
  const size_t split = signed_note.rfind("\n\n");
  if (split == std::string_view::npos) return BadNote("it has no blank line");
  const std::string_view text = signed_note.substr(0, split + 1);
  std::string_view lines = signed_note.substr(split + 2);
  if (lines.empty() || !lines.ends_with('\n')) return BadNote("its last line is cut off");

  const KeyHash hash = HashKey(key.name, key.key);
  bool good = false;
  while (!lines.empty()) {
    const size_t end = lines.find('\n');
    const auto signature = ParseSignature(lines.substr(0, end));
    lines.remove_prefix(end + 1);
    if (!signature) return BadNote("a signature line is malformed");
    const std::span<const uint8_t> bytes(signature->bytes);
    if (signature->name != key.name || !std::equal(hash.begin(), hash.end(), bytes.begin())) {
      continue;
    }
    if (!IsGood(text, bytes.subspan(hash.size()), key.key)) {
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
  return std::string(text);
}

std::string CheckpointText(std::string_view origin, uint64_t size,
                           const std::array<uint8_t, 32>& root) {
  return std::string(origin) + "\n" + std::to_string(size) + "\n" +
         ToBase64(root.data(), root.size()) + "\n";
}

}  // namespace taanu::note
