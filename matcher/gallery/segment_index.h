// The index of a segment: its minutiae by cluster.
//
// A search looks at those clusters that are nearest to each of the probe's minutiae. Each minutia
// found there that is near one of the probe's is a vote for its view at the turn between the two,
// of the weight of its strength. Votes of one finger agree about the turn; those by chance are
// scattered over sixteen. A view's score is what its best two neighbouring turns have. Within a
// cluster, minutiae lie by finger, so that a probe of a known one passes over all others.
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

// Views that an index can tell apart: eleven bits of a posting, beside four of the direction. The
// votes then fit a first-level cache.
inline constexpr size_t kIndexedViewsMax = 2048;
inline constexpr size_t kTurns = 16;

// What an index is asked for a probe: for each cluster the minutiae that are to be held against it,
// and how far the votes there are to be turned.
class ProbeLookups {
 public:
  ProbeLookups() = default;
  // One direction for each minutia, each of which looks at its `clusters` nearest clusters.
  ProbeLookups(std::span<const Descriptor> descriptors, std::span<const uint16_t> angles,
               size_t clusters);

 private:
  friend class SegmentIndex;
  struct Lookup {
    size_t cluster = 0;
    ProbeCode code;
    std::vector<uint16_t> turns;
  };
  std::vector<Lookup> lookups_;
};

class SegmentIndex {
 public:
  // A minutia of the segment.
  struct Entry {
    uint16_t view = 0;  // below kIndexedViewsMax
    uint16_t angle = 0;
    FingerPosition position = FingerPosition::kUnknown;  // one for all of a view
    Descriptor descriptor{};
  };
  explicit SegmentIndex(std::span<const Entry> entries);

  // Scratch memory of a search, some 100 KB.
  struct Scratch {
    alignas(kBlock) std::array<uint8_t, kTurns * kIndexedViewsMax> counters;
    std::array<uint8_t, kIndexedViewsMax> votes;
    std::vector<uint32_t> near;  // NearPair
  };
  // Fills `scratch->votes` with the score of each view, at most 255. Those that cannot be of the
  // probe's finger have 0.
  void Count(const ProbeLookups& probe, FingerPosition position, Scratch* scratch) const;

  size_t bytes() const;

 private:
  // From `begin` on, before `end`.
  struct Lanes {
    size_t begin = 0;
    size_t end = 0;
  };
  Lanes LanesOf(size_t cluster, FingerPosition first, FingerPosition last) const;
  void Vote(const ProbeLookups::Lookup& lookup, Lanes lanes, size_t next_block,
            Scratch* scratch) const;

  static constexpr size_t kFingers = kFingerPositionMax + 1;
  // Blocks of each cluster follow each other, the last one of each not always full.
  std::array<uint32_t, kClusters + 1> first_block_{};
  // Where the lanes of each finger begin in a cluster, and where those of the last one end.
  std::array<std::array<uint32_t, kFingers + 1>, kClusters> first_lane_{};
  std::vector<uint8_t, HugePages<uint8_t>> planes_;
  std::vector<uint16_t, HugePages<uint16_t>> postings_;  // by lane
};

}  // namespace taanu::gallery
