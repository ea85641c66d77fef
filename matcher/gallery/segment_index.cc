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
  for (const uint8_t cluster : clusters) ++counts_[cluster];
  for (size_t c = 0; c < kClusters; ++c) {
    first_block_[c + 1] =
        first_block_[c] + static_cast<uint32_t>((counts_[c] + kBlock - 1) / kBlock);
  }
  planes_.resize(first_block_[kClusters] * kBlockBytes);
  postings_.resize(first_block_[kClusters] * kBlock);
  std::array<uint32_t, kClusters> next{};
  for (size_t k = 0; k < entries.size(); ++k) {
    const size_t lane = first_block_[clusters[k]] * kBlock + next[clusters[k]]++;
    uint8_t* const plane = &planes_[lane / kBlock * kBlockBytes + lane % kBlock];
    for (size_t b = 0; b < kDescriptorBytes; ++b) plane[b * kBlock] = entries[k].descriptor[b];
    postings_[lane] = static_cast<uint16_t>(TurnOf(entries[k].angle) | entries[k].view);
  }
}

void SegmentIndex::Vote(const ProbeLookups::Lookup& lookup, size_t next_cluster,
                        Scratch* scratch) const {
  constexpr uint16_t kMask = kTurns * kIndexedViewsMax - 1;
  const size_t minutiae = lookup.turns.size();
  scratch->near.resize(std::max(scratch->near.size(), minutiae * kBlock));
  const uint32_t* const near = scratch->near.data();
  uint8_t* const counters = scratch->counters.data();
  const size_t end = first_block_[lookup.cluster] * kBlock + counts_[lookup.cluster];
  for (size_t first = first_block_[lookup.cluster] * kBlock; first < end; first += kBlock) {
    const size_t lanes = std::min(kBlock, end - first);
    const bool last = first + kBlock >= end;
    const size_t next = last ? first_block_[next_cluster] : first / kBlock + 1;
    if (next < first_block_[kClusters]) FetchBlock(&planes_[next * kBlockBytes]);
    const size_t found = FindNear(&planes_[first / kBlock * kBlockBytes], lookup.code, kNearBits,
                                  scratch->near.data());
    const uint16_t* const postings = &postings_[first];
    for (size_t k = 0; k < found; ++k) {
      const size_t lane = NearPair::Lane(near[k]);
      if (lane >= lanes) continue;
      const uint16_t turn = lookup.turns[NearPair::Probe(near[k])];
      uint8_t& counter = counters[static_cast<uint16_t>(postings[lane] - turn) & kMask];
      counter = SaturatedSum(counter, WeightOf(NearPair::Strength(near[k])));
    }
  }
}

void SegmentIndex::Count(const ProbeLookups& probe, Scratch* scratch) const {
  scratch->counters.fill(0);
  const std::vector<ProbeLookups::Lookup>& lookups = probe.lookups_;
  for (size_t k = 0; k < lookups.size(); ++k) {
    Vote(lookups[k], lookups[(k + 1) % lookups.size()].cluster, scratch);
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
