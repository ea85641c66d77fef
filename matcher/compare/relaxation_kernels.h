// The inner loops of the relaxation, vectorised like the others (kernels.h), of whose promises all
// hold here.
#pragma once

#include <array>
#include <cstdint>

#include "matcher/compare/kernels.h"
#include "matcher/compare/parameters.h"

namespace taanu::compare {

// Candidate pairs in the order of the turns that they imply, padded with ones whose two minutiae
// lie where no motion takes the one to the other.
struct CandidateArrays {
  std::array<float, kCandidatesMax> probe_x;
  std::array<float, kCandidatesMax> probe_y;
  std::array<float, kCandidatesMax> reference_x;
  std::array<float, kCandidatesMax> reference_y;
  std::array<float, kCandidatesMax> cosine;  // of the turn
  std::array<float, kCandidatesMax> sine;
  std::array<int32_t, kCandidatesMax> turn;  // from the probe's minutia to the reference's
};

// How far every two candidates are compatible, which few are.
struct Supports {
  static constexpr int kBlocks = kCandidatesMax / kLaneStep;

  // The product of what is left of each tolerance: 1 where both agree exactly, 0 where any is
  // exceeded or they share a minutia.
  float At(int u, int v) const {
    return (related[static_cast<size_t>(u)] >> v & 1) != 0 ? values[u * kCandidatesMax + v] : 0.0F;
  }

  // Bit v of number u where the support of the two is not 0.
  std::array<uint64_t, kCandidatesMax> related;
  // Of which kLaneStep values that follow each other some are not 0, in their order: the others are
  // those of an earlier comparison. Room for the rest of a vector.
  int block_count;
  std::array<uint16_t, kCandidatesMax * kBlocks + 8> blocks;
  alignas(64) std::array<float, kCandidatesMax * kCandidatesMax> values;
};
static_assert(kCandidatesMax == 64 && kCandidatesMax % kLaneStep == 0);

// Of the first `count` candidates.
void Relate(const CandidateArrays& candidates, int count, const SupportLimits& limits,
            Supports* supports);

// Divides the strengths by the largest and replaces each by the sum of all times the support, as
// many rounds or until all are 0; then divides once more. Returns the largest sum. There are
// kCandidatesMax strengths, the padding being 0.
float Propagate(const Supports& supports, int rounds, float* strengths);

// The first of the largest of kCandidatesMax numbers.
int FirstLargest(const float* numbers);

}  // namespace taanu::compare
