#include "enroll/store/aead.h"

#include <sodium.h>

namespace taanu {
namespace {

constexpr size_t kNonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTagSize = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kNonceSize + kTagSize == kAeadOverhead);
static_assert(kAeadKeySize == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

}  // namespace

std::vector<uint8_t> AeadSeal(const AeadKey& key, std::span<const uint8_t> plain,
                              std::span<const uint8_t> associated) {
  std::vector<uint8_t> sealed(kNonceSize + plain.size() + kTagSize);
  randombytes_buf(sealed.data(), kNonceSize);
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + kNonceSize, nullptr, plain.data(),
                                             plain.size(), associated.data(), associated.size(),
                                             nullptr, sealed.data(), key.data());
  return sealed;
}

bool AeadOpen(const AeadKey& key, std::span<const uint8_t> sealed,
              std::span<const uint8_t> associated, std::vector<uint8_t>* plain) {
  if (sealed.size() < kNonceSize + kTagSize) return false;
  plain->resize(sealed.size() - kNonceSize - kTagSize);
  return crypto_aead_xchacha20poly1305_ietf_decrypt(
             plain->data(), nullptr, nullptr, sealed.data() + kNonceSize,
             sealed.size() - kNonceSize, associated.data(), associated.size(), sealed.data(),
             key.data()) == 0;
}

tl::unexpected<Error> SealBroken() {
  return Fail(ErrorCode::kBadInput, "SEAL_BROKEN",
              "a sealed value does not open: it was changed, moved from another row, or sealed "
              "with another key; restore the register from a backup, or use the key it was made "
              "with");
}

}  // namespace taanu
