#include "enroll/store/sealing.h"

#include <sodium.h>

#include <utility>

#include "enroll/store/aead.h"
#include "enroll/store/key_file.h"
#include "enroll/store/vault_state.h"

namespace taanu {
namespace {

constexpr char kKdfContext[crypto_kdf_CONTEXTBYTES + 1] = "taanusto";

// Which subkey is for what. The numbers are part of the file format.
enum SubkeyId : uint64_t { kSealSubkey = 1, kReferenceSubkey = 2, kFingerprintSubkey = 3 };

}  // namespace

Vault::Vault(std::filesystem::path path, std::shared_ptr<const State> state)
    : path_(std::move(path)), state_(std::move(state)) {}
Vault::~Vault() = default;

std::shared_ptr<const Vault::State> Vault::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void Vault::SetState(std::shared_ptr<const State> state) {
  const std::lock_guard lock(mutex_);
  state_ = std::move(state);
}

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
  TAANU_ASSIGN_OR_RETURN(const std::vector<MasterKey> masters, ReadKeyFile(path));
  auto state = std::make_shared<State>();
  for (const MasterKey& master : masters) {
    std::shared_ptr<Keys> keys(new Keys);
    crypto_kdf_derive_from_key(keys->seal.data(), keys->seal.size(), kSealSubkey, kKdfContext,
                               master.bytes.data());
    crypto_kdf_derive_from_key(keys->reference.data(), keys->reference.size(), kReferenceSubkey,
                               kKdfContext, master.bytes.data());
    crypto_kdf_derive_from_key(keys->fingerprint.data(), keys->fingerprint.size(),
                               kFingerprintSubkey, kKdfContext, master.bytes.data());
    state->keys.push_back(std::move(keys));
  }
  state->naming = state->keys.front();
  return std::unique_ptr<Vault>(new Vault(path, std::move(state)));
}

Status Vault::CreateKeyFile(const std::filesystem::path& path) { return MakeKeyFile(path); }

KeyedReference Vault::Reference(std::string_view domain, std::string_view text) const {
  const std::shared_ptr<const State> now = state();
  const auto& key = now->naming->reference;
  // The domain's length comes first, so that no domain and text can be split in another way.
  const uint8_t domain_size = static_cast<uint8_t>(domain.size() & 0xff);
  KeyedReference reference{};
  crypto_generichash_state hash;
  crypto_generichash_init(&hash, key.data(), key.size(), reference.size());
  crypto_generichash_update(&hash, &domain_size, 1);
  crypto_generichash_update(&hash, reinterpret_cast<const uint8_t*>(domain.data()), domain.size());
  crypto_generichash_update(&hash, reinterpret_cast<const uint8_t*>(text.data()), text.size());
  crypto_generichash_final(&hash, reference.data(), reference.size());
  sodium_memzero(&hash, sizeof(hash));
  return reference;
}

std::vector<uint8_t> Vault::Seal(std::span<const uint8_t> plain,
                                 std::span<const uint8_t> associated) const {
  return AeadSeal(state()->keys.front()->seal, plain, associated);
}

Result<std::vector<uint8_t>> Vault::Open(std::span<const uint8_t> sealed,
                                         std::span<const uint8_t> associated) const {
  const std::shared_ptr<const State> now = state();
  std::vector<uint8_t> plain;
  for (const auto& keys : now->keys) {
    if (AeadOpen(keys->seal, sealed, associated, &plain)) return plain;
  }
  return SealBroken();
}

WrappedKey Vault::Wrap(const DataKey& key, std::span<const uint8_t> associated) const {
  // One state, so that the number is that of the key.
  const std::shared_ptr<const State> now = state();
  return {now->epoch, AeadSeal(now->keys.front()->seal, key.bytes_, associated)};
}

Result<DataKey> Vault::Unwrap(const WrappedKey& wrapped,
                              std::span<const uint8_t> associated) const {
  TAANU_ASSIGN_OR_RETURN(std::vector<uint8_t> bytes, Open(wrapped.bytes, associated));
  if (bytes.size() != kAeadKeySize) return SealBroken();
  DataKey key{std::span<const uint8_t>(bytes)};
  sodium_memzero(bytes.data(), bytes.size());
  return key;
}

int64_t Vault::epoch() const { return state()->epoch; }

KeyedReference Vault::Fingerprint() const { return state()->keys.front()->fingerprint; }

size_t Vault::retired_key_count() const { return state()->keys.size() - 1; }

}  // namespace taanu
