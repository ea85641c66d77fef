#include "matcher/gallery/segment_index.h"

#include <algorithm>

namespace taanu::gallery {
namespace {

constexpr size_t kViewBits = 11;
static_assert(size_t{1} << kViewBits == kIndexedViewsMax);

// The direction, in sixteenths of the circle, above the view.
uint16_t TurnOf(uint16_t angle) { return static_cast<uint16_t>(angle >> 12 << kViewBits); }

uint8_t SaturatedSum(uint8_t a, uint8_t b) {
  const auto sum = static_cast<uint8_t>(a + b);
  return sum < a ? uint8_t{255} : sum;
}

// Sums of strengths reach 255 where dozens of minutiae agree, beyond which it does not matter how
// many more do.
uint8_t WeightOf(size_t strength) { return static_cast<uint8_t>((strength + 1) / 2); }

// Asks for a block before it is needed: more than half of a look-up's time would else be waiting.
void FetchBlock(const uint8_t* planes) {
  constexpr size_t kLine = 64;
  for (size_t k = 0; k < kBlockBytes; k += kLine) __builtin_prefetch(planes + k);
}

}  // namespace

ProbeLookups::ProbeLookups(std::span<const Descriptor> descriptors,
                           std::span<const uint16_t> angles, size_t clusters) {
  std::array<std::vector<size_t>, kClusters> minutiae;
  const std::vector<std::array<uint8_t, kClusters>> order = ClustersByDistance(descriptors);
  for (size_t i = 0; i < descriptors.size(); ++i) {
    for (size_t k = 0; k < std::min(clusters, kClusters); ++k) minutiae[order[i][k]].push_back(i);
  }
  for (size_t c = 0; c < kClusters; ++c) {
    if (minutiae[c].empty()) continue;
    std::vector<Descriptor> own;
    std::vector<uint16_t> turns;
    for (const size_t i : minutiae[c]) {
      own.push_back(descriptors[i]);
      turns.push_back(TurnOf(angles[i]));
    }
    lookups_.push_back({c, ProbeCode(own), std::move(turns)});
  }
}

SegmentIndex::SegmentIndex(std::span<const Entry> entries) {
  std::vector<Descriptor> descriptors;
  descriptors.reserve(entries.size());
  for (const Entry& entry : entries) descriptors.push_back(entry.descriptor);
  const std::vector<uint8_t> clusters = NearestClusters(descriptors);
  const auto finger_of = [&](size_t k) { return static_cast<size_t>(entries[k].position); };
  std::array<std::array<uint32_t, kFingers>, kClusters> counts{};
  for (size_t k = 0; k < entries.size(); ++k) ++counts[clusters[k]][finger_of(k)];
  for (size_t c = 0; c < kClusters; ++c) {
    first_lane_[c][0] = first_block_[c] * static_cast<uint32_t>(kBlock);
    for (size_t f = 0; f < kFingers; ++f) first_lane_[c][f + 1] = first_lane_[c][f] + counts[c][f];
    first_block_[c + 1] = static_cast<uint32_t>((first_lane_[c][kFingers] + kBlock - 1) / kBlock);
  }
  planes_.resize(first_block_[kClusters] * kBlockBytes);
  postings_.resize(first_block_[kClusters] * kBlock);
  std::array<std::array<uint32_t, kFingers + 1>, kClusters> next = first_lane_;
  for (size_t k = 0; k < entries.size(); ++k) {
    const size_t lane = next[clusters[k]][finger_of(k)]++;
    uint8_t* const plane = &planes_[lane / kBlock * kBlockBytes + lane % kBlock];
    for (size_t b = 0; b < kDescriptorBytes; ++b) plane[b * kBlock] = entries[k].descriptor[b];
    postings_[lane] = static_cast<uint16_t>(TurnOf(entries[k].angle) | entries[k].view);
  }
}

SegmentIndex::Lanes SegmentIndex::LanesOf(size_t cluster, FingerPosition first,
                                          FingerPosition last) const {
  const auto& lanes = first_lane_[cluster];
  return {lanes[static_cast<size_t>(first)], lanes[static_cast<size_t>(last) + 1]};
}

void SegmentIndex::Vote(const ProbeLookups::Lookup& lookup, Lanes lanes, size_t next_block,
                        Scratch* scratch) const {
  constexpr uint16_t kMask = kTurns * kIndexedViewsMax - 1;
  if (lanes.begin == lanes.end) return;
  const size_t minutiae = lookup.turns.size();
  scratch->near.resize(std::max(scratch->near.size(), minutiae * kBlock));
  const uint32_t* const near = scratch->near.data();
  uint8_t* const counters = scratch->counters.data();
  const size_t end_block = (lanes.end + kBlock - 1) / kBlock;
  for (size_t block = lanes.begin / kBlock; block < end_block; ++block) {
    const size_t next = block + 1 < end_block ? block + 1 : next_block;
    if (next < first_block_[kClusters]) FetchBlock(&planes_[next * kBlockBytes]);
    const size_t found =
        FindNear(&planes_[block * kBlockBytes], lookup.code, kNearBits, scratch->near.data());
    const size_t first = block * kBlock;
    const size_t begin = std::max(lanes.begin, first) - first;
    const size_t count = std::min(lanes.end, first + kBlock) - first - begin;
    const uint16_t* const postings = &postings_[first];
    for (size_t k = 0; k < found; ++k) {
      const size_t lane = NearPair::Lane(near[k]);
      // Also where it is before the beginning, since the difference is then huge.
      if (lane - begin >= count) continue;
      const uint16_t turn = lookup.turns[NearPair::Probe(near[k])];
      uint8_t& counter = counters[static_cast<uint16_t>(postings[lane] - turn) & kMask];
      counter = SaturatedSum(counter, WeightOf(NearPair::Strength(near[k])));
    }
  }
}

void SegmentIndex::Count(const ProbeLookups& probe, FingerPosition position,
                         Scratch* scratch) const {
  scratch->counters.fill(0);
  const std::vector<ProbeLookups::Lookup>& lookups = probe.lookups_;
  const bool known = position != FingerPosition::kUnknown;
  const auto last = static_cast<FingerPosition>(kFingerPositionMax);
  const auto sought = [&](size_t cluster) {
    return LanesOf(cluster, position, known ? position : last);
  };
  for (size_t k = 0; k < lookups.size(); ++k) {
    const size_t next_cluster = lookups[(k + 1) % lookups.size()].cluster;
    const size_t next_block = sought(next_cluster).begin / kBlock;
    const size_t cluster = lookups[k].cluster;
    Vote(lookups[k], sought(cluster), next_block, scratch);
    if (!known) continue;
    const Lanes unknown = LanesOf(cluster, FingerPosition::kUnknown, FingerPosition::kUnknown);
    Vote(lookups[k], unknown, next_block, scratch);
  }
  scratch->votes.fill(0);
  for (size_t turn = 0; turn < kTurns; ++turn) {
    const uint8_t* own = scratch->counters.data() + turn * kIndexedViewsMax;
    const uint8_t* next = scratch->counters.data() + (turn + 1) % kTurns * kIndexedViewsMax;
    for (size_t v = 0; v < kIndexedViewsMax; ++v) {
      scratch->votes[v] = std::max(scratch->votes[v], SaturatedSum(own[v], next[v]));
    }
  }
}

size_t SegmentIndex::bytes() const {
  return sizeof(*this) + planes_.capacity() + postings_.capacity() * sizeof(uint16_t);
}

}  // namespace taanu::gallery
