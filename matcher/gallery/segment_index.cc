#include "matcher/gallery/segment_index.h"

#include <algorithm>

namespace taanu::gallery {
namespace {

constexpr size_t kViewBits = 11;
static_assert(size_t{1} << kViewBits == kIndexedViewsMax);
// Postings are fetched so many look-ups before they are read, and where they lie as many before.
constexpr size_t kAhead = 12;

// The direction, in sixteenths of the circle, above the view.
uint16_t TurnOf(uint16_t angle) { return static_cast<uint16_t>(angle >> 12 << kViewBits); }

uint8_t SaturatedSum(uint8_t a, uint8_t b) {
  const auto sum = static_cast<uint8_t>(a + b);
  return sum < a ? uint8_t{255} : sum;
}

}  // namespace

ProbeLookups::ProbeLookups(std::span<const IndexKeys> keys, std::span<const uint16_t> angles) {
  lookups_.reserve(keys.size() * kIndexTables);
  for (size_t t = 0; t < kIndexTables; ++t) {
    for (size_t i = 0; i < keys.size(); ++i) {
      lookups_.push_back({static_cast<uint32_t>(t * kIndexKeys + keys[i][t]), TurnOf(angles[i])});
    }
  }
}

SegmentIndex::SegmentIndex(std::span<const Entry> entries)
    : starts_(kIndexTables * kIndexKeys + 1, 0), postings_(kIndexTables * entries.size()) {
  for (const Entry& entry : entries) {
    for (size_t t = 0; t < kIndexTables; ++t) ++starts_[t * kIndexKeys + (*entry.keys)[t] + 1];
  }
  for (size_t k = 1; k < starts_.size(); ++k) starts_[k] += starts_[k - 1];
  std::vector<uint32_t> next(starts_.begin(), starts_.end() - 1);
  for (const Entry& entry : entries) {
    for (size_t t = 0; t < kIndexTables; ++t) {
      postings_[next[t * kIndexKeys + (*entry.keys)[t]]++] =
          static_cast<uint16_t>(TurnOf(entry.angle) | entry.view);
    }
  }
}

void SegmentIndex::Count(const ProbeLookups& probe, Counters* counters, Votes* votes) const {
  constexpr uint16_t kMask = kTurns * kIndexedViewsMax - 1;
  counters->fill(0);
  uint8_t* const all = counters->data();
  const std::vector<ProbeLookups::Lookup>& lookups = probe.lookups_;
  const size_t n = lookups.size();
  for (size_t k = 0; k < n; ++k) {
    __builtin_prefetch(&starts_[lookups[std::min(k + 2 * kAhead, n - 1)].bucket]);
    __builtin_prefetch(postings_.data() + starts_[lookups[std::min(k + kAhead, n - 1)].bucket]);
    const uint16_t turn = lookups[k].turn;
    const uint16_t* const end = postings_.data() + starts_[lookups[k].bucket + 1];
    for (const uint16_t* p = postings_.data() + starts_[lookups[k].bucket]; p != end; ++p) {
      uint8_t& counter = all[static_cast<uint16_t>(*p - turn) & kMask];
      counter = static_cast<uint8_t>(counter + (counter != 255));
    }
  }
  votes->fill(0);
  for (size_t turn = 0; turn < kTurns; ++turn) {
    const uint8_t* own = counters->data() + turn * kIndexedViewsMax;
    const uint8_t* next = counters->data() + (turn + 1) % kTurns * kIndexedViewsMax;
    for (size_t v = 0; v < kIndexedViewsMax; ++v) {
      (*votes)[v] = std::max((*votes)[v], SaturatedSum(own[v], next[v]));
    }
  }
}

size_t SegmentIndex::bytes() const {
  return sizeof(*this) + starts_.capacity() * sizeof(uint32_t) +
         postings_.capacity() * sizeof(uint16_t);
}

}  // namespace taanu::gallery
