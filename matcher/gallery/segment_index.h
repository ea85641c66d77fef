// The index of a segment: for each key the minutiae that have it.
//
// A search looks up the keys of the probe's minutiae, and each minutia found is a vote for its view
// at the turn between the two. Votes of one finger agree about the turn; those by chance are
// scattered over sixteen. A view's score is what its best two neighbouring turns have.
//
// Thread-safety: immutable once built.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "matcher/gallery/huge_pages.h"
#include "matcher/gallery/index_keys.h"

namespace taanu::gallery {

// Views that an index can tell apart: eleven bits of a posting, beside four of the direction. The
// votes then fit a first-level cache.
inline constexpr size_t kIndexedViewsMax = 2048;
inline constexpr size_t kTurns = 16;

// What an index is asked for a probe: the bucket of each key of each minutia, and how far the votes
// there are to be turned.
class ProbeLookups {
 public:
  ProbeLookups() = default;
  // One direction for each minutia.
  ProbeLookups(std::span<const IndexKeys> keys, std::span<const uint16_t> angles);

 private:
  friend class SegmentIndex;
  struct Lookup {
    uint32_t bucket;
    uint16_t turn;
  };
  std::vector<Lookup> lookups_;
};

class SegmentIndex {
 public:
  // A minutia of the segment.
  struct Entry {
    uint16_t view = 0;  // below kIndexedViewsMax
    uint16_t angle = 0;
    const IndexKeys* keys = nullptr;
  };
  explicit SegmentIndex(std::span<const Entry> entries);

  // Fills `votes` with the score of each view, at most 255. `counters` is scratch memory.
  using Counters = std::array<uint8_t, kTurns * kIndexedViewsMax>;
  using Votes = std::array<uint8_t, kIndexedViewsMax>;
  void Count(const ProbeLookups& probe, Counters* counters, Votes* votes) const;

  size_t bytes() const;

 private:
  std::vector<uint32_t> starts_;  // kIndexTables times kIndexKeys, and the end
  std::vector<uint16_t, HugePages<uint16_t>> postings_;
};

}  // namespace taanu::gallery
