#include "matcher/gallery/segment.h"

#include <algorithm>

#include "matcher/compare/prepared.h"

namespace taanu::gallery {
namespace {

template <typename T>
size_t BytesOf(const std::vector<T>& v) {
  return v.capacity() * sizeof(T);
}

}  // namespace

void Segment::Unpack(size_t k, FingerView* view) const {
  const View& own = views_[k];
  view->position = own.position;
  view->minutiae.resize(own.count);
  for (size_t i = 0; i < own.count; ++i) {
    const Place& place = places_[own.first + i];
    view->minutiae[i] = {place.x_um, place.y_um, place.angle,
                         static_cast<MinutiaType>(types_[own.first + i])};
  }
}

std::vector<IndexKeys> Segment::Keys(size_t k) const {
  const View& view = views_[k];
  if (!index_) {
    const auto first = std::min(keys_.size(), size_t{view.first});
    const auto last = std::min(keys_.size(), size_t{view.first} + view.count);
    return {keys_.begin() + static_cast<ptrdiff_t>(first),
            keys_.begin() + static_cast<ptrdiff_t>(last)};
  }
  FingerView unpacked;
  Unpack(k, &unpacked);
  const Prepared prepared(unpacked);
  const std::vector<IndexKeys> found = KeysOf(prepared.data());
  std::vector<IndexKeys> keys(found.size());
  for (size_t i = 0; i < found.size(); ++i) keys[prepared.data().indices[i]] = found[i];
  return keys;
}

PackedSubject Segment::Extract(size_t k) const {
  const Subject& subject = subjects_[k];
  PackedSubject packed{subject.id, subject.group, subject.number, {}};
  for (size_t v = subject.first_view; v < subject.first_view + subject.view_count; ++v) {
    const View& view = views_[v];
    PackedView copy;
    copy.position = view.position;
    for (size_t i = view.first; i < size_t{view.first} + view.count; ++i) {
      copy.places.push_back(places_[i]);
      copy.types.push_back(types_[i]);
      Descriptor& d = copy.descriptors.emplace_back();
      for (size_t b = 0; b < kDescriptorBytes; ++b) {
        d[b] = blocks_[i / kBlock].bytes[b * kBlock + i % kBlock];
      }
    }
    copy.keys = Keys(v);
    packed.views.push_back(std::move(copy));
  }
  return packed;
}

size_t Segment::Find(const SubjectId& id) const {
  const auto it = std::find_if(subjects_.begin(), subjects_.end(),
                               [&id](const Subject& subject) { return subject.id == id; });
  return static_cast<size_t>(it - subjects_.begin());
}

size_t Segment::bytes() const {
  return sizeof(*this) + BytesOf(subjects_) + BytesOf(views_) + BytesOf(blocks_) +
         BytesOf(places_) + BytesOf(types_) + BytesOf(keys_) + (index_ ? index_->bytes() : 0);
}

void SegmentBuilder::Append(const PackedSubject& subject) {
  Segment& s = *segment_;
  s.subjects_.push_back({subject.id, subject.group, subject.number,
                         static_cast<uint32_t>(s.views_.size()),
                         static_cast<uint32_t>(subject.views.size())});
  for (const PackedView& view : subject.views) {
    s.views_.push_back({static_cast<uint32_t>(s.places_.size()),
                        static_cast<uint8_t>(view.places.size()), view.position});
    for (size_t i = 0; i < view.places.size(); ++i) {
      const size_t at = s.places_.size();
      if (at % kBlock == 0) s.blocks_.emplace_back();  // zeroed
      for (size_t b = 0; b < kDescriptorBytes; ++b) {
        s.blocks_.back().bytes[b * kBlock + at % kBlock] = view.descriptors[i][b];
      }
      s.places_.push_back(view.places[i]);
      s.types_.push_back(view.types[i]);
    }
    s.keys_.insert(s.keys_.end(), view.keys.begin(), view.keys.end());
  }
}

void SegmentBuilder::AppendAll(const Segment& segment, size_t except) {
  for (size_t k = 0; k < segment.subjects().size(); ++k) {
    if (k != except) Append(segment.Extract(k));
  }
}

std::shared_ptr<const Segment> SegmentBuilder::Build() {
  segment_->subjects_.shrink_to_fit();
  segment_->views_.shrink_to_fit();
  segment_->blocks_.shrink_to_fit();
  segment_->places_.shrink_to_fit();
  segment_->types_.shrink_to_fit();
  segment_->keys_.shrink_to_fit();
  return std::move(segment_);
}

std::shared_ptr<const Segment> SegmentBuilder::BuildIndexed() {
  Segment& s = *segment_;
  std::vector<SegmentIndex::Entry> entries;
  entries.reserve(s.places_.size());
  for (size_t v = 0; v < s.views_.size(); ++v) {
    for (size_t i = s.views_[v].first; i < size_t{s.views_[v].first} + s.views_[v].count; ++i) {
      entries.push_back({static_cast<uint16_t>(v), s.places_[i].angle, &s.keys_[i]});
    }
  }
  s.index_ = std::make_shared<const SegmentIndex>(entries);
  s.keys_.clear();
  return Build();
}

}  // namespace taanu::gallery
