// Proofs as files, in forms that other programs read too.
//
// An inclusion proof is https://c2sp.org/tlog-proof, with the leaf as its extra data:
//
//   c2sp.org/tlog-proof@v1
//   extra <base64 of the leaf>
//   index 73894
//   <base64>            a hash to each line, from the leaf's sibling upwards
//
//   <the checkpoint, a signed note>
//
// A consistency proof is what https://c2sp.org/tlog-witness gives a witness, from the earlier log
// to that of the checkpoint:
//
//   old 20852014
//   <base64>            a hash to each line, in the order of RFC 6962
//
//   <the checkpoint, a signed note>
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "matcher/error.h"
#include "service/audit/note.h"
#include "service/audit/proof.h"

namespace taanu {

inline constexpr std::string_view kInclusionProofStart = "c2sp.org/tlog-proof@v1\n";
inline constexpr std::string_view kConsistencyProofStart = "old ";
inline constexpr size_t kProofTextBytesMax = size_t{2} << 20;

struct InclusionProofText {
  std::string leaf;
  uint64_t index = 0;
  merkle::Proof hashes;
  std::string signed_note;
};

struct ConsistencyProofText {
  uint64_t old_size = 0;
  merkle::Proof hashes;
  std::string signed_note;
};

std::string FormatProof(const InclusionProofText& proof);
std::string FormatProof(const ConsistencyProofText& proof);

// Take exactly what FormatProof gives. Errors: kBadInput (BAD_PROOF).
Result<InclusionProofText> ParseInclusionProof(std::string_view text);
Result<ConsistencyProofText> ParseConsistencyProof(std::string_view text);

// Checks signature and proof, and gives the head of the log that the leaf is in. Errors: those of
// note::VerifyCheckpoint and merkle::VerifyInclusion.
Result<note::CheckpointHead> CheckProof(const InclusionProofText& proof,
                                        const note::VerifierKey& key);

// Checks signature and proof against an earlier head, and gives the later one. Errors: those of
// note::VerifyCheckpoint and merkle::VerifyConsistency; kBadInput (BAD_PROOF) where the proof is
// for another earlier size.
Result<note::CheckpointHead> CheckProof(const ConsistencyProofText& proof,
                                        const note::CheckpointHead& earlier,
                                        const note::VerifierKey& key);

}  // namespace taanu
