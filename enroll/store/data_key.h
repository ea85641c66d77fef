// The key of one voter: everything of the voter is sealed with it, and it is itself kept sealed
// with the key of the register. So the register's key can be changed without touching a template,
// and a voter is erased by destroying 72 bytes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "enroll/store/aead.h"
#include "matcher/error.h"

namespace taanu {

// Wiped from memory when it goes. Thread-safety: immutable once made.
class DataKey {
 public:
  // A new random key.
  DataKey();
  ~DataKey();
  DataKey(DataKey&& other) noexcept;
  DataKey& operator=(DataKey&&) = delete;
  DataKey(const DataKey&) = delete;
  DataKey& operator=(const DataKey&) = delete;

  // As Vault::Seal and Vault::Open.
  std::vector<uint8_t> Seal(std::span<const uint8_t> plain,
                            std::span<const uint8_t> associated) const;
  Result<std::vector<uint8_t>> Open(std::span<const uint8_t> sealed,
                                    std::span<const uint8_t> associated) const;

 private:
  friend class Vault;
  // `bytes` has kAeadKeySize of them.
  explicit DataKey(std::span<const uint8_t> bytes);

  AeadKey bytes_;
};

}  // namespace taanu
