#include "matcher/compare/similarity_table.h"

namespace taanu::compare {

void SimilarityTable::Fill(const Prepared::Data& probe, const Prepared::Data& reference) {
  rows_ = probe.count;
  stride_ = Padded(reference.count);
  WeighSimilarities(probe.words(), reference.words(), static_cast<int>(kSimilarityPrior),
                    static_cast<int>(kRivalPrior), similarities_.data());
}

int SimilarityTable::Rivals(int i, int j) const {
  const uint16_t* row = &similarities_[i * stride_];
  // All below 1,024; signed, since that is what vectors compare.
  const auto own = static_cast<int16_t>(row[j]);
  uint16_t rivals = 0;
  for (int k = 0; k < stride_; ++k) {
    rivals = static_cast<uint16_t>(rivals + (static_cast<int16_t>(row[k]) > own));
  }
  const uint16_t* column = &similarities_[j];
  for (int k = 0; k < rows_; ++k) {
    rivals = static_cast<uint16_t>(rivals + (static_cast<int16_t>(column[k * stride_]) > own));
  }
  return rivals;
}

void SimilarityTable::Pick() {
  std::array<uint32_t, kCandidatesMax> found;
  candidate_count_ =
      FindLargest(similarities_.data(), rows_, stride_, kCandidatesMax, found.data());
  for (int a = 0; a < candidate_count_; ++a) {
    const int i = LargeEntry::Row(found[a]);
    const int j = LargeEntry::Column(found[a]);
    candidates_[a] = {static_cast<uint8_t>(i), static_cast<uint8_t>(j),
                      static_cast<uint16_t>(at(i, j))};
  }
}

}  // namespace taanu::compare
