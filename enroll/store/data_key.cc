#include "enroll/store/data_key.h"

#include <sodium.h>

#include <algorithm>

namespace taanu {

DataKey::DataKey() { randombytes_buf(bytes_.data(), bytes_.size()); }

DataKey::DataKey(std::span<const uint8_t> bytes) {
  std::copy_n(bytes.begin(), bytes_.size(), bytes_.begin());
}

DataKey::DataKey(DataKey&& other) noexcept : bytes_(other.bytes_) {
  sodium_memzero(other.bytes_.data(), other.bytes_.size());
}

DataKey::~DataKey() { sodium_memzero(bytes_.data(), bytes_.size()); }

std::vector<uint8_t> DataKey::Seal(std::span<const uint8_t> plain,
                                   std::span<const uint8_t> associated) const {
  return AeadSeal(bytes_, plain, associated);
}

Result<std::vector<uint8_t>> DataKey::Open(std::span<const uint8_t> sealed,
                                           std::span<const uint8_t> associated) const {
  std::vector<uint8_t> plain;
  if (!AeadOpen(bytes_, sealed, associated, &plain)) return SealBroken();
  return plain;
}

}  // namespace taanu
