// What a witness does: it cosigns a checkpoint only where the log was added to since the last one
// that it saw, so that a log which shows different people different histories needs two witnesses
// who lie.
//
// Source: https://c2sp.org/tlog-witness for the rules, https://c2sp.org/tlog-cosignature for the
// signature. Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "matcher/error.h"
#include "service/audit/note.h"
#include "service/audit/proof.h"
#include "service/audit/signer.h"

namespace taanu {

// What the log shows the witness.
struct WitnessOffer {
  std::string signed_note;
  // From the last checkpoint that the witness saw to this one; empty for the first.
  merkle::Proof consistency;
};

// What a witness needs to ask for the proof: the head of a note that it cosigned. Errors: those of
// note::VerifyCheckpoint; kRefused (BAD_COSIGNATURE) where it is not its own.
Result<note::CheckpointHead> SeenHead(const std::string& cosigned_note, const Signer& witness,
                                      const note::VerifierKey& log);

// Gives the offered note with a cosignature of `witness`, whose key is of the kind kWitness.
// `seen` is what the witness cosigned last; nothing for the first time. Errors: those of
// note::VerifyCheckpoint, where nothing was signed by the log; kRefused (FORK) where the log signed
// what does not go on from what it signed before, which the two notes prove.
Result<std::string> Cosign(const Signer& witness, const note::VerifierKey& log,
                           const std::optional<note::CheckpointHead>& seen,
                           const WitnessOffer& offer, uint64_t time_s);

}  // namespace taanu
