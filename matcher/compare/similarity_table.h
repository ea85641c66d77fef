// How alike the surroundings of every minutia of one print and every minutia of another are, and
// which pairs are worth a closer look.
//
// Each similarity is lowered where its row or column holds a better one: a minutia that is like
// many others says little about any of them.
//
// Not thread-safe; nothing is allocated.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "matcher/compare/parameters.h"
#include "matcher/compare/prepared.h"
#include "matcher/compare/table_kernels.h"

namespace taanu::compare {

// A pair of minutiae that may correspond.
struct Candidate {
  uint8_t probe = 0;
  uint8_t reference = 0;
  uint16_t similarity = 0;
};

class SimilarityTable {
 public:
  void Fill(const Prepared::Data& probe, const Prepared::Data& reference);

  // 0 to kSimilarityMax (cylinder.h).
  int at(int i, int j) const { return similarities_[i * stride_ + j]; }
  // For each of some pairs, one to one, how many pairs with other minutiae of either print are more
  // alike.
  void CountRivals(std::span<const TablePlace> pairs, uint16_t* rivals) const {
    compare::CountRivals(similarities_.data(), rows_, stride_, pairs, rivals);
  }

  // Picks the kCandidatesMax pairs that are most alike, of those at the limit the first ones, in
  // the order of the minutiae. Pairs with nothing in common are none.
  void Pick();
  std::span<const Candidate> candidates() const {
    return {candidates_.data(), static_cast<size_t>(candidate_count_)};
  }

 private:
  int rows_ = 0;
  int stride_ = 0;
  int candidate_count_ = 0;
  std::array<Candidate, kCandidatesMax> candidates_;
  std::array<uint16_t, kMinutiaePadded * kMinutiaePadded> similarities_;
};

}  // namespace taanu::compare
