// What an alignment says for and against the two prints being of one finger.
//
// Thread-safety: pure functions.
#pragma once

#include "matcher/compare/alignment.h"
#include "matcher/compare/prepared.h"
#include "matcher/compare/relaxation.h"

namespace taanu::compare {

struct Evidence {
  float weight = 0;             // of the pairs, each up to 1 by how well it fits
  float probe_overlap = 0;      // minutiae of the probe that lie where the reference was imaged
  float reference_overlap = 0;  // and the other way round
  float similarity = 0;         // of the pairs' cylinders, each 0 to 1, weighted alike
  float pairs = 0;
};

Evidence Gather(const Prepared::Data& probe, const Prepared::Data& reference,
                const Relaxation& relaxation, const Alignment& alignment);

// One number that grows with the evidence, not yet calibrated.
float RawScore(const Evidence& evidence);

}  // namespace taanu::compare
