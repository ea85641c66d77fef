#include "matcher/gallery/edit.h"

#include <utility>

namespace taanu::gallery {
namespace {

constexpr size_t kViewsFew = kSegmentViews / 4;
constexpr size_t kIndexedViewsFew = kIndexedViewsMax / 2;

size_t ViewsOf(const Part& part) {
  size_t views = 0;
  for (size_t s = 0; s < part.segment->subjects().size(); ++s) {
    if (part.Holds(s)) views += part.segment->subjects()[s].view_count;
  }
  return views;
}

bool Closed(const Segment& segment) { return segment.views().size() >= kSegmentViews; }

bool Open(const Segment& segment) { return segment.index() == nullptr && !Closed(segment); }

}  // namespace

void Edit::Append(const PackedSubject& subject) {
  if (!tail_) OpenTail();
  tail_->Append(subject);
  if (tail_->view_count() >= kSegmentViews) CloseTail();
}

void Edit::Remove(const SubjectId& id) {
  CloseTail();
  const auto found = index_->find(id);
  const size_t k = found->second;
  index_->erase(found);
  if (state_.parts[k].segment->index() != nullptr) {
    RemoveFromIndexed(k, id);
  } else {
    RemoveFromOpen(k, id);
  }
}

void Edit::RemoveFromOpen(size_t k, const SubjectId& id) {
  const std::shared_ptr<const Segment> old = state_.parts[k].segment;
  SegmentBuilder builder;
  builder.AppendAll(*old, old->Find(id));
  const Part rest{builder.Build(), nullptr};
  if (rest.segment->views().size() >= kViewsFew) {
    Tally(state_.parts[k], false);
    Tally(rest, true);
    state_.parts[k] = rest;
    return;
  }
  Take(k);
  Scatter(rest);
}

void Edit::RemoveFromIndexed(size_t k, const SubjectId& id) {
  Part& part = state_.parts[k];
  Tally(part, false);
  auto removed = part.removed
                     ? std::make_shared<std::vector<bool>>(*part.removed)
                     : std::make_shared<std::vector<bool>>(part.segment->subjects().size());
  (*removed)[part.segment->Find(id)] = true;
  part.removed = std::move(removed);
  Tally(part, true);
  if (ViewsOf(part) < kIndexedViewsFew) Scatter(Take(k));
}

void Edit::Scatter(const Part& part) {
  for (size_t s = 0; s < part.segment->subjects().size(); ++s) {
    if (part.Holds(s)) Append(part.segment->Extract(s));
  }
}

PackedSubject Edit::Extract(const SubjectId& id) const {
  const Segment& segment = *state_.parts[index_->at(id)].segment;
  return segment.Extract(segment.Find(id));
}

std::shared_ptr<const State> Edit::Finish() {
  CloseTail();
  if (indexed_) IndexClosed();
  return std::make_shared<const State>(std::move(state_));
}

void Edit::Tally(const Part& part, bool there) {
  size_t minutiae = 0;
  size_t subjects = 0;
  for (size_t s = 0; s < part.segment->subjects().size(); ++s) {
    if (!part.Holds(s)) continue;
    const Segment::Subject& subject = part.segment->subjects()[s];
    ++subjects;
    for (const auto& view : part.segment->views().subspan(subject.first_view, subject.view_count)) {
      minutiae += view.count;
    }
  }
  // Subtraction is addition modulo the size of the type.
  const size_t sign = there ? 1 : SIZE_MAX;
  state_.subjects += sign * subjects;
  state_.views += sign * ViewsOf(part);
  state_.minutiae += sign * minutiae;
  state_.segment_bytes += sign * part.segment->bytes();
}

void Edit::Put(Part part) {
  Tally(part, true);
  state_.parts.push_back(std::move(part));
  Enter(state_.parts.size() - 1);
}

// The last part takes its place.
Part Edit::Take(size_t k) {
  std::swap(state_.parts[k], state_.parts.back());
  Part part = std::move(state_.parts.back());
  state_.parts.pop_back();
  Tally(part, false);
  if (k < state_.parts.size()) Enter(k);
  return part;
}

// Tells the index where the subjects of part `k` are.
void Edit::Enter(size_t k) {
  const Part& part = state_.parts[k];
  for (size_t s = 0; s < part.segment->subjects().size(); ++s) {
    if (part.Holds(s)) (*index_)[part.segment->subjects()[s].id] = static_cast<uint32_t>(k);
  }
}

// Goes on with an open segment, which most often is the last one, if there is any.
void Edit::OpenTail() {
  for (size_t k = state_.parts.size(); k-- > 0;) {
    if (Open(*state_.parts[k].segment)) {
      tail_.emplace(*Take(k).segment);
      return;
    }
  }
  tail_.emplace();
}

void Edit::CloseTail() {
  if (tail_) Put({tail_->Build(), nullptr});
  tail_.reset();
}

// Joins closed segments into indexed ones, each as many as fit.
void Edit::IndexClosed() {
  for (;;) {
    std::vector<size_t> chosen;
    size_t views = 0;
    bool full = false;
    for (size_t k = 0; k < state_.parts.size() && !full; ++k) {
      const Segment& segment = *state_.parts[k].segment;
      if (segment.index() != nullptr || !Closed(segment)) continue;
      full = views + segment.views().size() > kIndexedViewsMax;
      if (full) break;
      chosen.push_back(k);
      views += segment.views().size();
      full = views + kSegmentViews > kIndexedViewsMax;
    }
    if (!full) return;
    SegmentBuilder builder;
    // From the last on, so that what takes a place has not been chosen itself.
    for (auto k = chosen.rbegin(); k != chosen.rend(); ++k) builder.AppendAll(*Take(*k).segment);
    Put({builder.BuildIndexed(), nullptr});
  }
}

}  // namespace taanu::gallery
