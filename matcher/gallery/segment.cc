#include "matcher/gallery/segment.h"

#include <algorithm>
#include <cstring>

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

Descriptor Segment::DescriptorAt(size_t minutia) const {
  Descriptor d;
  for (size_t b = 0; b < kDescriptorBytes; ++b) {
    d[b] = blocks_[minutia / kBlock].bytes[b * kBlock + minutia % kBlock];
  }
  return d;
}

void Segment::CopyPlanes(size_t k, uint8_t* planes) const {
  const View& view = views_[k];
  std::fill_n(planes, BlocksOf(k) * kBlockBytes, uint8_t{0});
  // As far as minutiae lie together both here and there.
  for (size_t i = 0, run; i < view.count; i += run) {
    const size_t at = view.first + i;
    run = std::min({view.count - i, kBlock - at % kBlock, kBlock - i % kBlock});
    const uint8_t* from = blocks_[at / kBlock].bytes + at % kBlock;
    uint8_t* to = planes + i / kBlock * kBlockBytes + i % kBlock;
    for (size_t b = 0; b < kDescriptorBytes; ++b) {
      std::memcpy(to + b * kBlock, from + b * kBlock, run);
    }
  }
}

void Segment::Fetch(size_t k) const {
  const View& view = views_[k];
  if (view.count == 0) return;
  constexpr size_t kLine = 64;
  const size_t last = (size_t{view.first} + view.count - 1) / kBlock;
  for (size_t b = view.first / kBlock; b <= last; ++b) {
    for (size_t at = 0; at < kBlockBytes; at += kLine) __builtin_prefetch(blocks_[b].bytes + at);
  }
  const auto* places = reinterpret_cast<const char*>(&places_[view.first]);
  for (size_t at = 0; at < view.count * sizeof(Place); at += kLine) {
    __builtin_prefetch(places + at);
  }
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
      copy.descriptors.push_back(DescriptorAt(i));
    }
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
         BytesOf(places_) + BytesOf(types_) + (index_ ? index_->bytes() : 0);
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
  return std::move(segment_);
}

std::shared_ptr<const Segment> SegmentBuilder::BuildIndexed() {
  Segment& s = *segment_;
  std::vector<SegmentIndex::Entry> entries;
  entries.reserve(s.places_.size());
  for (size_t v = 0; v < s.views_.size(); ++v) {
    for (size_t i = s.views_[v].first; i < size_t{s.views_[v].first} + s.views_[v].count; ++i) {
      entries.push_back({static_cast<uint16_t>(v), s.views_[v].position, s.DescriptorAt(i)});
    }
  }
  s.index_ = std::make_shared<const SegmentIndex>(entries);
  return Build();
}

}  // namespace taanu::gallery
