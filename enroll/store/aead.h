// XChaCha20-Poly1305 with a random nonce: nonce, ciphertext, tag.
//
// Source: libsodium's crypto_aead_xchacha20poly1305_ietf. Thread-safety: pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "matcher/error.h"

namespace taanu {

inline constexpr size_t kAeadKeySize = 32;
// What sealing adds: a nonce of 24 bytes and a tag of 16.
inline constexpr size_t kAeadOverhead = 40;

using AeadKey = std::array<uint8_t, kAeadKeySize>;

std::vector<uint8_t> AeadSeal(const AeadKey& key, std::span<const uint8_t> plain,
                              std::span<const uint8_t> associated);

// False where the key is another one, or anything was changed.
bool AeadOpen(const AeadKey& key, std::span<const uint8_t> sealed,
              std::span<const uint8_t> associated, std::vector<uint8_t>* plain);

// The error for what does not open: kBadInput with reason SEAL_BROKEN.
tl::unexpected<Error> SealBroken();

}  // namespace taanu
