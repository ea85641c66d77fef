// Finds the candidate pairs of minutiae, and which of them support each other.
//
// The pairs whose cylinders are most alike; how far any two of them are
// compatible with one rigid motion and a skin distortion that grows with
// distance; and a few power iterations over that graph, after which a pair's
// strength tells how much of a consistent whole it is part of. After the local
// similarity sort with relaxation of Cappelli, Ferrara, Maltoni (IEEE PAMI
// 32(12), 2010) and the spectral correspondence of Leordeanu, Hebert (ICCV
// 2005).
//
// Integers throughout: bit-identical on every machine. Not thread-safe; nothing
// is allocated.
#pragma once

#include <array>
#include <cstdint>

#include "matcher/compare/prepared.h"

namespace taanu::compare {

inline constexpr int kCandidatesMax = 256;

struct Candidate {
  uint8_t probe = 0;
  uint8_t reference = 0;
  uint16_t similarity = 0;
};

class Relaxation {
 public:
  void Run(const Prepared::Data& probe, const Prepared::Data& reference);

  int count() const { return count_; }
  const Candidate& candidate(int a) const { return candidates_[a]; }
  // 0 to 16,383.
  int strength(int a) const { return strengths_[a]; }
  // The candidates that are compatible with one, in no particular order.
  int neighbour_count(int a) const { return neighbour_counts_[a]; }
  int neighbour(int a, int k) const { return neighbours_[a * kCandidatesMax + k]; }
  // 0 (incompatible, or the same pair) to 255.
  int compatibility(int a, int b) const { return compatibility_[a * kCandidatesMax + b]; }
  // The similarity of any two minutiae, lowered where the probe's or the
  // reference's minutia is as much like another one: 0 to kSimilarityMax.
  int similarity(int i, int j) const { return similarities_[i * kMinutiaeMax + j]; }

  // How many pairs with other minutiae of either print are more alike than this pair.
  int Rivals(int i, int j) const;

 private:
  void Compare(const Prepared::Data& probe, const Prepared::Data& reference);
  void Select(const Prepared::Data& probe, const Prepared::Data& reference);
  void Relate(const Prepared::Data& probe, const Prepared::Data& reference);
  void RelateTwo(const Prepared::Data& probe, const Prepared::Data& reference, int a, int b,
                 int turn);
  void Iterate();

  int count_ = 0;
  std::array<Candidate, kCandidatesMax> candidates_;
  std::array<int32_t, kCandidatesMax> strengths_;
  std::array<int32_t, kCandidatesMax> sums_;
  std::array<uint8_t, kCandidatesMax * kCandidatesMax> compatibility_;
  // The compatible ones of each candidate.
  std::array<int32_t, kCandidatesMax> neighbour_counts_;
  std::array<uint8_t, kCandidatesMax * kCandidatesMax> neighbours_;
  // Candidates by the turn that each implies.
  std::array<uint32_t, kCandidatesMax> by_turn_;
  // By probe and reference, and by reference and probe, so that both are read in order.
  std::array<uint16_t, kMinutiaeMax * kMinutiaeMax> similarities_;
  std::array<uint16_t, kMinutiaeMax * kMinutiaeMax> transposed_;
  int probe_count_ = 0;
  int reference_count_ = 0;
  std::array<int32_t, kSimilarityMax + 1> histogram_;
  std::array<int32_t, kMinutiaeMax> row_best_;
  std::array<int32_t, kMinutiaeMax> column_best_;
};

}  // namespace taanu::compare
