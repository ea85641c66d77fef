#include "service/audit/witness.h"

#include "service/audit/cosignature.h"

namespace taanu {
namespace {

tl::unexpected<Error> Fork(const note::CheckpointHead& seen, const note::CheckpointHead& head) {
  return Fail(ErrorCode::kRefused, "FORK",
              "the log " + head.origin + " signed a checkpoint of " + std::to_string(head.size) +
                  " entries that does not go on from the one of " + std::to_string(seen.size) +
                  " that it signed before: entries were taken back, or others are shown something "
                  "else. It is not cosigned; both notes together prove it");
}

}  // namespace

Result<note::CheckpointHead> SeenHead(const std::string& cosigned_note, const Signer& witness,
                                      const note::VerifierKey& log) {
  TAANU_RETURN_IF_ERROR(
      note::VerifyCosignature(cosigned_note, {witness.name(), witness.public_key()}));
  return note::VerifyCheckpoint(cosigned_note, log);
}

Result<std::string> Cosign(const Signer& witness, const note::VerifierKey& log,
                           const std::optional<note::CheckpointHead>& seen,
                           const WitnessOffer& offer, uint64_t time_s) {
  TAANU_ASSIGN_OR_RETURN(const note::CheckpointHead head,
                         note::VerifyCheckpoint(offer.signed_note, log));
  if (seen &&
      !merkle::VerifyConsistency(seen->size, head.size, seen->root, head.root, offer.consistency)) {
    return Fork(*seen, head);
  }
  const std::string text = note::CheckpointText(head.origin, head.size, head.root);
  return offer.signed_note + witness.CosignLine(text, time_s);
}

}  // namespace taanu
