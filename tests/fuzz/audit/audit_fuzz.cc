// What somebody hands to an auditor: exports, proofs, notes, keys. Whatever the bytes, a check
// ends, and what is read is what would be written.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>

#include "service/audit/cosignature.h"
#include "service/audit/log_export.h"
#include "service/audit/proof_text.h"

namespace taanu {
namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

const ExportPolicy& Policy() {
  static const ExportPolicy policy{
      .key = {"log.example/2026", {}},
      .earlier = {{"log.example/2026", 0, merkle::EmptyRoot()}, {"log.example/2026", 2, {}}}};
  return policy;
}

void Check(std::string_view text) {
  // With the header in front, so that what follows it is reached.
  for (const bool header : {false, true}) {
    std::istringstream in(
        (header ? ExportHeaderLine(Policy().key.name) : std::string()).append(text));
    const auto report = VerifyExport(in, Policy());
    // The key is nobody's: nothing is proved.
    Require(!report || !report->problems.empty());
  }
  if (const auto proof = ParseInclusionProof(text)) {
    Require(FormatProof(*proof) == text);
    Require(!CheckProof(*proof, Policy().key));
  }
  if (const auto proof = ParseConsistencyProof(text)) {
    Require(FormatProof(*proof) == text);
    Require(!CheckProof(*proof, Policy().earlier.back(), Policy().key));
  }
  if (const auto head = note::ParseCheckpoint(text)) {
    Require(note::CheckpointText(head->origin, head->size, head->root) == text);
  }
  for (const auto kind : {note::KeyKind::kLog, note::KeyKind::kWitness}) {
    if (const auto key = note::ParseVerifierKey(text, kind)) {
      Require(note::FormatVerifierKey(key->name, key->key, kind) == text);
    }
  }
  Require(!note::VerifyCheckpoint(text, Policy().key));
  Require(!note::VerifyCosignature(text, Policy().key));
}

}  // namespace
}  // namespace taanu

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  taanu::Check({reinterpret_cast<const char*>(data), size});
  return 0;
}
