#include "matcher/gallery/shortlist.h"

#include <algorithm>

namespace taanu::gallery {
namespace {

bool Better(const Screened& a, const Screened& b) {
  if (a.score != b.score) return a.score > b.score;
  if (a.id != b.id) return a.id < b.id;
  return a.view < b.view;
}

}  // namespace

void Shortlist::Add(const Screened& entry) {
  if (Rejects(entry.score)) return;
  entries_.push_back(entry);
  if (entries_.size() / 2 >= limit_) Prune();
}

void Shortlist::Prune() {
  const auto kept = entries_.begin() + static_cast<ptrdiff_t>(limit_);
  std::nth_element(entries_.begin(), kept - 1, entries_.end(), Better);
  least_ = entries_[limit_ - 1].score;
  entries_.erase(kept, entries_.end());
}

void Shortlist::Merge(const Shortlist& other) {
  for (const Screened& entry : other.entries_) Add(entry);
}

std::vector<Screened> Shortlist::Sorted() const {
  std::vector<Screened> sorted = entries_;
  std::sort(sorted.begin(), sorted.end(), Better);
  if (sorted.size() > limit_) sorted.resize(limit_);
  return sorted;
}

}  // namespace taanu::gallery
