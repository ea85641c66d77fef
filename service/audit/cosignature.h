// Cosignatures: a witness says that it saw this checkpoint, at this time, and that the log was only
// added to since the last one it saw.
//
// Source: https://c2sp.org/tlog-cosignature, the Ed25519 kind (cosignature/v1). A cosigned
// checkpoint is a signed note with one more signature line for each witness.
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/error.h"
#include "service/audit/note.h"

namespace taanu::note {

// Of the time in front of a cosignature's signature, big-endian.
inline constexpr size_t kTimeBytes = 8;

// What a witness signs: a header line, the time, and the text of the checkpoint.
std::string CosignedMessage(std::string_view checkpoint_text, uint64_t time_s);

// The time of the latest good cosignature of the witness on the note, seconds since 1970. Errors:
// kBadInput (BAD_NOTE); kRefused (BAD_COSIGNATURE) where one of this witness is wrong, or there is
// none.
Result<uint64_t> VerifyCosignature(std::string_view signed_note, const VerifierKey& witness);

// Which witnesses have to have seen a checkpoint.
struct WitnessPolicy {
  std::vector<VerifierKey> witnesses;
  // How many of them at least.
  size_t count_min = 0;
};
// Errors: kBadInput (BAD_NOTE); kRefused (TOO_FEW_WITNESSES) with what each said.
Status CheckWitnesses(std::string_view signed_note, const WitnessPolicy& policy);

}  // namespace taanu::note
