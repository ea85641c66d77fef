#include "matcher/gallery/segment_index.h"

namespace taanu::gallery {

static_assert(kMinutiaeMax * kNearBits <= UINT16_MAX, "a view's votes fit sixteen bits");

ProbeLookups::ProbeLookups(const ProbeCode& probe, size_t clusters) {
  std::array<std::vector<uint8_t>, kClusters> minutiae;
  for (size_t i = 0; i < probe.descriptors().size(); ++i) {
    for (const uint8_t c : NearestClusters(probe.descriptors()[i], clusters)) {
      minutiae[c].push_back(static_cast<uint8_t>(i));
    }
  }
  const std::vector<uint8_t> rows = probe.SingleRows();
  for (size_t c = 0; c < kClusters; ++c) {
    if (!minutiae[c].empty()) lookups_.push_back({c, ProbeCode(probe, rows, minutiae[c])});
  }
}

SegmentIndex::SegmentIndex(std::span<const Entry> entries) {
  std::vector<uint8_t> clusters;
  clusters.reserve(entries.size());
  std::array<std::array<uint32_t, kFingers>, kClusters> counts{};
  const auto finger_of = [&](size_t k) { return static_cast<size_t>(entries[k].position); };
  for (size_t k = 0; k < entries.size(); ++k) {
    clusters.push_back(ClusterOf(entries[k].descriptor));
    ++counts[clusters[k]][finger_of(k)];
  }
  uint32_t blocks = 0;
  for (size_t c = 0; c < kClusters; ++c) {
    first_lane_[c][0] = blocks * static_cast<uint32_t>(kBlock);
    for (size_t f = 0; f < kFingers; ++f) first_lane_[c][f + 1] = first_lane_[c][f] + counts[c][f];
    blocks = static_cast<uint32_t>((first_lane_[c][kFingers] + kBlock - 1) / kBlock);
  }
  planes_.resize(blocks * kBlockBytes);
  views_.resize(blocks * kBlock);
  std::array<std::array<uint32_t, kFingers + 1>, kClusters> next = first_lane_;
  for (size_t k = 0; k < entries.size(); ++k) {
    const size_t lane = next[clusters[k]][finger_of(k)]++;
    uint8_t* const plane = &planes_[lane / kBlock * kBlockBytes + lane % kBlock];
    for (size_t b = 0; b < kDescriptorBytes; ++b) plane[b * kBlock] = entries[k].descriptor[b];
    views_[lane] = entries[k].view;
  }
}

void SegmentIndex::CountAmong(const ProbeLookups::Lookup& lookup, FingerPosition first,
                              FingerPosition last, Votes* votes) const {
  const uint32_t begin = first_lane_[lookup.cluster][static_cast<size_t>(first)];
  const uint32_t end = first_lane_[lookup.cluster][static_cast<size_t>(last) + 1];
  if (begin == end) return;
  Vote(planes_.data(), begin, end, lookup.code, views_.data(), votes->data());
}

void SegmentIndex::Count(const ProbeLookups& probe, FingerPosition position, Votes* votes) const {
  constexpr FingerPosition kUnknown = FingerPosition::kUnknown;
  constexpr auto kLast = static_cast<FingerPosition>(kFingerPositionMax);
  votes->fill(0);
  for (const ProbeLookups::Lookup& lookup : probe.lookups_) {
    if (position == kUnknown) {
      CountAmong(lookup, kUnknown, kLast, votes);
    } else {
      CountAmong(lookup, kUnknown, kUnknown, votes);
      CountAmong(lookup, position, position, votes);
    }
  }
}

size_t SegmentIndex::bytes() const {
  return sizeof(*this) + planes_.capacity() + views_.capacity() * sizeof(uint16_t);
}

}  // namespace taanu::gallery
