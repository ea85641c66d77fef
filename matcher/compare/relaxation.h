// Finds which candidate pairs of minutiae support each other.
//
// How far any two candidates are compatible with one rigid motion and a skin distortion that grows
// with distance; and a few power iterations over that graph, after which a pair's strength tells
// how much of a consistent whole it is part of. After the local similarity sort with relaxation of
// Cappelli, Ferrara, Maltoni (IEEE PAMI 32(12), 2010) and the spectral correspondence of Leordeanu,
// Hebert (ICCV 2005).
//
// Not thread-safe; nothing is allocated.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "matcher/compare/prepared.h"
#include "matcher/compare/relaxation_kernels.h"
#include "matcher/compare/similarity_table.h"

namespace taanu::compare {

class Relaxation {
 public:
  void Run(const Prepared::Data& probe, const Prepared::Data& reference,
           std::span<const Candidate> candidates);

  // Candidates have numbers here, in the order of the turns that they imply.
  int count() const { return count_; }
  const Candidate& candidate(int a) const { return candidates_[a]; }
  // 0 to 1.
  float strength(int a) const { return strengths_[a]; }
  // Of all, padded with zeros.
  const std::array<float, kCandidatesMax>& strengths() const { return strengths_; }
  // Bit b where a and b are compatible; never that of a itself.
  uint64_t Related(int a) const { return supports_.related[static_cast<size_t>(a)]; }
  // How compatible two are, 0 to 1, and 0 for a candidate with itself.
  float support(int a, int b) const { return supports_.At(a, b); }
  // How strongly the candidate that most others support is supported: little where no part of the
  // prints agrees.
  float coherence() const { return coherence_; }

 private:
  void Order(const Prepared::Data& probe, const Prepared::Data& reference,
             std::span<const Candidate> candidates);

  int count_ = 0;
  float coherence_ = 0;
  std::array<Candidate, kCandidatesMax> candidates_;
  std::array<float, kCandidatesMax> strengths_;
  CandidateArrays arrays_;
  Supports supports_;
};

}  // namespace taanu::compare
