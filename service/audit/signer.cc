#include "service/audit/signer.h"

#include <sodium.h>

#include <system_error>

#include "enroll/store/sealing.h"
#include "enroll/store/secret_file.h"
#include "service/audit/cosignature.h"
#include "service/audit/note.h"

namespace taanu {
namespace {

// The form that Go's golang.org/x/mod/sumdb/note gives a signer key, so that its tools take ours.
constexpr std::string_view kPrivatePrefix = "PRIVATE+KEY+";
constexpr size_t kKeyFileSizeMax = 512;
constexpr size_t kSeedSize = crypto_sign_SEEDBYTES;

// A seed after its algorithm byte, wiped when it goes.
struct SeedBytes {
  std::array<uint8_t, 1 + kSeedSize> bytes{};
  ~SeedBytes() { sodium_memzero(bytes.data(), bytes.size()); }
};

tl::unexpected<Error> NotAKeyFile(const std::filesystem::path& path) {
  return Fail(ErrorCode::kBadInput, "KEY_FILE_MALFORMED",
              "the key file " + path.string() +
                  " is not a signer key PRIVATE+KEY+name+hash+base64; restore it from its backup");
}

Status InitSodium() {
  if (sodium_init() < 0) {
    return Fail(ErrorCode::kInternal, "NO_RANDOMNESS", "libsodium found no source of randomness");
  }
  return {};
}

}  // namespace

struct Signer::Key {
  std::array<uint8_t, crypto_sign_SECRETKEYBYTES> secret{};
  note::PublicKey public_key{};
  note::KeyHash hash{};
  std::string name;

  ~Key() { sodium_memzero(secret.data(), secret.size()); }
};

Signer::Signer(std::unique_ptr<Key> key) : key_(std::move(key)) {}
Signer::~Signer() = default;

Result<std::unique_ptr<Signer>> Signer::FromKeyFile(const std::filesystem::path& path,
                                                    note::KeyKind kind) {
  TAANU_RETURN_IF_ERROR(InitSodium());
  TAANU_ASSIGN_OR_RETURN(const SecretText text, ReadSecretFile(path, kKeyFileSizeMax));
  std::string_view line = text.view();
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (!line.starts_with(kPrivatePrefix)) return NotAKeyFile(path);
  line.remove_prefix(kPrivatePrefix.size());
  const size_t first = line.find('+');
  const size_t second = first == std::string_view::npos ? first : line.find('+', first + 1);
  if (second == std::string_view::npos) return NotAKeyFile(path);

  auto key = std::make_unique<Key>();
  key->name = line.substr(0, first);
  TAANU_RETURN_IF_ERROR(note::CheckName(key->name));
  const std::string_view base64 = line.substr(second + 1);
  SeedBytes seed;
  size_t size = 0;
  if (sodium_base642bin(seed.bytes.data(), seed.bytes.size(), base64.data(), base64.size(), nullptr,
                        &size, nullptr, sodium_base64_VARIANT_ORIGINAL) != 0 ||
      size != seed.bytes.size() || seed.bytes[0] != static_cast<uint8_t>(kind)) {
    return NotAKeyFile(path);
  }
  crypto_sign_seed_keypair(key->public_key.data(), key->secret.data(), seed.bytes.data() + 1);
  key->hash = note::HashKey(key->name, key->public_key, kind);
  if (ToHex(key->hash) != line.substr(first + 1, second - first - 1)) return NotAKeyFile(path);
  return std::unique_ptr<Signer>(new Signer(std::move(key)));
}

Status Signer::CreateKeyFile(const std::filesystem::path& path, std::string_view name,
                             note::KeyKind kind) {
  TAANU_RETURN_IF_ERROR(InitSodium());
  TAANU_RETURN_IF_ERROR(note::CheckName(name));
  SeedBytes seed;
  seed.bytes[0] = static_cast<uint8_t>(kind);
  randombytes_buf(seed.bytes.data() + 1, kSeedSize);
  Key key;
  crypto_sign_seed_keypair(key.public_key.data(), key.secret.data(), seed.bytes.data() + 1);
  const SecretText base64(note::ToBase64(seed.bytes.data(), seed.bytes.size()));
  std::string line;
  line.reserve(kKeyFileSizeMax);
  line.append(kPrivatePrefix).append(name).append("+");
  line.append(ToHex(note::HashKey(name, key.public_key, kind))).append("+");
  line.append(base64.view()).append("\n");
  const SecretText text(std::move(line));
  TAANU_RETURN_IF_ERROR(WriteNewFile(path, text.view(), 0600));
  std::filesystem::path public_path = path;
  public_path += ".pub";
  Status status =
      WriteNewFile(public_path, note::FormatVerifierKey(name, key.public_key, kind) + "\n", 0644);
  if (!status) {
    // A key that nobody can verify, and that has signed nothing yet, is no key to keep.
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
  }
  return status;
}

const std::string& Signer::name() const { return key_->name; }
std::array<uint8_t, 32> Signer::public_key() const { return key_->public_key; }

std::string Signer::SignNote(std::string_view text) const {
  std::array<uint8_t, crypto_sign_BYTES> signature{};
  crypto_sign_detached(signature.data(), nullptr, reinterpret_cast<const uint8_t*>(text.data()),
                       text.size(), key_->secret.data());
  return std::string(text) + "\n" + note::FormatSignature(key_->name, key_->hash, signature);
}

DomainSignature Signer::SignInDomain(std::string_view domain,
                                     std::span<const uint8_t> message) const {
  const std::vector<uint8_t> bytes = BytesInDomain(domain, message);
  DomainSignature signature{};
  crypto_sign_detached(signature.data(), nullptr, bytes.data(), bytes.size(), key_->secret.data());
  return signature;
}

std::string Signer::CosignLine(std::string_view checkpoint_text, uint64_t time_s) const {
  const std::string message = note::CosignedMessage(checkpoint_text, time_s);
  std::array<uint8_t, note::kTimeBytes + crypto_sign_BYTES> signature{};
  for (size_t i = 0; i < note::kTimeBytes; ++i) {
    signature[i] = static_cast<uint8_t>(time_s >> (8 * (note::kTimeBytes - 1 - i)));
  }
  crypto_sign_detached(signature.data() + note::kTimeBytes, nullptr,
                       reinterpret_cast<const uint8_t*>(message.data()), message.size(),
                       key_->secret.data());
  return note::FormatSignature(key_->name, key_->hash, signature);
}

}  // namespace taanu
