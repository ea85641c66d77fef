// A digest of what is in a register, by which two loads are proved identical.
//
// Each voter's data, missing fingers, references, superseded ones too, and whether the voter is on
// the roll, as they are before they are sealed, make a keyed hash of 256 bits; the hashes are added
// modulo 2^256, so that the order in which voters were loaded, the times of the enrolments and the
// nonces of the sealing do not matter; the sum and the counts are hashed once more under the key.
// It tells nothing to whoever lacks the store's key, and is the same for the same content under the
// same key alone.
//
// Source: Clarke et al., "Incremental multiset hash functions and their application to memory
// integrity checking" (ASIACRYPT 2003), section 4, the additive hash under a secret key.
//
// Thread-safety: belongs to one thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "enroll/register/register.h"
#include "enroll/store/sealing.h"
#include "matcher/error.h"

namespace taanu {

class RegisterDigest {
 public:
  // The vault is not owned, and must outlive the digest.
  explicit RegisterDigest(const Vault* vault) : vault_(vault) {}

  // Each voter once. Errors: kBadInput (BAD_FINGER_VIEW), which a register's own voters never give.
  Status Add(const EnrolledVoter& voter);

  uint64_t voter_count() const { return voter_count_; }
  uint64_t reference_count() const { return reference_count_; }
  // 64 hexadecimal digits.
  std::string Hex() const;

 private:
  const Vault* vault_;
  std::array<uint64_t, 4> sum_{};  // the least significant word first
  uint64_t voter_count_ = 0;
  uint64_t reference_count_ = 0;
};

}  // namespace taanu
