#include "service/audit/proof_text.h"

#include <algorithm>
#include <charconv>

namespace taanu {
namespace {

constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";
// More than any proof has (proof.h).
constexpr size_t kHashesMax = 64;

tl::unexpected<Error> BadProof() {
  return Fail(ErrorCode::kBadInput, "BAD_PROOF",
              "this is no proof as `taanu audit prove` and `taanu audit consistency` write it");
}

std::string Base64(std::string_view bytes) {
  return note::ToBase64(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

// Takes the next line without its line end; an empty view where there is none.
std::string_view TakeLine(std::string_view* text) {
  const size_t end = text->find('\n');
  if (end == std::string_view::npos) return {};
  const std::string_view line = text->substr(0, end);
  text->remove_prefix(end + 1);
  return line;
}

uint64_t Number(std::string_view digits) {
  uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

// What both have after their first lines: hashes, an empty line, the note.
std::string FormatEnd(const merkle::Proof& hashes, std::string_view signed_note) {
  std::string text;
  for (const merkle::Hash& hash : hashes) {
    text += note::ToBase64(hash.data(), hash.size()) + "\n";
  }
  return text.append("\n").append(signed_note);
}

void ParseEnd(std::string_view text, merkle::Proof* hashes, std::string* signed_note) {
  for (std::string_view line = TakeLine(&text); !line.empty() && hashes->size() < kHashesMax;
       line = TakeLine(&text)) {
    merkle::Hash& hash = hashes->emplace_back();
    const auto bytes = note::FromBase64(line);
    if (bytes && bytes->size() == hash.size()) std::ranges::copy(*bytes, hash.begin());
  }
  *signed_note = text;
}

}  // namespace

std::string FormatProof(const InclusionProofText& proof) {
  return std::string(kInclusionProofStart) + std::string(kExtra) + Base64(proof.leaf) + "\n" +
         std::string(kIndex) + std::to_string(proof.index) + "\n" +
         FormatEnd(proof.hashes, proof.signed_note);
}

std::string FormatProof(const ConsistencyProofText& proof) {
  return std::string(kConsistencyProofStart) + std::to_string(proof.old_size) + "\n" +
         FormatEnd(proof.hashes, proof.signed_note);
}

// Both parsers take what they can and compare: one text for one proof.
Result<InclusionProofText> ParseInclusionProof(std::string_view text) {
  if (!text.starts_with(kInclusionProofStart) || text.size() > kProofTextBytesMax) {
    return BadProof();
  }
  std::string_view rest = text.substr(kInclusionProofStart.size());
  InclusionProofText proof;
  const std::string_view extra = TakeLine(&rest);
  const std::string_view index = TakeLine(&rest);
  if (!extra.starts_with(kExtra) || !index.starts_with(kIndex)) return BadProof();
  const auto leaf = note::FromBase64(extra.substr(kExtra.size()));
  if (!leaf) return BadProof();
  proof.leaf.assign(leaf->begin(), leaf->end());
  proof.index = Number(index.substr(kIndex.size()));
  ParseEnd(rest, &proof.hashes, &proof.signed_note);
  if (FormatProof(proof) != text) return BadProof();
  return proof;
}

Result<ConsistencyProofText> ParseConsistencyProof(std::string_view text) {
  if (!text.starts_with(kConsistencyProofStart) || text.size() > kProofTextBytesMax) {
    return BadProof();
  }
  std::string_view rest = text;
  ConsistencyProofText proof;
  const std::string_view old = TakeLine(&rest);
  if (!old.starts_with(kConsistencyProofStart)) return BadProof();
  proof.old_size = Number(old.substr(kConsistencyProofStart.size()));
  ParseEnd(rest, &proof.hashes, &proof.signed_note);
  if (FormatProof(proof) != text) return BadProof();
  return proof;
}

Result<note::CheckpointHead> CheckProof(const InclusionProofText& proof,
                                        const note::VerifierKey& key) {
  TAANU_ASSIGN_OR_RETURN(note::CheckpointHead head, note::VerifyCheckpoint(proof.signed_note, key));
  TAANU_RETURN_IF_ERROR(merkle::VerifyInclusion(
      proof.index, head.size, merkle::HashLeaf(proof.leaf), proof.hashes, head.root));
  return head;
}

Result<note::CheckpointHead> CheckProof(const ConsistencyProofText& proof,
                                        const note::CheckpointHead& earlier,
                                        const note::VerifierKey& key) {
  if (proof.old_size != earlier.size) {
    return Fail(ErrorCode::kBadInput, "BAD_PROOF",
                "the proof is for an earlier log of " + std::to_string(proof.old_size) +
                    " entries, and the earlier checkpoint has " + std::to_string(earlier.size));
  }
  TAANU_ASSIGN_OR_RETURN(note::CheckpointHead head, note::VerifyCheckpoint(proof.signed_note, key));
  TAANU_RETURN_IF_ERROR(
      merkle::VerifyConsistency(earlier.size, head.size, earlier.root, head.root, proof.hashes));
  return head;
}

}  // namespace taanu
