#include "matcher/evaluate/discard.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace taanu {
namespace {

bool AllEqual(const std::vector<uint8_t>& qualities) {
  return std::adjacent_find(qualities.begin(), qualities.end(), std::not_equal_to<>()) ==
         qualities.end();
}

// Of each print, how many are discarded before it.
std::vector<uint32_t> DiscardRanks(const std::vector<uint8_t>& qualities) {
  std::vector<uint32_t> order(qualities.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return qualities[a] < qualities[b]; });
  std::vector<uint32_t> ranks(order.size());
  for (uint32_t rank = 0; rank < order.size(); ++rank) ranks[order[rank]] = rank;
  return ranks;
}

}  // namespace

void AddToPool(const RatedPrints& set, RatedPrints* pool) {
  const auto first = static_cast<uint32_t>(pool->qualities.size());
  pool->qualities.insert(pool->qualities.end(), set.qualities.begin(), set.qualities.end());
  for (const MatedOutcome& m : set.mated) {
    pool->mated.push_back({first + m.probe, first + m.reference, m.refused});
  }
}

std::vector<DiscardPoint> DiscardCurve(const RatedPrints& prints) {
  if (AllEqual(prints.qualities)) return {};
  const std::vector<uint32_t> ranks = DiscardRanks(prints.qualities);
  // First what each discarded print takes with it, then what is left.
  std::vector<DiscardPoint> curve(ranks.size() + 1);
  DiscardPoint left;
  for (const MatedOutcome& m : prints.mated) {
    DiscardPoint& gone = curve[std::min(ranks[m.probe], ranks[m.reference]) + 1];
    ++gone.mated;
    ++left.mated;
    if (!m.refused) continue;
    ++gone.false_non_matches;
    ++left.false_non_matches;
  }
  for (size_t i = 0; i < curve.size(); ++i) {
    left.mated -= curve[i].mated;
    left.false_non_matches -= curve[i].false_non_matches;
    left.discarded = i;
    curve[i] = left;
  }
  return curve;
}

std::optional<DiscardFigure> DiscardWorst(std::span<const DiscardPoint> curve, double share) {
  if (curve.empty() || curve.front().false_non_matches == 0) return std::nullopt;
  // A tenth of 480 prints is 48 of them, also where the product comes out just below that.
  constexpr double kRounding = 1e-9;
  const double prints = static_cast<double>(curve.size() - 1);
  const auto count = static_cast<size_t>(std::clamp(share, 0.0, 1.0) * prints + kRounding);
  const DiscardPoint& all = curve.front();
  const DiscardPoint& left = curve[count];
  return DiscardFigure{.false_non_matches = all.false_non_matches,
                       .removed = all.false_non_matches - left.false_non_matches,
                       .mated = all.mated,
                       .mated_removed = all.mated - left.mated};
}

}  // namespace taanu
