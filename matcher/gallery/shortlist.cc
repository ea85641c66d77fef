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
  if (limit_ == 0) return;
  if (entries_.size() == limit_) {
    if (!Better(entry, entries_.front())) return;
    std::pop_heap(entries_.begin(), entries_.end(), Better);
    entries_.pop_back();
  }
  entries_.push_back(entry);
  std::push_heap(entries_.begin(), entries_.end(), Better);
}

void Shortlist::Merge(const Shortlist& other) {
  for (const Screened& entry : other.entries_) Add(entry);
}

std::vector<Screened> Shortlist::Sorted() const {
  std::vector<Screened> sorted = entries_;
  std::sort(sorted.begin(), sorted.end(), Better);
  return sorted;
}

}  // namespace taanu::gallery
