#include "matcher/gallery/edit.h"

#include <utility>

namespace taanu::gallery {
namespace {

constexpr size_t kViewsFew = kSegmentViews / 4;

size_t MinutiaeOf(const Segment& segment) {
  size_t sum = 0;
  for (const Segment::View& view : segment.views()) sum += view.count;
  return sum;
}

}  // namespace

void Edit::Append(const PackedSubject& subject) {
  if (!tail_) {
    if (!state_.segments.empty() && state_.segments.back()->views().size() < kSegmentViews) {
      tail_.emplace(*Take(state_.segments.size() - 1));
    } else {
      tail_.emplace();
    }
  }
  (*index_)[subject.id] = static_cast<uint32_t>(state_.segments.size());
  tail_->Append(subject);
  if (tail_->view_count() >= kSegmentViews) CloseTail();
}

void Edit::Remove(const SubjectId& id) {
  CloseTail();
  const auto found = index_->find(id);
  const size_t k = found->second;
  index_->erase(found);
  const std::shared_ptr<const Segment> old = state_.segments[k];
  SegmentBuilder builder;
  builder.AppendAll(*old, old->Find(id));
  const std::shared_ptr<const Segment> rest = builder.Build();
  if (rest->views().size() >= kViewsFew) {
    Discount(*old);
    Count(*rest);
    state_.segments[k] = rest;
    return;
  }
  const bool last = k + 1 == state_.segments.size();
  Take(k);  // the last segment takes its place
  if (!last) {
    for (const Segment::Subject& moved : state_.segments[k]->subjects()) {
      (*index_)[moved.id] = static_cast<uint32_t>(k);
    }
  }
  for (size_t j = 0; j < rest->subjects().size(); ++j) Append(rest->Extract(j));
}

PackedSubject Edit::Extract(const SubjectId& id) const {
  const Segment& segment = *state_.segments[index_->at(id)];
  return segment.Extract(segment.Find(id));
}

std::shared_ptr<const State> Edit::Finish() {
  CloseTail();
  return std::make_shared<const State>(std::move(state_));
}

void Edit::Count(const Segment& segment) {
  state_.subjects += segment.subjects().size();
  state_.views += segment.views().size();
  state_.minutiae += MinutiaeOf(segment);
  state_.segment_bytes += segment.bytes();
}

void Edit::Discount(const Segment& segment) {
  state_.subjects -= segment.subjects().size();
  state_.views -= segment.views().size();
  state_.minutiae -= MinutiaeOf(segment);
  state_.segment_bytes -= segment.bytes();
}

std::shared_ptr<const Segment> Edit::Take(size_t k) {
  std::swap(state_.segments[k], state_.segments.back());
  std::shared_ptr<const Segment> segment = std::move(state_.segments.back());
  state_.segments.pop_back();
  Discount(*segment);
  return segment;
}

void Edit::CloseTail() {
  if (tail_) {
    state_.segments.push_back(tail_->Build());
    Count(*state_.segments.back());
  }
  tail_.reset();
}

}  // namespace taanu::gallery
