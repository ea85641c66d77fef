// Who may be searched.
//
// Thread-safety: immutable.
#pragma once

#include <algorithm>

#include "matcher/gallery/gallery.h"
#include "matcher/gallery/segment.h"

namespace taanu::gallery {

class Restriction {
 public:
  explicit Restriction(const SearchOptions& options)
      : groups_(options.groups), members_(options.members), numbers_below_(options.numbers_below) {
    if (groups_) std::sort(groups_->begin(), groups_->end());
  }

  bool Allows(const Segment::Subject& subject) const {
    if (numbers_below_ && subject.number >= *numbers_below_) return false;
    if (members_ && (subject.number / 64 >= members_->size() ||
                     ((*members_)[subject.number / 64] >> (subject.number % 64) & 1) == 0)) {
      return false;
    }
    return !groups_ || std::binary_search(groups_->begin(), groups_->end(), subject.group);
  }

 private:
  std::optional<std::vector<uint32_t>> groups_;
  std::optional<std::span<const uint64_t>> members_;
  std::optional<uint32_t> numbers_below_;
};

// Views of different known fingers are not compared.
inline bool MayBeSameFinger(FingerPosition a, FingerPosition b) {
  return a == b || a == FingerPosition::kUnknown || b == FingerPosition::kUnknown;
}

}  // namespace taanu::gallery
