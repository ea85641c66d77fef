#include "service/audit/cosignature.h"

#include <sodium.h>

#include <algorithm>
#include <optional>

namespace taanu::note {
namespace {

tl::unexpected<Error> BadCosignature(const VerifierKey& witness, std::string_view what) {
  return Fail(ErrorCode::kRefused, "BAD_COSIGNATURE",
              "the cosignature of " + witness.name + " " + std::string(what));
}

}  // namespace

std::string CosignedMessage(std::string_view checkpoint_text, uint64_t time_s) {
  return "cosignature/v1\ntime " + std::to_string(time_s) + "\n" + std::string(checkpoint_text);
}

Result<uint64_t> VerifyCosignature(std::string_view signed_note, const VerifierKey& witness) {
  TAANU_ASSIGN_OR_RETURN(const OpenNote open, ParseNote(signed_note));
  const KeyHash hash = HashKey(witness.name, witness.key, KeyKind::kWitness);
  std::optional<uint64_t> latest;
  for (const NoteSignature& line : open.signatures) {
    if (line.name != witness.name || !std::equal(hash.begin(), hash.end(), line.bytes.begin())) {
      continue;
    }
    const auto bytes = std::span<const uint8_t>(line.bytes).subspan(hash.size());
    if (bytes.size() != kTimeBytes + crypto_sign_BYTES) {
      return BadCosignature(witness, "is of another length");
    }
    uint64_t time_s = 0;
    for (const uint8_t byte : bytes.first(kTimeBytes)) time_s = time_s << 8 | byte;
    const std::string message = CosignedMessage(open.text, time_s);
    if (crypto_sign_verify_detached(bytes.data() + kTimeBytes,
                                    reinterpret_cast<const uint8_t*>(message.data()),
                                    message.size(), witness.key.data()) != 0) {
      return BadCosignature(witness, "is wrong: the note was changed, or another key signed it");
    }
    latest = std::max(latest.value_or(0), time_s);
  }
  if (!latest) return BadCosignature(witness, "is missing");
  return *latest;
}

Status CheckWitnesses(std::string_view signed_note, const WitnessPolicy& policy) {
  size_t good = 0;
  std::string missing;
  for (size_t i = 0; i < policy.witnesses.size(); ++i) {
    const VerifierKey& witness = policy.witnesses[i];
    // One key is one witness, under however many names.
    const auto before = std::span(policy.witnesses).first(i);
    if (std::ranges::find(before, witness.key, &VerifierKey::key) != before.end()) continue;
    const auto time_s = VerifyCosignature(signed_note, witness);
    if (time_s) {
      ++good;
    } else if (time_s.error().code == ErrorCode::kBadInput) {
      return tl::make_unexpected(time_s.error());
    } else {
      missing += "; " + time_s.error().message;
    }
  }
  if (good >= policy.count_min) return {};
  return Fail(ErrorCode::kRefused, "TOO_FEW_WITNESSES",
              "cosigned by " + std::to_string(good) + " of the " +
                  std::to_string(policy.witnesses.size()) + " witnesses, and " +
                  std::to_string(policy.count_min) + " are asked for" + missing);
}

}  // namespace taanu::note
