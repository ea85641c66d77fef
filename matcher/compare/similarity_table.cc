#include "matcher/compare/similarity_table.h"

namespace taanu::compare {
namespace {

CylinderSide SideOf(const Prepared::Data& print) { return {print.cylinders, &print.rows}; }

}  // namespace

void SimilarityTable::Fill(const Prepared::Data& probe, const Prepared::Data& reference) {
  rows_ = probe.count;
  stride_ = Padded(reference.count);
  WeighSimilarities(SideOf(probe), SideOf(reference), static_cast<int>(kSimilarityPrior),
                    static_cast<int>(kRivalPrior), similarities_.data());
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
