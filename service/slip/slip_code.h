// The signed code of a slip: what its QR code holds, and what proves it without a network.
//
// The code is digits (digits.h) for these bytes, numbers big-endian:
//
//   1    the version of this format, 1
//   4    the hash of the audit key that signs it (note::HashKey)
//   4    the number of the slip within its precinct
//   5    the time of the accreditation, seconds since 1970, UTC
//   16   the keyed reference of the voter
//   1+n  the length of the precinct's identifier, 1 to 32, and the identifier
//   1+n  the length of the election's name, 1 to 100, and the name, UTF-8
//   64   Ed25519 over all of the above, in the domain "taanu-slip-v1" (audit/domain_signature.h)
//   4    CRC-32 (ISO 3309) of all of the above, so that a smudge is told apart from a forgery
//
// At most 232 bytes, 564 digits: QR version 11 at error correction M, 61 modules a side. One
// accreditation has one code, however often its slip is printed. No name and no voter's number is
// in it. A voter's number has at most 64 bytes, so that a terminal tells the two by their length.
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "enroll/store/sealing.h"  // KeyedReference
#include "matcher/error.h"
#include "service/audit/note.h"
#include "service/audit/signer.h"

namespace taanu::slip {

inline constexpr size_t kPrecinctBytesMax = 32;
inline constexpr size_t kElectionBytesMax = 100;
inline constexpr size_t kCodeDigitsMax = 564;

// What a slip says.
struct SlipFacts {
  uint64_t number = 0;  // within the precinct, from 1 to 2^32 - 1
  std::string precinct_id;
  int64_t time_s = 0;  // since 1970, UTC; 0 to 2^40 - 1
  KeyedReference voter{};
  std::string election;

  friend bool operator==(const SlipFacts&, const SlipFacts&) = default;
};

struct SignedSlip {
  SlipFacts facts;
  note::KeyHash key_hash{};
  DomainSignature signature{};
};

// Whether a name of an election can stand on a slip: 1 to 100 bytes of UTF-8 on one line.
bool IsElectionName(std::string_view name);

// Errors: kBadInput (BAD_SLIP) where the facts are out of their ranges.
Result<SignedSlip> SignSlip(const SlipFacts& facts, const Signer& signer);

std::string FormatSlipCode(const SignedSlip& slip);

// Takes exactly what FormatSlipCode gives; blanks and line ends are passed over. It does not check
// the signature. Errors: kBadInput (SLIP_DAMAGED).
Result<SignedSlip> ParseSlipCode(std::string_view text);

// Errors: kRefused with reason SLIP_OF_ANOTHER_KEY (another election's, or an earlier key's), or
// SLIP_FORGED.
Status VerifySlip(const SignedSlip& slip, const note::VerifierKey& key);

}  // namespace taanu::slip
