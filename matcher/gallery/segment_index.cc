#include "matcher/gallery/segment_index.h"

#include <algorithm>

namespace taanu::gallery {
namespace {

constexpr size_t kViewBits = 11;
static_assert(size_t{1} << kViewBits == kIndexedViewsMax);
// Buckets are fetched so many look-ups before they are read.
constexpr size_t kAhead = 8;

// The direction, in sixteenths of the circle, above the view.
uint16_t TurnOf(uint16_t angle) { return static_cast<uint16_t>(angle >> 12 << kViewBits); }

uint8_t SaturatedSum(uint8_t a, uint8_t b) {
  const auto sum = static_cast<uint8_t>(a + b);
  return sum < a ? uint8_t{255} : sum;
}

}  // namespace

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

SegmentIndex::Bucket SegmentIndex::Find(size_t table, uint16_t key) const {
  const size_t at = table * kIndexKeys + key;
  return {postings_.data() + starts_[at], postings_.data() + starts_[at + 1]};
}

void SegmentIndex::Count(const ProbeKeys& probe, Counters* counters, Votes* votes) const {
  constexpr uint16_t kMask = kTurns * kIndexedViewsMax - 1;
  counters->fill(0);
  const size_t n = probe.keys.size();
  for (size_t t = 0; t < kIndexTables; ++t) {
    for (size_t i = 0; i < n; ++i) {
      if (i + kAhead < n) __builtin_prefetch(Find(t, probe.keys[i + kAhead][t]).begin);
      const Bucket bucket = Find(t, probe.keys[i][t]);
      const uint16_t turn = TurnOf(probe.angles[i]);
      for (const uint16_t* p = bucket.begin; p != bucket.end; ++p) {
        uint8_t& counter = (*counters)[static_cast<uint16_t>(*p - turn) & kMask];
        counter = static_cast<uint8_t>(counter + (counter != 255));
      }
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
