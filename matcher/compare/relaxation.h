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

#include "matcher/compare/kernels.h"
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
  // How compatible the two are, 1 to 255.
  int support(int a, int k) const { return supports_[a * kCandidatesMax + k]; }
  // The similarity of any two minutiae, lowered where the probe's or the
  // reference's minutia is as much like another one: 0 to kSimilarityMax.
  int similarity(int i, int j) const { return similarities_[i * row_stride_ + j]; }

  // How many pairs with other minutiae of either print are more alike than this pair.
  int Rivals(int i, int j) const;

 private:
  static constexpr int kOrderMax = 2 * kCandidatesMax + kLaneStep;

  void Compare(const Prepared::Data& probe, const Prepared::Data& reference);
  void Select(const Prepared::Data& probe, const Prepared::Data& reference);
  void Order(const Prepared::Data& probe, const Prepared::Data& reference);
  void Relate(const Prepared::Data& probe, const Prepared::Data& reference);
  void RelateTwo(const Prepared::Data& probe, const Prepared::Data& reference, int u,
                 uint32_t relative);
  void Iterate();

  int count_ = 0;
  std::array<Candidate, kCandidatesMax> candidates_;
  std::array<int32_t, kCandidatesMax> strengths_;
  std::array<int32_t, kCandidatesMax> sums_;
  // The compatible ones of each candidate.
  std::array<int32_t, kCandidatesMax> neighbour_counts_;
  std::array<uint8_t, kCandidatesMax * kCandidatesMax> neighbours_;
  std::array<uint8_t, kCandidatesMax * kCandidatesMax> supports_;
  // Candidates by the turn that each implies, turn << 8 | number, and their
  // minutiae in that order (kernels.h).
  std::array<uint32_t, kCandidatesMax> by_turn_;
  std::array<float, kOrderMax> probe_x_{};
  std::array<float, kOrderMax> probe_y_{};
  std::array<float, kOrderMax> reference_x_{};
  std::array<float, kOrderMax> reference_y_{};
  std::array<int32_t, kOrderMax> minutiae_{};
  std::array<uint32_t, kCandidatesMax + kLaneStep> relatives_;
  // By probe and reference, and by reference and probe, so that both are read
  // in order; rows as long as the padded print.
  int row_stride_ = 0;
  int column_stride_ = 0;
  std::array<uint16_t, kMinutiaePadded * kMinutiaePadded> similarities_;
  std::array<uint16_t, kMinutiaePadded * kMinutiaePadded> transposed_;
  std::array<int32_t, kSimilarityMax + 1> histogram_;
  std::array<float, kMinutiaePadded> best_;
};

}  // namespace taanu::compare
