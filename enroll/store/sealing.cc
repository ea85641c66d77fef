#include "enroll/store/sealing.h"

#include <sodium.h>

#include <new>

#include "enroll/store/secret_file.h"

namespace taanu {
namespace {

constexpr std::string_view kKeyFilePrefix = "taanu-store-key-v1:";
// The prefix, 44 characters of base64, a line end; a little more for stray blanks is no key file.
constexpr size_t kKeyFileSizeMax = 256;
constexpr char kKdfContext[crypto_kdf_CONTEXTBYTES + 1] = "taanusto";

// Which subkey is for what. The numbers are part of the file format.
enum SubkeyId : uint64_t { kSealSubkey = 1, kReferenceSubkey = 2, kFingerprintSubkey = 3 };

constexpr size_t kNonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTagSize = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kNonceSize + kTagSize == 40);

struct MasterKey {
  std::array<uint8_t, crypto_kdf_KEYBYTES> bytes{};
  ~MasterKey() { sodium_memzero(bytes.data(), bytes.size()); }
};

tl::unexpected<Error> NotAKeyFile(const std::filesystem::path& path) {
  return Fail(ErrorCode::kBadInput, "KEY_FILE_MALFORMED",
              "the key file " + path.string() + " is not a line \"" + std::string(kKeyFilePrefix) +
                  "\" with 32 bytes in base64; restore it from its backup");
}

Status InitSodium() {
  if (sodium_init() < 0) {
    return Fail(ErrorCode::kInternal, "NO_RANDOMNESS", "libsodium found no source of randomness");
  }
  return {};
}

}  // namespace

struct Vault::Keys {
  std::array<uint8_t, crypto_aead_xchacha20poly1305_ietf_KEYBYTES> seal;
  std::array<uint8_t, crypto_generichash_KEYBYTES> reference;
  KeyedReference fingerprint;

  // Guarded pages that are locked into memory where the limit allows it, and wiped when freed.
  static void* operator new(size_t size) {
    void* memory = sodium_malloc(size);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
  }
  static void operator delete(void* memory) { sodium_free(memory); }
};

Vault::Vault(std::unique_ptr<Keys> keys) : keys_(std::move(keys)) {}
Vault::~Vault() = default;

std::string ToHex(std::span<const uint8_t> bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const uint8_t byte : bytes) {
    hex.push_back(kDigits[byte >> 4]);
    hex.push_back(kDigits[byte & 0xf]);
  }
  return hex;
}

Result<std::unique_ptr<Vault>> Vault::FromKeyFile(const std::filesystem::path& path) {
  TAANU_RETURN_IF_ERROR(InitSodium());
  TAANU_ASSIGN_OR_RETURN(const SecretText text, ReadSecretFile(path, kKeyFileSizeMax));
  std::string_view line = text.view();
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (!line.starts_with(kKeyFilePrefix)) return NotAKeyFile(path);
  line.remove_prefix(kKeyFilePrefix.size());
  MasterKey master;
  size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(master.bytes.data(), master.bytes.size(), line.data(), line.size(), nullptr,
                        &size, &end, sodium_base64_VARIANT_ORIGINAL) != 0 ||
      size != master.bytes.size() || end != line.data() + line.size()) {
    return NotAKeyFile(path);
  }
  std::unique_ptr<Keys> keys(new Keys);
  crypto_kdf_derive_from_key(keys->seal.data(), keys->seal.size(), kSealSubkey, kKdfContext,
                             master.bytes.data());
  crypto_kdf_derive_from_key(keys->reference.data(), keys->reference.size(), kReferenceSubkey,
                             kKdfContext, master.bytes.data());
  crypto_kdf_derive_from_key(keys->fingerprint.data(), keys->fingerprint.size(), kFingerprintSubkey,
                             kKdfContext, master.bytes.data());
  return std::unique_ptr<Vault>(new Vault(std::move(keys)));
}

Status Vault::CreateKeyFile(const std::filesystem::path& path) {
  TAANU_RETURN_IF_ERROR(InitSodium());
  MasterKey master;
  crypto_kdf_keygen(master.bytes.data());
  constexpr size_t kTextSize =
      sodium_base64_ENCODED_LEN(crypto_kdf_KEYBYTES, sodium_base64_VARIANT_ORIGINAL);
  std::array<char, kTextSize> base64{};
  sodium_bin2base64(base64.data(), base64.size(), master.bytes.data(), master.bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  std::string line;
  line.reserve(kKeyFileSizeMax);
  line.append(kKeyFilePrefix).append(base64.data()).push_back('\n');
  sodium_memzero(base64.data(), base64.size());
  const SecretText text(std::move(line));
  return WriteNewFile(path, text.view(), 0600);
}

KeyedReference Vault::Reference(std::string_view domain, std::string_view text) const {
  // The domain's length comes first, so that no domain and text can be split in another way.
  const uint8_t domain_size = static_cast<uint8_t>(domain.size() & 0xff);
  KeyedReference reference{};
  crypto_generichash_state state;
  crypto_generichash_init(&state, keys_->reference.data(), keys_->reference.size(),
                          reference.size());
  crypto_generichash_update(&state, &domain_size, 1);
  crypto_generichash_update(&state, reinterpret_cast<const uint8_t*>(domain.data()), domain.size());
  crypto_generichash_update(&state, reinterpret_cast<const uint8_t*>(text.data()), text.size());
  crypto_generichash_final(&state, reference.data(), reference.size());
  sodium_memzero(&state, sizeof(state));
  return reference;
}

std::vector<uint8_t> Vault::Seal(std::span<const uint8_t> plain,
                                 std::span<const uint8_t> associated) const {
  std::vector<uint8_t> sealed(kNonceSize + plain.size() + kTagSize);
  randombytes_buf(sealed.data(), kNonceSize);
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + kNonceSize, nullptr, plain.data(),
                                             plain.size(), associated.data(), associated.size(),
                                             nullptr, sealed.data(), keys_->seal.data());
  return sealed;
}

Result<std::vector<uint8_t>> Vault::Open(std::span<const uint8_t> sealed,
                                         std::span<const uint8_t> associated) const {
  const auto broken = [] {
    return Fail(ErrorCode::kBadInput, "SEAL_BROKEN",
                "a sealed value does not open: it was changed, moved from another row, or sealed "
                "with another key; restore the register from a backup, or use the key it was made "
                "with");
  };
  if (sealed.size() < kNonceSize + kTagSize) return broken();
  std::vector<uint8_t> plain(sealed.size() - kNonceSize - kTagSize);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          plain.data(), nullptr, nullptr, sealed.data() + kNonceSize, sealed.size() - kNonceSize,
          associated.data(), associated.size(), sealed.data(), keys_->seal.data()) != 0) {
    return broken();
  }
  return plain;
}

KeyedReference Vault::Fingerprint() const { return keys_->fingerprint; }

}  // namespace taanu
