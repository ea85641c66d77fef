// What a Vault holds. For enroll/store alone.
#pragma once

#include <sodium.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "enroll/store/aead.h"
#include "enroll/store/sealing.h"

namespace taanu {

// What one master key gives. On guarded pages that are locked into memory where the limit allows
// it, and wiped when freed.
struct Vault::Keys {
  AeadKey seal;
  std::array<uint8_t, crypto_generichash_KEYBYTES> reference;
  KeyedReference fingerprint;

  static void* operator new(size_t size) {
    void* memory = sodium_malloc(size);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
  }
  static void operator delete(void* memory) { sodium_free(memory); }
};

// Immutable once it is shared; keys are shared between states.
struct Vault::State {
  std::vector<std::shared_ptr<const Keys>> keys;  // the one in use first; never empty
  // The keys whose `reference` makes keyed references. Of `seal` and `fingerprint` nothing is used.
  std::shared_ptr<const Keys> naming;
  int64_t epoch = 0;
};

}  // namespace taanu
