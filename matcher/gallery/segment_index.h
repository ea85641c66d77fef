// The index of a segment: its minutiae by cluster.
//
// A search looks at those clusters that are nearest to each of the probe's minutiae. What is found
// there that is near one of them is a vote for its view, of the weight of its strength (screen.h).
// Within a cluster, minutiae lie by finger, so that a probe of a known one passes over all others.
//
// Thread-safety: immutable once built.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "matcher/gallery/clusters.h"
#include "matcher/gallery/huge_pages.h"
#include "matcher/gallery/screen.h"
#include "matcher/template.h"

namespace taanu::gallery {

// Views of an index. The votes then fit a first-level cache.
inline constexpr size_t kIndexedViewsMax = 2048;

// What an index is asked for a probe: for each cluster the minutiae that are to be held against it.
class ProbeLookups {
 public:
  ProbeLookups() = default;
  // Each minutia looks at its `clusters` nearest clusters.
  ProbeLookups(const ProbeCode& probe, size_t clusters);

 private:
  friend class SegmentIndex;
  struct Lookup {
    size_t cluster = 0;
    ProbeCode code;
  };
  std::vector<Lookup> lookups_;
};

class SegmentIndex {
 public:
  // A minutia of the segment.
  struct Entry {
    uint16_t view = 0;                                   // below kIndexedViewsMax
    FingerPosition position = FingerPosition::kUnknown;  // one for all of a view
    Descriptor descriptor{};
  };
  explicit SegmentIndex(std::span<const Entry> entries);

  using Votes = std::array<uint16_t, kIndexedViewsMax>;
  // Of each view, whatever `votes` held before. Those that cannot be of the probe's finger have
  // none.
  void Count(const ProbeLookups& probe, FingerPosition position, Votes* votes) const;

  size_t bytes() const;

 private:
  static constexpr size_t kFingers = kFingerPositionMax + 1;

  // Minutiae of the fingers from `first` to `last`.
  void CountAmong(const ProbeLookups::Lookup& lookup, FingerPosition first, FingerPosition last,
                  Votes* votes) const;

  // Blocks of each cluster follow each other, the last one of each not always full. Where the lanes
  // of each finger begin in a cluster, and where those of the last one end.
  std::array<std::array<uint32_t, kFingers + 1>, kClusters> first_lane_{};
  std::vector<uint8_t, HugePages<uint8_t>> planes_;
  std::vector<uint16_t, HugePages<uint16_t>> views_;  // by lane
};

}  // namespace taanu::gallery
