// Signatures of the audit key over anything that is not a signed note.
//
// What is signed is the name of the domain, a zero byte, and the message. A signed note holds no
// control character, so that no such signature can be taken for one of a note or a checkpoint, and
// none of those for one of these; two domains never share a signature, since neither name holds a
// zero byte.
// Thread-safety: pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "service/audit/note.h"

namespace taanu {

using DomainSignature = std::array<uint8_t, 64>;  // Ed25519

// The bytes that are signed. `domain` is a constant of the caller, without a zero byte.
std::vector<uint8_t> BytesInDomain(std::string_view domain, std::span<const uint8_t> message);

bool IsSignedInDomain(const note::PublicKey& key, std::string_view domain,
                      std::span<const uint8_t> message, const DomainSignature& signature);

}  // namespace taanu
